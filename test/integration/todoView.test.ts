import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { fileTodo } from '../scenarios/shapes';
import {
  agentRow,
  assertNobodyWorks,
  assertSealed,
  dashboard,
  fromMenu,
  headerSays,
  inWindow,
  messageBox,
  onDisk,
  patienceMs,
  say,
  showViews,
  startMission,
  testMs,
  todoRow,
  treeRow,
} from '../support/vscode/steps';

const first = fileTodo('T1');
const others = ['T2', 'T3', 'T4'].map((id) => fileTodo(id, ['T1']));
const note = 'British spelling, please';

describe('what a person changes while a mission is at work', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: { plan: { summary: 'Four TODOs', todos: [first, ...others], check: 'test -d out' } },
  });
  let mission: string;
  let release: () => void;

  it('the TODOs stand in the native tree', async () => {
    const { editor, model } = window();
    release = model.hold({ role: 'worker', todo: 'T1' });
    mission = await startMission(window(), 'Change the list');
    await agentRow(editor, /T1.*running/s).waitFor({ timeout: patienceMs });
    await showViews(editor);
    await treeRow(editor, 'TODO', 'T4').waitFor({ timeout: patienceMs });
  });

  it('a tick in the native tree is taken into the mission and marked as the person’s', async () => {
    const { editor, place } = window();
    const row = treeRow(editor, 'TODO', 'T3');
    await row.getByRole('checkbox').click();
    await treeRow(editor, 'TODO', /T3.*ticked by you/s).waitFor();
    assert.equal(await row.getByRole('checkbox').getAttribute('aria-checked'), 'true');
    await todoRow(editor, 'T3', true).getByText('· ticked by you').waitFor();
    await onDisk(place, mission, 'the journal has the tick', ({ todos }) => todos.get('T3')?.state === 'done');
    assert.match(journal(), /"type":"todos.edited"[^\n]*"T3"/);
    assert.match(place.read('.opencode/todo.md'), /- \[x\] \*\*T3\*\*/);
  });

  it('cancels, retries and adds', async () => {
    const { editor, place } = window();
    await fromMenu(editor, treeRow(editor, 'TODO', 'T4'), 'Cancel TODO');
    await treeRow(editor, 'TODO', /T4.*cancelled/s).waitFor();
    await onDisk(place, mission, 'T4 is cancelled', ({ todos }) => todos.get('T4')?.state === 'cancelled');
    await fromMenu(editor, treeRow(editor, 'TODO', 'T4'), 'Retry');
    await treeRow(editor, 'TODO', /T4.*queued/s).waitFor();
    await onDisk(place, mission, 'T4 is queued', ({ todos }) => todos.get('T4')?.state === 'queued');

    await editor.run('Orchestrator: Add TODO…');
    for (const answer of ['Write a haiku', 'out/haiku.txt', 'grep -q haiku out/haiku.txt']) {
      await editor.answer(answer);
    }
    await treeRow(editor, 'TODO', 'Write a haiku').waitFor();
    const { todos } = await onDisk(place, mission, 'the TODO is added', (state) => state.todos.size === 5);
    const added = [...todos.values()].at(-1);
    assert.deepEqual(
      [added?.title, added?.files, added?.check, added?.by],
      ['Write a haiku', ['out/haiku.txt'], 'grep -q haiku out/haiku.txt', 'person'],
    );
  });

  it('takes the commands of the message box, and keeps a text that it cannot take', async () => {
    const { editor, place } = window();
    await say(editor, '/frobnicate now');
    await dashboard(editor).getByRole('alert').getByText('There is no command /frobnicate').waitFor();
    assert.equal((await messageBox(editor).innerText()).trim(), '/frobnicate now', 'the text is kept');
    await messageBox(editor).fill('');
    await say(editor, '/cancel T2');
    await treeRow(editor, 'TODO', /T2.*cancelled/s).waitFor();
    await onDisk(place, mission, 'T2 alone is cancelled', ({ todos, stop }) => {
      return todos.get('T2')?.state === 'cancelled' && stop === undefined;
    });
    await emptied(messageBox(editor));
  });

  it('/status says where the mission stands', async () => {
    const { editor } = window();
    await say(editor, '/status');
    await emptied(messageBox(editor));
    await dashboard(editor)
      .getByText(/[1-9] agents? in flight, at most 50\./)
      .waitFor({ timeout: 5_000 });
  });

  it('a transcript is a read-only document that follows the agent', async () => {
    const { editor } = window();
    await fromMenu(editor, treeRow(editor, 'TODO', 'T1'), 'Open Transcript');
    const document = editor.page.locator('.editor-instance .monaco-editor').filter({ hasText: 'The agent is at work' });
    await document.waitFor();
    await editor.page.getByRole('tab', { name: /T1 worker 1/ }).waitFor();
    const before = await document.locator('.view-lines').innerText();
    await document.locator('.view-lines').click();
    await editor.page.keyboard.type('x');
    await editor.page.locator('.part.editor').getByText('Cannot edit in read-only editor').waitFor();
    assert.equal(await document.locator('.view-lines').innerText(), before, 'nothing can be typed into it');
    await editor.page.keyboard.press('Escape');
  });

  it('a note waits until the Commander’s next turn, is delivered with it, and the mission is sealed', async () => {
    const { editor, model, place } = window();
    await editor.page.getByRole('tab', { name: /^Mission: Change the list/ }).click();
    await say(editor, note);
    const feed = dashboard(editor).getByRole('log', { name: 'Notifications' });
    await feed.getByText(`Your note waits for the Commander’s turn 2: “${note}”`).waitFor();
    await emptied(messageBox(editor));
    assert.equal(model.turnsOf({ role: 'commander' }).at(-1)?.calls[0]?.iteration, 1, 'its turn is still to come');

    await editor.page.getByRole('tab', { name: /T1 worker 1/ }).click();
    release();
    const document = editor.page.locator('.editor-instance .monaco-editor');
    await document.getByText('mission_report').first().waitFor({ timeout: patienceMs });
    await document.getByText('The agent is at work').waitFor({ state: 'detached', timeout: patienceMs });

    await editor.page.getByRole('tab', { name: /^Mission: Change the list/ }).click();
    await headerSays(editor, 'Sealed');
    const second = model.callsOf({ role: 'commander', iteration: 2 })[0];
    assert.ok(second?.user.includes(note), 'the Commander’s second turn has the note');
    const state = await assertSealed(place, mission);
    assert.deepEqual(
      [...state.todos.values()].map((todo) => [todo.title, todo.state, todo.verified]),
      [
        ['Write out/T1.txt', 'done', true],
        ['Write out/T2.txt', 'cancelled', false],
        ['Write out/T3.txt', 'done', false],
        ['Write out/T4.txt', 'done', true],
        ['Write a haiku', 'done', true],
      ],
    );
    assert.equal(model.turnsOf({ role: 'worker', todo: 'T3' }).length, 0, 'nobody works on what a person ticked');
    await dashboard(editor).getByRole('tab', { name: 'Agents' }).click();
    await feed.getByText('Your note was delivered with the Commander’s turn 2').waitFor();
    await assertNobodyWorks(window());
  });

  async function emptied(box: Locator): Promise<void> {
    await box.and(dashboard(window().editor).locator(':empty, :has(> br:only-child)')).waitFor();
  }

  function journal(): string {
    return window().place.read(`.opencode/orchestrator/${mission}/journal.jsonl`);
  }
});
