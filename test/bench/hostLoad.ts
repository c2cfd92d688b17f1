import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { authorization } from '../../src/opencode/address';
import type { Model } from '../support/model/model';
import { assertEnded, onStage } from '../support/e2e';
import { opencode, start, type Scratch } from '../support/scratch';
import { openEditor, type Metered } from '../support/vscode/editor';
import { packagedVsix } from '../support/vscode/package';
import { startBare } from './bare';
import { streaming } from './streaming';
import { mebibytes, median, type Row } from './table';

const agents = 50;
const seconds = { bare: 40, mission: 40, editor: 100 };
const settleMs = 5_000;
const measureMs = 25_000;
const patienceMs = 300_000;

const meter = fileURLToPath(new URL('../support/vscode/driver/meter.cjs', import.meta.url));
const bareClient = fileURLToPath(new URL('bareClient.mjs', import.meta.url));

interface Load {
  /** Of one core. */
  readonly cpu: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly rssBytes: number;
}

/**
 * What the process that runs the loop costs while fifty workers of a real OpenCode stream: from the terminal, and as the
 * extension host of a real VS Code with the dashboard open. The baseline is a process that follows and parses the same events.
 */
export async function benchHostLoad(): Promise<Row[]> {
  const bare = await bareLoad();
  const terminal = await terminalLoad();
  const { rest, open, shut } = await editorLoad();
  const percent = (share: number) => `${(share * 100).toFixed(1)} % of a core`;
  const base = `${percent(bare.cpu)} to parse ${bare.perSecond.toFixed(0)} events a second`;
  const cpu = (what: string, ours: number, baseline = base, by = bare.cpu): Row => ({
    what: `${what}, ${String(agents)} agents streaming: processor time`,
    ours: percent(ours),
    baseline,
    ratio: (ours / by).toFixed(2),
  });
  const delay = (what: string, load: Load): Row => ({
    what: `${what}: delay of the event loop, p99, most`,
    ours: `${load.p99Ms.toFixed(0)} ms, ${load.mostMs.toFixed(0)} ms`,
    baseline: `${bare.p99Ms.toFixed(0)} ms, ${bare.mostMs.toFixed(0)} ms by the bare client`,
    ratio: `${(load.p99Ms / bare.p99Ms).toFixed(2)}, ${(load.mostMs / bare.mostMs).toFixed(2)}`,
  });
  const resident = (what: string, load: Load, by: number, name: string): Row => ({
    what: `${what}: resident memory`,
    ours: mebibytes(load.rssBytes),
    baseline: `${mebibytes(by)} ${name}`,
    ratio: (load.rssBytes / by).toFixed(2),
  });
  return [
    cpu('from the terminal', terminal.cpu),
    delay('from the terminal', terminal),
    resident('from the terminal', terminal, bare.rssBytes, 'by the bare client'),
    cpu('extension host, dashboard closed, above rest', shut.cpu - rest.cpu),
    cpu('extension host, dashboard open, above rest', open.cpu - rest.cpu),
    delay('extension host, dashboard open', open),
    resident('extension host, dashboard open', open, rest.rssBytes, 'at rest'),
  ];
}

async function bareLoad(): Promise<Load & { perSecond: number }> {
  return await onStage(streaming(agents, seconds.bare), async ({ place, model }) => {
    const bare = await startBare(place);
    const env = { ...metered(place), BARE_URL: bare.address.url, BARE_AUTHORIZATION: authorization(bare.address) };
    const client = spawn(process.execPath, [bareClient], { env: { ...place.env, ...env } });
    const said: string[] = [];
    client.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    try {
      const work = Promise.all(Array.from({ length: agents }, (_, at) => bare.turn('worker', `T${String(at + 1)}`)));
      const [from, to] = await window(model);
      const counts = said.join('').trim().split('\n');
      const inWindow = counts.map((text) => JSON.parse(text) as { at: number; perSecond: number });
      const perSecond = median(inWindow.filter(({ at }) => at > from && at <= to).map((each) => each.perSecond));
      const load = loadOf(place, from, to);
      await work;
      return { ...load, perSecond };
    } finally {
      client.kill();
      await bare.close();
    }
  });
}

async function terminalLoad(): Promise<Load> {
  return await onStage(streaming(agents, seconds.mission), async ({ place, model }) => {
    const running = start(place, ['task', 'Fifty files', '--json', '--opencode', opencode], metered(place));
    const [from, to] = await window(model);
    const load = loadOf(place, from, to);
    assertEnded(place, await running.done, 0);
    return load;
  });
}

async function editorLoad(): Promise<{ rest: Load; open: Load; shut: Load }> {
  const vsix = await packagedVsix();
  return await onStage(streaming(agents, seconds.editor), async ({ place, model }) => {
    const opened = await openEditor({ place, vsix });
    const { editor } = opened;
    const measured = async (): Promise<Load> => {
      await sleep(settleMs);
      await editor.measure();
      await sleep(measureMs);
      return loadFrom([await editor.measure()]);
    };
    try {
      await editor.execute('orchestrator.openDashboard');
      const rest = await measured();
      await editor.execute('orchestrator.startMission', 'Fifty files');
      await model.waitFor((all) => all.peakOf({ role: 'worker', n: 1 }) >= agents, patienceMs);
      const open = await measured();
      await editor.execute('workbench.action.closeAllEditors');
      const shut = await measured();
      if (model.inFlight < agents) throw new Error('The agents had answered before all was measured.');
      await editor.execute('orchestrator.stopMission');
      return { rest, open, shut };
    } finally {
      await opened.close();
    }
  });
}

/** Waits until all agents stream, and then for as long as is measured; returns from when to when, in ms since the epoch. */
async function window(model: Model): Promise<[number, number]> {
  await model.waitFor((all) => all.peakOf({ role: 'worker', n: 1 }) >= agents, patienceMs);
  await sleep(settleMs);
  const from = Date.now();
  await sleep(measureMs);
  return [from, Date.now()];
}

function metered(place: Scratch): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--require ${meter}`, ORCHESTRATOR_METER: path.join(place.base, 'meter.jsonl') };
}

function loadOf(place: Scratch, from: number, to: number): Load {
  const lines = readFileSync(path.join(place.base, 'meter.jsonl'), 'utf8').trim().split('\n');
  const all = lines.map((line) => JSON.parse(line) as Metered);
  // What began before the window counts for what was before it.
  return loadFrom(all.filter(({ at, wallMs }) => at - wallMs >= from && at <= to));
}

function loadFrom(readings: readonly Metered[]): Load {
  const sum = (pick: (reading: Metered) => number) => readings.reduce((all, each) => all + pick(each), 0);
  return {
    cpu: sum(({ cpuMs }) => cpuMs) / sum(({ wallMs }) => wallMs),
    p99Ms: median(readings.map(({ p99Ms }) => p99Ms)),
    mostMs: Math.max(...readings.map(({ mostMs }) => mostMs)),
    rssBytes: Math.max(...readings.map(({ rssBytes }) => rssBytes)),
  };
}
