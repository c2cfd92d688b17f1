import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import {
  agentRow,
  assertNobodyWorks,
  assertSealed,
  dashboard,
  fromMenu,
  headerSays,
  inWindow,
  messages,
  onDisk,
  patienceMs,
  pressInMessage,
  showViews,
  startMission,
  testMs,
  treeRow,
  until,
} from '../support/vscode/steps';

const shared = (first: string, second: string): string =>
  Array.from({ length: 10 }, (_, at) => `${at === 1 ? first : at === 8 ? second : `line ${at + 1}`}\n`).join('');
const put = (id: string, line: number) => ({
  steps: [{ bash: `mkdir -p out && echo ${id} > out/${id}.txt && sed -i '${line}s/.*/by ${id}/' shared.txt` }],
});
const todos = [
  { ...fileTodo('T1'), files: ['out/T1.txt', 'shared.txt'] },
  { ...fileTodo('T2', ['T1']), files: ['out/T2.txt', 'shared.txt'] },
];

describe('what TODOs changed, taken back in the editor', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: scenarioOf(todos, { latencyMs: 50, todos: { T1: put('T1', 2), T2: put('T2', 9) } }),
    prepare: (place) => {
      writeFileSync(path.join(place.workspace, 'shared.txt'), shared('line 2', 'line 9'));
    },
  });
  /** Confirms, or leaves, the dialog that says this. */
  const decide = async (says: RegExp, button: string): Promise<void> => {
    const dialog = window().editor.dialog();
    await dialog.filter({ hasText: says }).waitFor();
    await dialog.getByRole('button', { name: button }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const says = async (text: RegExp): Promise<void> => {
    await until(`VS Code tells ${String(text)}`, async () =>
      (await messages(window().editor)).some((line) => text.test(line)),
    );
  };
  const sharedIs = async (first: string, second: string): Promise<void> => {
    const { place } = window();
    await until(
      `shared.txt says ${first}, ${second}`,
      () => place.read('shared.txt') === shared(first, second),
      20_000,
    );
  };

  it('one TODO, after a dialog that names who builds on it; what the other changed stays; and back again', async () => {
    const { editor, place } = window();
    const id = await startMission(window(), 'Two that share a file');
    await headerSays(editor, 'Sealed');
    await assertSealed(place, id);
    await showViews(editor);
    await treeRow(editor, 'TODO', 'T1').waitFor({ timeout: patienceMs });
    await fromMenu(editor, treeRow(editor, 'TODO', 'T1'), 'Revert Changes');
    await editor.dialog().waitFor();
    await editor.screenshot('revert-dialog');
    await decide(/Later TODOs build on it: T2\./, 'Cancel');
    assert.equal(place.read('shared.txt'), shared('by T1', 'by T2'));

    await fromMenu(editor, treeRow(editor, 'TODO', 'T1'), 'Revert Changes');
    await decide(/Take back what T1 changed\?/, 'Revert Changes');
    await sharedIs('line 2', 'by T2');
    assert.ok(!existsSync(path.join(place.workspace, 'out/T1.txt')));
    await says(/^2 files are as they were before T1\.$/);

    await editor.execute('notifications.showList');
    await editor.screenshot('revert-message');
    await pressInMessage(editor, /before T1/, 'Undo Revert');
    await sharedIs('by T1', 'by T2');
    assert.equal(place.read('out/T1.txt'), 'T1\n');
    await says(/^2 files are as they were before the revert\.$/);
  });

  it('one file of a TODO, by the palette', async () => {
    const { editor, place } = window();
    await editor.run('Orchestrator: Revert File…');
    await editor.answer('T1');
    await editor.page.locator('.quick-input-widget').getByText('shared.txt').waitFor();
    await editor.answer('shared.txt');
    await decide(/Take back what T1 changed in shared\.txt\?/, 'Revert Changes');
    await sharedIs('line 2', 'by T2');
    assert.equal(place.read('out/T1.txt'), 'T1\n');
    await editor.run('Orchestrator: Undo Revert');
    await sharedIs('by T1', 'by T2');
  });

  it('where a person wrote since, in VS Code’s merge editor; nothing is written before they have merged', async () => {
    const { editor, place } = window();
    writeFileSync(path.join(place.workspace, 'shared.txt'), shared('by the person', 'by T2'));
    await editor.run('Orchestrator: Open Dashboard');
    const proof = dashboard(editor).getByRole('grid', { name: 'Proof' });
    await proof.getByRole('row', { name: /^T1 / }).click({ button: 'right' });
    await dashboard(editor).getByRole('menuitem', { name: 'Revert Changes' }).click();
    await decide(/Take back what T1 changed\?/, 'Revert Changes');
    const merge = editor.page.locator('.merge-editor');
    await merge.waitFor({ timeout: patienceMs });
    await merge.getByText('by the person').first().waitFor();
    await says(/Left as it is, since it was changed in the same place later: shared\.txt\./);
    await editor.screenshot('revert-merge');
    assert.equal(place.read('shared.txt'), shared('by the person', 'by T2'), 'it is the person’s to decide');
    assert.ok(!existsSync(path.join(place.workspace, 'out/T1.txt')), 'the other file is taken back');
    await merge.getByText('Accept Reverted').click();
    await merge.getByText('Remove Current').click();
    await editor.execute('workbench.action.files.save');
    await sharedIs('line 2', 'by T2');
    await editor.screenshot('revert-merged');
  });

  it('where a person removed the file since, in VS Code’s diff', async () => {
    const { editor, place } = window();
    await editor.execute('workbench.action.closeAllEditors');
    rmSync(path.join(place.workspace, 'shared.txt'));
    await fromMenu(editor, treeRow(editor, 'TODO', 'T1'), 'Revert Changes');
    await decide(/Take back what T1 changed\?/, 'Revert Changes');
    await editor.page.getByRole('tab', { name: /^shared\.txt \(before, and as it is\)/ }).waitFor();
    await editor.page.locator('.monaco-diff-editor').getByText('line 2').first().waitFor();
    assert.ok(!existsSync(path.join(place.workspace, 'shared.txt')));
  });

  it('the whole mission, and back again', async () => {
    const { editor, place } = window();
    await editor.execute('workbench.action.closeAllEditors');
    writeFileSync(path.join(place.workspace, 'shared.txt'), shared('by T1', 'by T2'));
    await editor.run('Orchestrator: Revert Mission');
    await decide(/everything that the mission’s TODOs changed\?/, 'Revert Mission');
    await sharedIs('line 2', 'line 9');
    assert.ok(!existsSync(path.join(place.workspace, 'out/T2.txt')));
    await editor.run('Orchestrator: Undo Revert');
    await sharedIs('by T1', 'by T2');
    await editor.run('Orchestrator: Open Mission Changes');
    await editor.page.getByRole('tab', { name: /Two that share a file/ }).waitFor();
    await editor.page.getByText('by T2').first().waitFor();
    await editor.screenshot('mission-changes');
  });

  it('in a mission that runs: what is at work is refused, what is done can be done again', async () => {
    const { editor, model, place } = window();
    model.play(scenarioOf([fileTodo('R1'), fileTodo('R2', ['R1'])], { latencyMs: 50 }));
    const release = model.hold({ role: 'worker', todo: 'R2' });
    const id = await startMission(window(), 'Two, one after the other');
    await agentRow(editor, /R2.*running/s).waitFor({ timeout: patienceMs });
    await onDisk(place, id, 'it is known what R1 changed', ({ todos: all }) => all.get('R1')?.changes !== undefined);
    assert.equal(await editor.offers('Orchestrator: Revert Mission'), false);
    await editor.execute('orchestrator.openDashboard');
    void editor.execute('orchestrator.revertMission');
    await decide(/everything that the mission’s TODOs changed\?/, 'Revert Mission');
    await says(/^The mission runs: stop it before everything is taken back\.$/);

    await fromMenu(editor, treeRow(editor, 'TODO', 'R1'), 'Revert Changes');
    await decide(/Take back what R1 changed\?/, 'Revert Changes');
    await until('out/R1.txt is gone', () => !existsSync(path.join(place.workspace, 'out/R1.txt')));
    await says(/^1 file is as it was before R1\.$/);
    await pressInMessage(editor, /before R1/, 'Retry');
    await until('R1 is done again', () => model.turnsOf({ role: 'worker', todo: 'R1' }).length === 2);
    release();
    await headerSays(editor, 'Sealed');
    await assertSealed(place, id);
    assert.match(place.read('out/R1.txt'), /^R1/);
    await assertNobodyWorks(window());
  });
});
