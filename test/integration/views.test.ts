import assert from 'node:assert/strict';
import { diamond } from '../scenarios/shapes';
import { scratch, scriptedModel } from '../support/scratch';
import { withEditor } from '../support/vscode/editor';

const soonMs = 60_000;

describe('the views in VS Code', function () {
  this.timeout(300_000);

  it('show the TODOs with their states and check boxes, and take a person’s tick', async () => {
    const place = scratch();
    const model = await scriptedModel(place, { ...diamond(), latencyMs: 1_500 });
    try {
      await withEditor({ place }, async (editor) => {
        await editor.execute('workbench.view.extension.orchestrator');
        await editor.execute('orchestrator.startMission', 'Build the diamond');
        const rows = editor.rows('TODO');
        await rows.filter({ hasText: 'T4' }).waitFor({ timeout: soonMs });
        assert.match(await rows.nth(0).innerText(), /T1 {1,2}Write out\/T1\.txt/);
        await editor.screenshot('todo-view');
        await rows.filter({ hasText: 'T4' }).getByRole('checkbox').click();
        await rows.filter({ hasText: 'ticked by you' }).waitFor({ timeout: soonMs });
        await editor.screenshot('todo-view-ticked');
        await editor.execute('orchestrator.stopMission');
      });
    } finally {
      await model.close();
      place.remove();
    }
  });
});
