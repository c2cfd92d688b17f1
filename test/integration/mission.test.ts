import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diamond, fileTodo, scenarioOf } from '../scenarios/shapes';
import { stateOnDisk } from '../support/e2e';
import {
  agentRow,
  assertNobodyWorks,
  assertSealed,
  dashboard,
  headerSays,
  inWindow,
  missionProcesses,
  onDisk,
  openFile,
  patienceMs,
  startMission,
  testMs,
  todoRow,
  until,
  withSlowHost,
} from '../support/vscode/steps';

describe('a mission in the editor', function () {
  this.timeout(testMs);
  const window = inWindow({ scenario: diamond({ latencyMs: 50 }) });

  it('begins in the palette, grows its tree, ticks its TODOs and is sealed; nothing is left running', async () => {
    const { editor, model, place } = window();
    const releasePlan = model.hold({ role: 'planner' });
    const releaseWork = model.hold({ role: 'worker', todo: 'T2' });
    const id = await startMission(window(), 'Write four files');
    await agentRow(editor, 'Commander').waitFor({ timeout: patienceMs });
    await agentRow(editor, /Planner.*running/).waitFor({ timeout: patienceMs });
    assert.equal(await agentRow(editor, 'T1').count(), 0, 'nobody works before there is a plan');
    assert.ok(missionProcesses(editor).length > 0, 'a server of OpenCode runs');

    releasePlan();
    await agentRow(editor, /T1.*running/s).waitFor({ timeout: patienceMs });
    await todoRow(editor, 'T4', false).waitFor();
    await todoRow(editor, 'T1', true).waitFor({ timeout: patienceMs });
    await todoRow(editor, 'T3', true).waitFor({ timeout: patienceMs });
    await agentRow(editor, /T2.*running/s).waitFor({ timeout: patienceMs });
    await editor.statusItem(/2\/4 · 1 running/).waitFor();
    await editor.statusItem('Stop').waitFor();

    releaseWork();
    await headerSays(editor, 'Sealed');
    await dashboard(editor)
      .getByRole('grid', { name: 'Proof' })
      .getByRole('row', { name: /^T4 .*exit 0/ })
      .waitFor();
    await editor.statusItem('4/4 · sealed').waitFor();
    const state = await assertSealed(place, id);
    assert.deepEqual(
      [...state.todos.values()].map(({ id: todo, state: now, verified }) => [todo, now, verified]),
      ['T1', 'T2', 'T3', 'T4'].map((todo) => [todo, 'done', true]),
    );
    for (const todo of ['T1', 'T2', 'T3', 'T4']) {
      assert.match(place.read(`out/${todo}.txt`), new RegExp(todo));
      assert.ok(
        model
          .callsOf({ role: 'reviewer', todo })
          .some((call) => call.tool?.input['command'] === `grep -q ${todo} out/${todo}.txt`),
        `the check of ${todo} was run`,
      );
    }
    await assertNobodyWorks(window());
    assert.equal(await editor.statusItem('Stop').count(), 0, 'there is nothing to stop');
  });

  it('shows what a TODO changed in VS Code’s own diff, as it was before and after its worker', async () => {
    const { editor, place } = window();
    writeFileSync(path.join(place.workspace, 'out/T2.txt'), 'changed by the person since\n');
    await dashboard(editor)
      .getByRole('grid', { name: 'Proof' })
      .getByRole('row', { name: /^T2 / })
      .click({ button: 'right' });
    await dashboard(editor).getByRole('menuitem', { name: 'Open Changes' }).click();
    await editor.page.getByRole('tab', { name: /T2: Write out\/T2\.txt \+1 −0/ }).waitFor();
    const diff = editor.page.locator('.multi-diff-editor, .multiDiffEditor, .monaco-component').first();
    await diff.getByText('T2').first().waitFor();
    assert.equal(await editor.page.getByText('changed by the person since').count(), 0);
    await editor.execute('workbench.action.closeActiveEditor');
  });

  it('says who wrote a line, in a hover with its links and beside the lines; a line of the person is nobody’s', async () => {
    const { editor, place } = window();
    const { page } = editor;
    const file = path.join(place.workspace, 'out/T3.txt');
    writeFileSync(file, `mine\n${place.read('out/T3.txt')}also mine\n`);
    await openFile(editor, 'out/T3.txt');
    const lines = page.locator('.editor-instance:visible .view-line');
    await lines.getByText('also mine').waitFor();
    await editor.run('Orchestrator: Show Who Wrote Each Line');
    // What a decoration says is drawn by CSS.
    const beside = async (): Promise<string[]> =>
      await page.evaluate<string[]>(`[...document.querySelectorAll('.editor-instance .view-line')].map((line) =>
        [...line.querySelectorAll('span')].map((span) => getComputedStyle(span, '::after').content).join(''))`);
    await until('the line of T3 says so', async () => {
      const said = await beside();
      return (
        said.length >= 3 && said.map((text) => /T3 Write out\/T3\.txt/.test(text)).join() === 'false,true,false,false'
      );
    });
    await editor.screenshot('line-owners');

    await lines.nth(1).getByText(/T3/).last().hover();
    const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'worker, attempt 1, done (verified)' });
    await hover.waitFor();
    await editor.screenshot('line-owner-hover');
    await hover.getByText('Open Changes').click();
    await page.getByRole('tab', { name: /T3: Write out\/T3\.txt \+1 −0/ }).waitFor();
    await editor.execute('workbench.action.closeActiveEditor');
    await editor.run('Orchestrator: Show Who Wrote Each Line');
    await until('nothing is said any more', async () => !(await beside()).some((text) => text.includes('T3 Write')));
    await editor.execute('workbench.action.closeActiveEditor');
  });

  it('stops by the status bar with everything confirmed and nothing alive, and Resume seals it', async () => {
    const { editor, model, place } = window();
    const todos = ['S1', 'S2', 'S3'].map((todo) => fileTodo(todo));
    const steps = [{ bash: 'sleep 987' }];
    model.play(
      scenarioOf(todos, { todos: { S1: { steps, report: {} } }, faults: [{ role: 'worker', todo: 'S2', hang: true }] }),
    );
    const id = await startMission(window(), 'Write three more');
    await model.waitForCall({ role: 'worker', todo: 'S2' }, patienceMs);
    await until('the shell of S1 runs', () => missionProcesses(editor).some((line) => line.includes('sleep 987')));
    await todoRow(editor, 'S3', true).waitFor({ timeout: patienceMs });

    await editor.statusItem('Stop').click();
    const said = await headerSays(editor, /^\s*Stopped/);
    const [, confirmed, all] = /\((\d+) of (\d+) confirmed\)$/.exec(said) ?? [];
    const { end, sessions, turns } = await onDisk(
      place,
      id,
      'the journal says stopped',
      (state) => state.end !== undefined,
    );
    assert.deepEqual([confirmed, all], [String(sessions.size), String(sessions.size)], said);
    assert.deepEqual([end?.state, turns.size], ['stopped', 0]);
    await assertNobodyWorks(window());
    await editor.statusItem('1/3 · stopped').waitFor();

    model.play(scenarioOf(todos));
    await dashboard(editor).getByRole('toolbar', { name: 'Mission' }).getByRole('button', { name: 'Resume' }).click();
    await headerSays(editor, 'Sealed');
    const sealed = await assertSealed(place, id);
    assert.equal(model.turnsOf({ role: 'worker', todo: 'S3' }).length, 1, 'what was finished stays finished');
    assert.ok([...sealed.todos.values()].every(({ verified }) => verified));
    await assertNobodyWorks(window());
    assert.equal(stateOnDisk(place, id).mission, id);
  });

  it('is stopped by one click, however slow the extension host is', async () => {
    const { editor, model } = window();
    model.play(scenarioOf([fileTodo('R1')], { faults: [{ role: 'worker', todo: 'R1', hang: true }] }));
    await startMission(window(), 'Write one that hangs');
    await model.waitForCall({ role: 'worker', todo: 'R1' }, patienceMs);
    await editor.statusItem(/^\s*Stop\s*$/).waitFor();
    await withSlowHost(editor, async () => {
      await sleep(1_500); // the items of the status bar are drawn again and again meanwhile
      await editor.statusItem(/^\s*Stop\s*$/).click();
      await sleep(3_000);
    });
    await headerSays(editor, /^\s*Stopped/);
    await assertNobodyWorks(window());
  });
});
