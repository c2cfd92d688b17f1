import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import {
  assertNobodyWorks,
  assertSealed,
  dashboard,
  fromMenu,
  headerSays,
  inWindow,
  patienceMs,
  pressInMessage,
  showViews,
  startMission,
  testMs,
  treeRow,
  until,
} from '../support/vscode/steps';

const lines = (first: string): string =>
  Array.from({ length: 10 }, (_, at) => `${at === 0 ? first : `line ${at + 1}`}\n`).join('');
const says = (id: string) => [
  { bash: `mkdir -p out && echo ${id} > out/${id}.txt && sed -i '1s/.*/by ${id}/' shared.txt` },
];
const todos = ['T1', 'T2'].map((id) => ({ ...fileTodo(id), files: ['shared.txt', `out/${id}.txt`] }));

/** VS Code then saves in the merge editor before anybody decided. */
const settings = { 'orchestrator.isolation': 'worktree', 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 200 };

describe('a merge conflict in the editor', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: scenarioOf(todos, {
      latencyMs: 50,
      todos: {
        T1: { steps: says('T1') },
        // The one who is to resolve it leaves the markers.
        T2: { steps: [{ bash: 'sleep 4' }, ...says('T2')], attempts: { 2: { steps: [{ bash: 'true' }] } } },
      },
    }),
    prepare: (place) => {
      writeFileSync(path.join(place.workspace, 'shared.txt'), lines('line 1'));
      place.write('.vscode/settings.json', JSON.stringify(settings));
    },
  });

  it('that no agent resolved is resolved by a person in VS Code’s own merge editor, reviewed, and merged', async () => {
    const { editor, place } = window();
    const id = await startMission(window(), 'Two that change one line');
    await headerSays(editor, 'Waiting');
    const asks = dashboard(editor).getByRole('region', { name: 'Needs you' });
    await asks.getByText('The same lines of shared.txt were changed by T2 and in the folder').first().waitFor();
    await editor.screenshot('conflict-ask');
    assert.equal(place.read('shared.txt'), lines('by T1'), 'nothing half-merged is in the folder');

    await showViews(editor);
    await treeRow(editor, 'Needs You', /T2 {2}The same lines of shared/).waitFor();
    const merge = editor.page.locator('.merge-editor:visible');
    await fromMenu(editor, treeRow(editor, 'TODO', 'T2'), 'Resolve Merge Conflict');
    await merge.waitFor({ timeout: patienceMs });
    await editor.page.getByRole('tab', { name: /^Mission: Two that change/ }).click();
    await merge.waitFor({ state: 'hidden' });
    await asks.getByRole('button', { name: 'Resolve in Merge Editor' }).click();
    await merge.waitFor({ timeout: patienceMs });
    await merge.getByText('Accept T2').first().waitFor();
    await editor.screenshot('conflict-merge');
    const inWorktree = path.join(place.base, 'state/opencode-orchestrator/worktrees', id, 't-T2');
    await until(
      'VS Code saves by itself',
      () => readFileSync(path.join(inWorktree, 'shared.txt'), 'utf8') === lines('line 1'),
    );
    await editor.page.waitForTimeout(1_000);
    assert.equal(await editor.page.getByText('No conflict of T2 is left').count(), 0, 'nobody has decided yet');
    await merge.getByText('Accept T2').first().click();
    await editor.execute('workbench.action.files.save');
    await pressInMessage(editor, /No conflict of T2 is left/, 'I Resolved It');

    await editor.run('Orchestrator: Open Dashboard');
    await headerSays(editor, 'Sealed');
    const state = await assertSealed(place, id);
    assert.equal(place.read('shared.txt'), lines('by T2'));
    assert.equal(place.read('out/T1.txt'), 'T1\n');
    assert.equal(place.read('out/T2.txt'), 'T2\n');
    assert.ok(state.todos.get('T2')?.verified);
    assert.ok(!existsSync(inWorktree));
    await editor.screenshot('conflict-sealed');
    await assertNobodyWorks(window());
  });
});
