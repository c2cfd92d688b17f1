import assert from 'node:assert/strict';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import {
  agentRow,
  answered,
  assertNobodyWorks,
  assertSealed,
  dashboard,
  fromMenu,
  headerSays,
  inWindow,
  messages,
  onDisk,
  patienceMs,
  showViews,
  startMission,
  testMs,
  treeRow,
  until,
} from '../support/vscode/steps';

const reason = 'Use the write tool, not the shell';

describe('what agents ask in the editor', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: scenarioOf([fileTodo('T1'), fileTodo('T2', ['T1'])], {
      commander: [
        { actions: [{ type: 'ask', question: 'Tabs or blanks?', options: ['tabs', 'blanks'] }] },
        { actions: [{ type: 'plan', brief: 'Go.' }] },
        'default',
      ],
      todos: {
        T1: { steps: [{ bash: 'echo T1 > out/T1.txt' }] },
        T2: { steps: [{ bash: 'echo T2 > out/T2.txt' }, { write: { file: 'out/T2.txt', content: 'T2 by hand\n' } }] },
      },
    }),
    config: { permission: { bash: { '*': 'allow', 'echo *': 'ask' } } },
    prepare: (place) => place.write('out/.keep', ''),
  });
  let mission: string;

  it('a question of the Commander is answered in the dashboard, and its next turn has the answer', async () => {
    const { editor, model, place } = window();
    mission = await startMission(window(), 'Ask me');
    const strip = dashboard(editor).getByRole('region', { name: 'Needs you' });
    await strip.getByText('Tabs or blanks?').first().waitFor({ timeout: patienceMs });
    await agentRow(editor, /Commander.*waiting: question/s).waitFor();
    await editor.statusItem('1 needs you').waitFor();
    await showViews(editor);
    await treeRow(editor, 'Needs You', 'Tabs or blanks?').waitFor();
    await strip.getByRole('radio', { name: 'blanks' }).check();
    await answered(strip.getByRole('button', { name: 'Answer', exact: true }));
    await strip.getByText('Tabs or blanks?').first().waitFor({ state: 'detached', timeout: patienceMs });
    const turn = await until('the Commander’s next turn', () => model.callsOf({ role: 'commander', iteration: 2 })[0]);
    assert.match(turn.user, /"notes":\["[^"]*blanks/);
    await onDisk(place, mission, 'no ask is open', ({ asks, todos }) => asks.size === 0 || todos.size > 0);
  });

  it('a permission of a worker stands in the strip, the tree, the badge and the row, and Allow Once lets it go on', async () => {
    const { editor, model, place } = window();
    const strip = dashboard(editor).getByRole('region', { name: 'Needs you' });
    await strip.getByText('echo T1 > out/T1.txt').first().waitFor({ timeout: patienceMs });
    await agentRow(editor, /T1.*waiting: permission/s).waitFor();
    await treeRow(editor, 'Needs You', /T1\s+echo T1/).waitFor();
    await editor.statusItem('1 needs you').waitFor();
    const icon = editor.page.locator('.activitybar').getByRole('tab', { name: /^Orchestrator.*1 ask waits for you/s });
    await icon.waitFor();
    assert.deepEqual(await messages(editor), [], 'no message says what the person is looking at');
    assert.deepEqual(place.git('ls-files', '-o', 'out').trim().split('\n'), ['out/.keep'], 'nothing was run yet');

    // T1’s alone: the next ask may stand in its place before the click was seen to be taken.
    await answered(strip.filter({ hasText: 'echo T1' }).getByRole('button', { name: 'Allow Once' }));
    await until('the command was run', () => place.git('ls-files', '-o', 'out').includes('out/T1.txt'));
    assert.equal(model.turnsOf({ role: 'worker', todo: 'T1' }).length, 1, 'the same turn goes on');
  });

  it('one that is denied with a reason in the tree gives the agent the reason to read, and the mission is sealed', async () => {
    const { editor, model, place } = window();
    const row = treeRow(editor, 'Needs You', /T2\s+echo T2/);
    await row.waitFor({ timeout: patienceMs });
    await fromMenu(editor, row, 'Deny with Reason…');
    await editor.answer(reason);
    await row.waitFor({ state: 'detached', timeout: patienceMs });
    await headerSays(editor, 'Sealed');
    const after = model.callsOf({ role: 'worker', todo: 'T2' }).slice(1);
    assert.ok(
      after.some(({ messages }) => JSON.stringify(messages).includes(reason)),
      'the agent reads why',
    );
    assert.equal(place.read('out/T2.txt'), 'T2 by hand\n', 'the denied command was not run');
    await assertSealed(place, mission);
    await assertNobodyWorks(window());
  });
});
