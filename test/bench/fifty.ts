import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { wide } from '../scenarios/shapes';
import { onStage, serversLeft, stateOnDisk } from '../support/e2e';
import type { Scratch } from '../support/scratch';
import { openEditor, type Metered } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { headerSays, until } from '../support/vscode/steps';
import { startBare } from './bare';
import { median, type Row } from './table';

const todos = 50;
const latencyMs = 1_000;
const patienceMs = 600_000;

/**
 * Fifty TODOs, again and again, in the real editor on the real OpenCode with the dashboard open. Throws when one does not seal, leaves
 * a server behind, shows something else than is on disk, or comes to another result than the one before.
 */
export async function benchFifty(times: number): Promise<Row[]> {
  const vsix = await packagedVsix();
  const seconds: number[] = [];
  const peaks: number[] = [];
  const loads: Metered[] = [];
  const results = new Set<string>();
  await onStage(wide(todos, { latencyMs, jitter: 0.5 }), async ({ place, model }) => {
    const opened = await openEditor({ place, vsix });
    const { editor } = opened;
    try {
      await editor.execute('orchestrator.openDashboard');
      for (let time = 1; time <= times; time += 1) {
        model.clear();
        await editor.measure();
        const from = performance.now();
        const id = String(await editor.execute('orchestrator.startMission', `Fifty files, ${String(time)}`));
        await until(`mission ${String(time)} ends`, () => stateOnDisk(place, id).end, patienceMs);
        seconds.push((performance.now() - from) / 1000);
        loads.push(await editor.measure());
        peaks.push(model.peakOf({ role: 'worker' }));
        await headerSays(editor, 'Sealed');
        results.add(resultOf(place, id));
        rmSync(path.join(place.workspace, 'out'), { recursive: true });
      }
      await until('no server is left', () => serversLeft(place).length === 0);
    } finally {
      await opened.close();
    }
  });
  assert.equal(results.size, 1, [...results].join('\n'));
  const idle = await idleBeside(vsix, times);
  const cpu = median(loads.map(({ cpuMs, wallMs }) => cpuMs / wallMs));
  const most = Math.max(...loads.map(({ mostMs }) => mostMs));
  return [
    {
      what: `missions of ${String(todos)} TODOs in the editor that were sealed, and their different results`,
      ours: `${String(seconds.length)}, ${String(results.size)}`,
      baseline: `${String(times)} begun`,
      ratio: (seconds.length / times).toFixed(2),
    },
    {
      what: 'a mission, start to seal',
      ours: `${median(seconds).toFixed(1)} s`,
      baseline: `${Math.max(...seconds).toFixed(1)} s, the longest`,
      ratio: (median(seconds) / Math.max(...seconds)).toFixed(2),
    },
    {
      what: 'workers’ model calls in flight at once',
      ours: median(peaks).toFixed(0),
      baseline: `bound ${String(todos)}`,
      ratio: (median(peaks) / todos).toFixed(2),
    },
    {
      what: 'extension host, dashboard open: processor time',
      ours: `${(cpu * 100).toFixed(1)} % of a core`,
      baseline: 'bound 15 %',
      ratio: (cpu / 0.15).toFixed(2),
    },
    {
      what: 'longest delay of its event loop',
      ours: `${most.toFixed(0)} ms`,
      baseline: `${idle.toFixed(0)} ms in one that does nothing beside the same agents; bound 100 ms`,
      ratio: (most / 100).toFixed(2),
    },
  ];
}

/**
 * The longest delay, in milliseconds, of the event loop of an extension host that does nothing, while a bare script has fifty agents do
 * the same on a server that it starts: what the machine does to any process.
 */
async function idleBeside(vsix: string, times: number): Promise<number> {
  return await onStage({ latencyMs, jitter: 0.5 }, async ({ place }) => {
    const opened = await openEditor({ place, vsix });
    const delays: number[] = [];
    try {
      for (let time = 1; time <= times; time += 1) {
        await opened.editor.measure();
        const bare = await startBare(place);
        const both = async (at: number): Promise<void> => {
          await bare.turn('worker', `T${String(at)}`);
          await bare.turn('reviewer', `T${String(at)}`);
        };
        await Promise.all(Array.from({ length: todos }, (_, at) => both(at + 1))).finally(() => bare.close());
        delays.push((await opened.editor.measure()).mostMs);
      }
      return Math.max(...delays);
    } finally {
      await opened.close();
    }
  });
}

/** What a mission came to: its TODOs, how they ended, and what is in their files. */
function resultOf(place: Scratch, id: string): string {
  const state = stateOnDisk(place, id);
  const all = [...state.todos.values()].map(({ id: todo, state: now, verified, files }) => [
    ...[todo, now, verified],
    ...files.map((file) => place.read(file).split(' ')[0]),
  ]);
  return JSON.stringify([state.end?.state, all]);
}
