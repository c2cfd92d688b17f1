import type { Recorded } from '../../src/core/mission/facts';
import { FakeBackend } from '../support/fakeBackend';
import { fakeMission, goodAgents, HostKilled, todos } from '../support/fakeMission';
import { ManualClock } from '../support/manualClock';
import { median, type Row } from './table';

const count = 1_000;
const open = 50;
const rounds = 3;
const boundMs = 1_000;

/**
 * The whole loop on the fake backend, whose time is free: what is measured is work. 1,000 TODOs from start to seal, and the
 * resume of such a mission whose host was killed with fifty sessions open, until all of them are joined. The baseline is to parse
 * the same records.
 */
export async function benchFake(): Promise<Row[]> {
  const whole: number[] = [];
  const resumed: number[] = [];
  const parsed: number[] = [];
  const parsedPast: number[] = [];
  let records = 0;
  for (let round = 0; round < rounds; round += 1) {
    const all = fakeMission({ plan, settings, shortLog: true });
    whole.push(await timed(() => all.run()));
    records = all.records.length;
    parsed.push(parseMs(all.records));
    const { ms, past } = await resume(all.records.length);
    resumed.push(ms);
    parsedPast.push(parseMs(past));
  }
  const ms = (values: readonly number[]) => `${median(values).toFixed(0)} ms`;
  const ratio = (values: readonly number[], by: readonly number[]) => (median(values) / median(by)).toFixed(1);
  return [
    {
      what: `1,000 TODOs, start to seal, ${records.toLocaleString('en')} records, with the fake’s own work`,
      ours: ms(whole),
      baseline: `${ms(parsed)} to parse the records`,
      ratio: ratio(whole, parsed),
    },
    {
      what: `resume of 1,000 TODOs with ${String(open)} open sessions, until each is looked at`,
      ours: ms(resumed),
      baseline: `bound ${String(boundMs)} ms; ${ms(parsedPast)} to parse the records`,
      ratio: `${(median(resumed) / boundMs).toFixed(2)}; ${ratio(resumed, parsedPast)}`,
    },
  ];
}

const plan = todos(Object.fromEntries(Array.from({ length: count }, (_, at) => [`T${String(at + 1)}`, []])));
const settings = { 'limits.parallelSessions': open, 'limits.tasks': count };

/** Kills the host in the middle and goes on with what is on disk and in the backend. */
async function resume(records: number): Promise<{ ms: number; past: readonly Recorded[] }> {
  const clock = new ManualClock();
  const backend = new FakeBackend(clock, goodAgents(plan), () => 60_000);
  const first = fakeMission({
    ...{ plan, settings, shortLog: true, clock, backend },
    killAt: { seq: Math.floor(records / 2), when: 'flushed' },
  });
  await first.run().catch((error: unknown) => {
    if (!(error instanceof HostKilled)) throw error;
  });
  const looks = () => (backend.calls.get('readTurn') ?? 0) + (backend.calls.get('busySessions') ?? 0);
  const before = looks();
  const second = fakeMission({ plan, settings, shortLog: true, clock, backend, past: first.records });
  const from = performance.now();
  second.run().catch(() => undefined); // it is killed below
  while (looks() < before + open) await new Promise((resolve) => setImmediate(resolve));
  const ms = performance.now() - from;
  second.kill();
  return { ms, past: first.records };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}

function parseMs(records: readonly Recorded[]): number {
  const lines = records.map((record) => JSON.stringify(record));
  const from = performance.now();
  for (const line of lines) JSON.parse(line);
  return performance.now() - from;
}
