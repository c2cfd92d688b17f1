import assert from 'node:assert/strict';
import { diamond } from '../scenarios/shapes';
import { scratch, scriptedModel } from '../support/scratch';
import { withEditor, type Editor } from '../support/vscode/editor';

/** A machine that does other things, too. */
const soonMs = 60_000;

async function withMission(act: (editor: Editor) => Promise<void>): Promise<void> {
  const place = scratch();
  const model = await scriptedModel(place, { ...diamond(), latencyMs: 800 });
  try {
    await withEditor({ place }, act);
  } finally {
    await model.close();
    place.remove();
  }
}

describe('the dashboard in VS Code', function () {
  this.timeout(360_000);

  it('plays the demo without an agent, and gives way to a mission', async () => {
    await withMission(async (editor) => {
      await editor.execute('orchestrator.playDemo');
      const page = editor.webview();
      await page.getByText('This is a recording.').first().waitFor({ timeout: soonMs });
      await page.getByText('Keep notes in memory').first().waitFor({ timeout: soonMs });
      assert.deepEqual(await editor.missions(), []);
      await editor.screenshot('dashboard-demo');
      await editor.execute('orchestrator.openDashboard');
      await page.getByText('Start a mission').first().waitFor({ timeout: soonMs });
    });
  });

  it('shows a mission, and the same one after the window is reloaded in the middle', async () => {
    await withMission(async (editor) => {
      const id = await editor.execute('orchestrator.startMission', 'Build the diamond');
      await editor.webview().getByText('Write out/T1.txt').first().waitFor({ timeout: soonMs });
      await editor.screenshot('dashboard-running');
      await editor.stored('orchestrator.dashboard');
      await editor.reload();
      await editor.webview().getByText('Write out/T1.txt').first().waitFor({ timeout: soonMs });
      const missions = await editor.missions();
      assert.ok(Array.isArray(missions) && missions.length === 1);
      assert.equal((missions[0] as { mission: string }).mission, id);
      await editor
        .webview()
        .getByText('Sealed')
        .first()
        .waitFor({ timeout: 2 * soonMs });
      await editor.screenshot('dashboard-sealed');
    });
  });
});
