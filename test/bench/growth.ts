import { setTimeout as sleep } from 'node:timers/promises';
import { onStage, stateOnDisk } from '../support/e2e';
import { openEditor, type Editor, type Held } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { streaming } from './streaming';
import { mebibytes, median, type Row } from './table';

const agents = 50;
/** More than the time allows. */
const todos = 450;
const secondsPerTodo = 400;
const readEveryMs = 60_000;
const mostBytes = 100e6;
/** The plan itself comes at that pace. */
const patienceMs = 600_000;

/**
 * Memory of a real VS Code’s extension host with the dashboard open, while fifty workers of one mission on the real OpenCode
 * stream for so many minutes (an hour when told 60). A heap is read once what nobody holds is gone. Throws when the mission
 * ended early.
 */
export async function benchGrowth(minutes: number): Promise<Row[]> {
  const vsix = await packagedVsix();
  return await onStage(streaming(todos, secondsPerTodo), async ({ place, model }) => {
    const opened = await openEditor({ place, vsix });
    const { editor } = opened;
    try {
      await editor.execute('orchestrator.openDashboard');
      const id = String(await editor.execute('orchestrator.startMission', 'Fifty files at a time'));
      await model.waitFor((all) => all.peakOf({ role: 'worker', n: 1 }) >= agents, patienceMs);
      const readings = await read(editor, minutes);
      const state = stateOnDisk(place, id);
      if (state.end) throw new Error(`The mission ended before the time was over: ${state.end.state}.`);
      const finished = [...state.todos.values()].filter((todo) => todo.state === 'done').length;
      await editor.execute('orchestrator.stopMission');
      return rows(readings, `${String(minutes)} min, ${String(finished)} TODOs done, ${String(state.seq)} records`);
    } finally {
      await opened.close();
    }
  });
}

async function read(editor: Editor, minutes: number): Promise<Held[]> {
  const readings: Held[] = [];
  for (const end = Date.now() + minutes * 60_000; Date.now() < end;) {
    await sleep(readEveryMs);
    const reading = await editor.heap();
    readings.push(reading);
    const [heap, resident] = [mebibytes(reading.heapBytes), mebibytes(reading.rssBytes)];
    console.log(`       minute ${String(readings.length)}: heap ${heap}, resident ${resident}`);
  }
  return readings;
}

function rows(readings: readonly Held[], what: string): Row[] {
  const tenth = Math.max(1, Math.floor(readings.length / 10));
  const row = (name: string, pick: (reading: Held) => number): Row => {
    const all = readings.map(pick);
    const [first, middle, last] = [
      median(all.slice(0, tenth)),
      median(all.slice(Math.floor(all.length / 2), Math.floor(all.length / 2) + tenth)),
      median(all.slice(-tenth)),
    ];
    return {
      what: `${name}, ${what}`,
      ours: `${mebibytes(last - first)} more; in its second half ${mebibytes(last - middle)}`,
      baseline: `${mebibytes(first)} at first; bound ${mebibytes(mostBytes)} more`,
      ratio: ((last - first) / mostBytes).toFixed(2),
    };
  };
  return [
    row('heap of the extension host', ({ heapBytes }) => heapBytes),
    row('its resident memory', ({ rssBytes }) => rssBytes),
  ];
}
