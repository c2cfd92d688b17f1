import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { encodeRecord } from '../../src/core/mission/record';
import { recall } from '../../src/host/workspace';
import { readJournal } from '../../src/persistence/journal';
import { historyInSlices } from '../../src/vscode/dashboard/history';
import { play } from './core';
import { median, type Row } from './table';

const rounds = 5;

/** How long a host takes to know a mission again that it finds on disk, and for how long it is deaf meanwhile. */
export async function benchResume(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orchestrator-bench-'));
  try {
    const rows: Row[] = [];
    for (const count of [1_000, 10_000]) rows.push(...(await resumed(path.join(folder, String(count)), count)));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function resumed(file: string, count: number): Promise<Row[]> {
  writeFileSync(file, play(count).map(encodeRecord).join(''));
  const times = {
    ours: [] as number[],
    bare: [] as number[],
    feed: [] as number[],
    p99: [] as number[],
    most: [] as number[],
  };
  let records = 0;
  for (let round = 0; round < rounds; round += 1) {
    const bare = performance.now();
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
    times.bare.push(performance.now() - bare);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const from = performance.now();
    const known = await recall((await readJournal(file)).records);
    times.ours.push(performance.now() - from);
    delay.disable();
    times.p99.push(delay.percentile(99) / 1e6);
    times.most.push(delay.max / 1e6);
    const feed = performance.now();
    await historyInSlices(
      () => known.records,
      () => true,
    );
    times.feed.push(performance.now() - feed);
    records = known.records.length;
  }
  const ms = (values: readonly number[]) => `${median(values).toFixed(0)} ms`;
  const ratio = (values: readonly number[], bound: number) => (median(values) / bound).toFixed(2);
  const name = `${count.toLocaleString('en')} TODOs, ${records.toLocaleString('en')} records`;
  const parse = `${ms(times.bare)} to \`JSON.parse\` them`;
  return [
    {
      what: `resume of ${name}: read, checked, folded`,
      ours: ms(times.ours),
      baseline: parse,
      ratio: ratio(times.ours, median(times.bare)),
    },
    { what: 'event loop meanwhile, p99', ours: ms(times.p99), baseline: 'bound 50 ms', ratio: ratio(times.p99, 50) },
    {
      what: 'event loop meanwhile, longest',
      ours: ms(times.most),
      baseline: 'bound 200 ms',
      ratio: ratio(times.most, 200),
    },
    {
      what: 'its feed for the dashboard, in slices',
      ours: ms(times.feed),
      baseline: parse,
      ratio: ratio(times.feed, median(times.bare)),
    },
  ];
}
