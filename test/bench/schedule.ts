import type { PlanAnswer } from '../../src/core/answers/schemas';
import type { Recorded } from '../../src/core/mission/facts';
import type { FakePrompt } from '../support/fakeBackend';
import { fakeMission } from '../support/fakeMission';
import { Chance } from '../unit/runtime/simulation/chance';
import { median, type Row } from './table';

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

/** A random graph, and how long the worker and the reviewer of each TODO take. */
interface Work {
  readonly plan: PlanAnswer;
  readonly ms: ReadonlyMap<string, { readonly worker: number; readonly reviewer: number }>;
}

/**
 * How well slots are used: a bound that no schedule can be below (the longest path, or all work over all slots), over the time
 * from the first worker’s prompt to the last review. On the fake backend, with time as the models have it.
 */
export async function benchSchedule(): Promise<Row[]> {
  const rows: Row[] = [];
  const cases = [100, 200].flatMap((count) => [
    { count, slots: 8, sized: false },
    { count, slots: 8, sized: true },
    { count, slots: 50, sized: false },
  ]);
  for (const { count, slots, sized } of cases) {
    const ours: number[] = [];
    const best: number[] = [];
    for (const seed of seeds) {
      const work = workOf(seed, count, sized);
      ours.push(bound(work, slots) / (await makespanOf(work, slots)));
      best.push(bound(work, slots) / foreseen(work, slots));
    }
    const share = (values: readonly number[]) =>
      `${median(values).toFixed(3)} (at least ${Math.min(...values).toFixed(3)})`;
    rows.push({
      what: `${String(count)} TODOs, ${sized ? 'with' : 'without'} sizes, ${String(slots)} slots: bound over makespan`,
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

/** Milliseconds below which nobody can come: the longest path, all the work over all the slots, or the work on one file. */
function bound({ plan, ms }: Work, slots: number): number {
  const ends = new Map<string, number>();
  const files = new Map<string, number>();
  let work = 0;
  for (const { id, after, files: own } of plan.todos) {
    const { worker, reviewer } = ms.get(id) ?? { worker: 0, reviewer: 0 };
    const took = worker + reviewer;
    work += took;
    ends.set(id, took + Math.max(0, ...(after ?? []).map((other) => ends.get(other) ?? 0)));
    for (const file of own) files.set(file, took + (files.get(file) ?? 0));
  }
  return Math.max(work / slots, ...ends.values(), ...files.values());
}

/** Milliseconds of a schedule by hand that knows how long everything takes: of those that may begin, the longest path first. */
function foreseen({ plan, ms }: Work, slots: number): number {
  const took = new Map(plan.todos.map(({ id }) => [id, (ms.get(id)?.worker ?? 0) + (ms.get(id)?.reviewer ?? 0)]));
  const path = new Map<string, number>();
  for (const { id, after } of plan.todos.toReversed()) {
    const own = Math.max(path.get(id) ?? 0, 0) + (took.get(id) ?? 0);
    path.set(id, own);
    for (const other of after ?? []) path.set(other, Math.max(path.get(other) ?? 0, own));
  }
  const left = [...plan.todos].sort((a, b) => (path.get(b.id) ?? 0) - (path.get(a.id) ?? 0));
  const running: { id: string; file: string; end: number }[] = [];
  const done = new Set<string>();
  let now = 0;
  while (left.length + running.length > 0) {
    for (let at = 0; at < left.length && running.length < slots;) {
      const { id, after, files } = left[at] ?? { id: '', files: [] };
      const file = files[0] ?? '';
      const may = (after ?? []).every((other) => done.has(other)) && running.every((other) => other.file !== file);
      if (may) {
        running.push({ id, file, end: now + (took.get(id) ?? 0) });
        left.splice(at, 1);
      } else at += 1;
    }
    running.sort((a, b) => a.end - b.end);
    const next = running.shift();
    if (!next) break;
    now = next.end;
    done.add(next.id);
  }
  return now;
}

/** The size that a Planner would name who guesses well. */
function sizeOf(workerMs: number): 'XS' | 'S' | 'M' | 'L' {
  if (workerMs < 8_000) return 'XS';
  if (workerMs < 16_000) return 'S';
  return workerMs < 32_000 ? 'M' : 'L';
}

/** A tenth of the TODOs share a file with another one; a TODO waits for up to three of those before it. */
function workOf(seed: number, count: number, sized: boolean): Work {
  const chance = new Chance(seed);
  const ms = new Map<string, { worker: number; reviewer: number }>();
  const todos = Array.from({ length: count }, (_, index) => {
    const id = `T${String(index + 1)}`;
    // Most are short, some are ten times as long.
    const worker = 5_000 + chance.below(chance.is(0.15) ? 100_000 : 20_000);
    ms.set(id, { worker, reviewer: 2_000 + chance.below(6_000) });
    const some = index === 0 || chance.is(0.3) ? 0 : 1 + chance.below(3);
    const after = Array.from({ length: some }, () => `T${String(1 + Math.max(0, index - 1 - chance.below(40)))}`);
    const file = index > 0 && chance.is(0.1) ? chance.below(index) : index;
    return {
      id,
      title: id,
      detail: id,
      files: [`src/${String(file)}.ts`],
      after: [...new Set(after)],
      ...(sized && { size: sizeOf(worker) }),
      check: `test ${id}`,
    };
  });
  return { plan: { summary: 'random', todos }, ms };
}
