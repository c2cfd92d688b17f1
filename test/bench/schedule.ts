import type { Recorded } from '../../src/core/mission/facts';
import type { FakePrompt } from '../support/fakeBackend';
import { ManualClock } from '../support/manualClock';
import { fakeMission } from '../support/fakeMission';
import { bound, byHand, workOf, type Sizing, type Work } from './graphs';
import { median, type Row } from './table';

const words: Readonly<Record<Sizing, string>> = {
  none: 'sizes unknown',
  good: 'sizes told',
  coarse: 'only short or long told',
};
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

/**
 * How well slots are used: a bound that no schedule can be below (the longest path, or all work over all slots), over the time
 * from the first worker’s prompt to the last review. On the fake backend, with time as the models have it.
 */
export async function benchSchedule(): Promise<Row[]> {
  const rows: Row[] = [];
  const cases = [100, 200].flatMap((count) => [
    { count, slots: 8, sizing: 'none' as const },
    { count, slots: 8, sizing: 'good' as const },
    { count, slots: 8, sizing: 'coarse' as const },
    { count, slots: 50, sizing: 'none' as const },
  ]);
  for (const { count, slots, sizing } of cases) {
    const ours: number[] = [];
    const best: number[] = [];
    for (const seed of seeds) {
      const work = workOf(seed, count, sizing);
      ours.push(bound(work, slots) / (await makespanOf(work, slots)));
      best.push(bound(work, slots) / (await foreseen(work, slots)));
    }
    const share = (values: readonly number[]) =>
      `${median(values).toFixed(3)} (at least ${Math.min(...values).toFixed(3)})`;
    rows.push({
      what: `${String(count)} TODOs, ${words[sizing]}, ${String(slots)} slots: bound over makespan`,
      ours: share(ours),
      baseline: `${share(best)} by one who knows all latencies`,
      ratio: (median(ours) / median(best)).toFixed(2),
    });
  }
  return rows;
}

async function makespanOf({ plan, ms }: Work, slots: number): Promise<number> {
  const latencyMs = ({ role, order }: FakePrompt): number => {
    const own = ms.get(order.todo ?? '');
    return own && (role === 'worker' || role === 'reviewer') ? own[role] : 10;
  };
  const mission = fakeMission({ plan, latencyMs, shortLog: true, settings: { 'limits.parallelSessions': slots } });
  await mission.run();
  const times = mission.records.filter(isOfATodo).map(({ at }) => at);
  return Math.max(...times) - Math.min(...times);
}

function isOfATodo({ fact }: Recorded): boolean {
  return (fact.type === 'turn.ordered' && fact.todo !== undefined) || fact.type === 'todo.reviewed';
}

/** Milliseconds that a schedule by hand takes when nothing costs time but the models. */
async function foreseen(work: Work, slots: number): Promise<number> {
  const clock = new ManualClock();
  const from = clock.now();
  const start = (todo: string): Promise<void> => {
    const { worker, reviewer } = work.ms.get(todo) ?? { worker: 0, reviewer: 0 };
    return new Promise((resolve) => clock.after(worker + reviewer, resolve));
  };
  await clock.until(byHand(work, slots, start));
  return clock.now() - from;
}
