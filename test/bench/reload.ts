import { diamond } from '../scenarios/shapes';
import { onStage } from '../support/e2e';
import { openEditor, type Editor } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { agentRow, dashboardFrame, until } from '../support/vscode/steps';
import { median, percentile, type Row } from './table';

const rounds = 8;

/**
 * Milliseconds from a reload of the window, in the middle of a mission, until the dashboard that comes back has painted that
 * mission. The baseline is a blank page of an extension that does nothing else, in the same window with the mission at work.
 */
export async function benchReload(): Promise<Row[]> {
  const vsix = await packagedVsix();
  return await onStage(diamond({ latencyMs: 50 }), async ({ place, model }) => {
    const held = model.hold({ role: 'worker', todo: 'T2' });
    const opened = await openEditor({ place, vsix });
    const { editor } = opened;
    try {
      await editor.execute('orchestrator.openDashboard');
      await editor.execute('orchestrator.startMission', 'Survive reloads');
      await agentRow(editor, /T2.*running/s).waitFor();
      const ours = await reloads(editor, 'orchestrator.dashboard');
      await editor.execute('workbench.action.closeAllEditors');
      await editor.execute('orchestratorTest.openBlank');
      const blank = await reloads(editor, 'orchestratorTest.blank');
      await editor.execute('orchestrator.stopMission');
      held();
      const row = (what: string, pick: (values: readonly number[]) => number): Row => ({
        what: `from a reload in mid-mission to the mission painted, ${what} of ${String(rounds)}`,
        ours: `${pick(ours).toFixed(0)} ms`,
        baseline: `${pick(blank).toFixed(0)} ms to a blank page of another extension`,
        ratio: (pick(ours) / pick(blank)).toFixed(2),
      });
      return [row('median', median), row('longest', (values) => percentile(values, 1))];
    } finally {
      await opened.close();
    }
  });
}

async function reloads(editor: Editor, viewType: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await editor.stored(viewType);
    const from = Date.now();
    await editor.reload();
    times.push((await paintedAt(editor)) - from);
  }
  return times;
}

/** When the page that is in front first painted something, in milliseconds since the epoch; until then it is blank. */
async function paintedAt(editor: Editor): Promise<number> {
  const frame = await dashboardFrame(editor);
  return await until('the page has painted', async () => {
    const { origin, paint } = await frame.evaluate<{ origin: number; paint?: number }>(`({
      origin: performance.timeOrigin,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    })`);
    return paint === undefined ? undefined : origin + paint;
  });
}
