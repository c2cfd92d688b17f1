import type { PlanAnswer } from '../../src/core/answers/schemas';
import { Chance } from '../unit/runtime/simulation/chance';

/** A random graph, and how long the worker and the reviewer of each TODO take. */
export interface Work {
  readonly plan: PlanAnswer;
  readonly ms: ReadonlyMap<string, { readonly worker: number; readonly reviewer: number }>;
}

/** Milliseconds below which nobody can come: the longest path, all the work over all the slots, or the work on one file. */
export function bound(given: Work, slots: number): number {
  const ends = new Map<string, number>();
  const files = new Map<string, number>();
  let work = 0;
  for (const { id, after, files: own } of given.plan.todos) {
    const took = tookOf(given, id);
    work += took;
    ends.set(id, took + Math.max(0, ...(after ?? []).map((other) => ends.get(other) ?? 0)));
    for (const file of own) files.set(file, took + (files.get(file) ?? 0));
  }
  return Math.max(work / slots, ...ends.values(), ...files.values());
}

/**
 * A schedule by hand that knows how long everything takes: of those that may begin, the longest path first. Begins a TODO with
 * `start`, whose promise is resolved when it is through; resolves when all are.
 */
export async function byHand(work: Work, slots: number, start: (todo: string) => Promise<void>): Promise<void> {
  const { todos } = work.plan;
  const path = new Map<string, number>();
  for (const { id, after } of todos.toReversed()) {
    const own = (path.get(id) ?? 0) + tookOf(work, id);
    path.set(id, own);
    for (const other of after ?? []) path.set(other, Math.max(path.get(other) ?? 0, own));
  }
  const left = [...todos].sort((a, b) => (path.get(b.id) ?? 0) - (path.get(a.id) ?? 0));
  const running = new Map<string, Promise<string>>();
  const files = new Set<string>();
  const done = new Set<string>();
  while (left.length + running.size > 0) {
    for (let at = 0; at < left.length && running.size < slots;) {
      const { id, after, files: own } = left[at] ?? { id: '', files: [] };
      if ((after ?? []).every((other) => done.has(other)) && !own.some((file) => files.has(file))) {
        for (const file of own) files.add(file);
        running.set(
          id,
          start(id).then(() => id),
        );
        left.splice(at, 1);
      } else at += 1;
    }
    const id = await Promise.race(running.values());
    running.delete(id);
    done.add(id);
    for (const file of todos.find((todo) => todo.id === id)?.files ?? []) files.delete(file);
  }
}

function tookOf({ ms }: Work, id: string): number {
  const { worker, reviewer } = ms.get(id) ?? { worker: 0, reviewer: 0 };
  return worker + reviewer;
}

/** How a plan’s sizes come about: none, by one who guesses well, or only whether it is short or long. */
export type Sizing = 'none' | 'good' | 'coarse';

/** The size that a Planner would name. */
function sizeOf(workerMs: number, sizing: Sizing): { size?: 'XS' | 'S' | 'M' | 'L' } {
  if (sizing === 'none') return {};
  if (sizing === 'coarse') return { size: workerMs < 25_000 ? 'S' : 'M' };
  if (workerMs < 8_000) return { size: 'XS' };
  if (workerMs < 16_000) return { size: 'S' };
  return { size: workerMs < 32_000 ? 'M' : 'L' };
}

/** A tenth of the TODOs share a file with another one; a TODO waits for up to three of those before it. */
export function workOf(seed: number, count: number, sizing: Sizing): Work {
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
      ...sizeOf(worker, sizing),
      check: `test ${id}`,
    };
  });
  return { plan: { summary: 'random', todos }, ms };
}
