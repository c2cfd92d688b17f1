import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { wide } from '../scenarios/shapes';
import { serversLeft, stateOnDisk } from '../support/e2e';
import { scratch, scriptedModel, type Scratch } from '../support/scratch';
import { openEditor, type Editor, type Metered } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { median, type Row } from './table';

const todos = 50;
const latencyMs = 1_000;
const patienceMs = 600_000;
const pollMs = 500;

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
  const place = scratch();
  const model = await scriptedModel(place, wide(todos, { latencyMs, jitter: 0.5 }));
  const opened = await openEditor({ place, vsix });
  const { editor } = opened;
  try {
    await editor.execute('orchestrator.openDashboard');
    for (let time = 0; time < times; time += 1) {
      model.clear();
      await editor.measure();
      const from = performance.now();
      const id = String(await editor.execute('orchestrator.startMission', `Fifty files, ${String(time + 1)}`));
      const said = await ended(editor);
      seconds.push((performance.now() - from) / 1000);
      loads.push(await editor.measure());
      peaks.push(model.peakOf({ role: 'worker' }));
      assert.match(said, /Sealed/, `mission ${String(time + 1)}`);
      results.add(resultOf(place, id));
      place.git('add', '-A');
      place.git('commit', '-q', '--allow-empty', '-m', id);
      for (const todo of Array.from({ length: todos }, (_, at) => `T${String(at + 1)}`))
        place.git('rm', '-q', `out/${todo}.txt`);
      place.git('commit', '-q', '-m', `Clear ${id}`);
    }
    await until(() => serversLeft(place).length === 0);
    assert.equal(results.size, 1, [...results].join('\n'));
  } finally {
    await opened.close();
    await model.close();
    place.remove();
  }
  const cpu = median(loads.map(({ cpuMs, wallMs }) => cpuMs / wallMs));
  const most = Math.max(...loads.map(({ mostMs }) => mostMs));
  return [
    {
      what: `missions of ${String(todos)} TODOs in the editor, sealed with one result`,
      ours: String(times),
      baseline: `of ${String(times)}`,
      ratio: '1.00',
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
      baseline: 'bound 100 ms',
      ratio: (most / 100).toFixed(2),
    },
  ];
}

/** What the dashboard says when the mission is over. */
async function ended(editor: Editor): Promise<string> {
  const state = editor.webview().locator('.header-state');
  return await until(async () => {
    const [said] = await state.allInnerTexts();
    return said !== undefined && /Sealed|Failed|Exhausted|Stopped/.test(said) ? said : undefined;
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

async function until<T>(ask: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error('The mission does not come to an end.');
    await sleep(pollMs);
  }
}
