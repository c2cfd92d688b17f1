import { diamond } from '../scenarios/shapes';
import { onStage } from '../support/e2e';
import { openEditor, type Editor } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { agentRow, paintOf } from '../support/vscode/steps';
import { median, type Row } from './table';

const rounds = 8;
const mostPageMs = 2_000;

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
      const row = (what: string, pick: (values: readonly number[]) => number, of: (back: Back) => number): Row => {
        const [own, base] = [pick(ours.map(of)), pick(blank.map(of))];
        return {
          what: `${what} of ${String(rounds)}`,
          ours: `${own.toFixed(0)} ms`,
          baseline: `${base.toFixed(0)} ms to a blank page of another extension`,
          ratio: (own / base).toFixed(2),
        };
      };
      const longest = (values: readonly number[]): number => Math.max(...values);
      return [
        row('from a reload in mid-mission to the mission painted, median', median, ({ ms }) => ms),
        row('the same, longest', longest, ({ ms }) => ms),
        row(`of it since the page is there (bound ${String(mostPageMs)} ms), longest`, longest, ({ pageMs }) => pageMs),
      ];
    } finally {
      await opened.close();
    }
  });
}

interface Back {
  /** Milliseconds from the reload, and from the page’s document being there, to its first painting. */
  readonly ms: number;
  readonly pageMs: number;
}

async function reloads(editor: Editor, viewType: string): Promise<Back[]> {
  const times: Back[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await editor.stored(viewType);
    const from = Date.now();
    await editor.reload();
    const { origin, painted } = await paintOf(editor);
    times.push({ ms: painted - from, pageMs: painted - origin });
  }
  return times;
}
