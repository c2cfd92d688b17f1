import assert from 'node:assert/strict';
import { commandMark } from '../../src/background/killTree';
import { processesWith } from '../../src/persistence/markedProcesses';
import { fileTodo } from '../scenarios/shapes';
import {
  answered,
  assertNobodyWorks,
  assertSealed,
  dashboard,
  headerSays,
  inWindow,
  patienceMs,
  startMission,
  testMs,
} from '../support/vscode/steps';

const server = { command: 'echo listening; sleep 907', label: 'the server' };

describe('a plan and what runs beside it in the editor', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: {
      plan: { summary: 'Two files', todos: [fileTodo('T1'), fileTodo('T2')], check: 'ls out/T1.txt' },
      todos: {
        T1: { steps: [{ tool: 'run_background', input: server }, { write: { file: 'out/T1.txt', content: 'T1\n' } }] },
      },
    },
    prepare: (place) => place.write('.vscode/settings.json', '{"orchestrator.planApproval": true}\n'),
  });
  let mission: string;

  it('the plan is edited before anybody begins, and approved', async () => {
    const { editor, model } = window();
    mission = await startMission(window(), 'Write with approval');
    const page = dashboard(editor);
    const title = page.getByRole('textbox', { name: 'Title of T1' });
    await title.waitFor({ timeout: patienceMs });
    await title.fill('Write the first file');
    await title.press('Enter');
    await page.getByRole('button', { name: 'Remove T2' }).click();
    await page.getByRole('button', { name: 'Remove T2' }).waitFor({ state: 'detached' });
    assert.equal(model.callsOf({ role: 'worker' }).length, 0, 'nobody has begun');
    await editor.screenshot('plan-editor');
    await answered(page.getByRole('button', { name: 'Approve Plan' }));
    await headerSays(editor, 'Running');
  });

  it('a background command is seen, looked into and killed, and then the mission is sealed', async () => {
    const { editor, place, model } = window();
    const part = dashboard(editor).getByRole('region', { name: 'Background Commands' });
    const row = part.getByRole('button', { name: /^the server running for/ });
    await row.waitFor({ timeout: patienceMs });
    await row.click();
    await part.getByRole('log', { name: 'Output of the server' }).getByText('listening').waitFor();
    await editor.screenshot('background-command');
    await part.getByRole('button', { name: 'Kill the server' }).click();
    await headerSays(editor, 'Sealed');
    const state = await assertSealed(place, mission);
    assert.deepEqual(
      [...state.todos.values()].map((todo) => [todo.title, todo.state]),
      [
        ['Write the first file', 'done'],
        ['Write out/T2.txt', 'cancelled'],
      ],
    );
    assert.match(model.turnsOf({ role: 'worker', todo: 'T1' })[0]?.user ?? '', /Write the first file/);
    const [command] = state.commands.values();
    assert.deepEqual([command?.how, command?.unwanted, command?.tail], ['killed', 'a person', 'listening\n']);
    assert.deepEqual(await processesWith(`${commandMark}=${command?.id ?? ''}`), []);
    await assertNobodyWorks(window());
  });
});
