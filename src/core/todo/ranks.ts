import { key } from './graph';
import type { TodoDraft } from './model';

/** A TODO's size as the Planner named it; `unknown` where it named none. */
export type Size = NonNullable<TodoDraft['size']> | 'unknown';

/** What a TODO of each size weighs beside the others. */
export type Weights = Readonly<Record<Size, number>>;
/** Workers' turns of each size that came to a report, and their milliseconds in all. */
export type Took = Readonly<Record<Size, { readonly turns: number; readonly ms: number }>>;
type Ranked = Pick<TodoDraft, 'id' | 'after' | 'size'>;

/** What sizes weigh before anything is measured. */
export const guessed: Weights = { XS: 0.5, S: 1, M: 2, L: 4, unknown: 2 };
const none = { turns: 0, ms: 0 };
export const tookNothing: Took = { XS: none, S: none, M: none, L: none, unknown: none };
/** How many turns the guess is worth beside those that were measured. */
const guessTurns = 2;

/** Counts what a worker's turn took. */
export function measured(took: Took, size: Size, ms: number): Took {
  const { turns, ms: before } = took[size];
  return { ...took, [size]: { turns: turns + 1, ms: before + ms } };
}

/**
 * What sizes weigh, learnt anew at the first, fourth, sixteenth … turn of a size; undefined at the others. A weight is
 * milliseconds a turn then; that of a size that was seldom seen stays near the guess, in the scale of those that were seen.
 */
export function learnt(took: Took, size: Size): Weights | undefined {
  if (!Number.isInteger(Math.log2(took[size].turns) / 2)) return undefined;
  const names: readonly Size[] = ['XS', 'S', 'M', 'L', 'unknown'];
  const sum = (of: (name: Size) => number): number => names.reduce((all, name) => all + of(name), 0);
  const unit = sum((name) => took[name].ms) / sum((name) => took[name].turns * guessed[name]);
  const weights = { ...guessed };
  for (const name of names)
    weights[name] = (took[name].ms + guessTurns * unit * guessed[name]) / (took[name].turns + guessTurns);
  return weights;
}

/** How much work lies on the longest path that begins with each TODO: who begins with the largest keeps the fewest waiting. */
export function ranksOf(todos: Iterable<Ranked>, weights: Weights): Map<string, number> {
  const weight = ({ size }: Ranked): number => weights[size ?? 'unknown'];
  const nodes = [...todos];
  const byKey = new Map(nodes.map((todo) => [key(todo.id), todo]));
  const waiting = new Map<string, number>(); // how many that wait for it have no rank yet
  for (const { after } of nodes) for (const other of after) waiting.set(key(other), (waiting.get(key(other)) ?? 0) + 1);
  const ranks = new Map(nodes.map((todo) => [todo.id, weight(todo)]));
  const next = nodes.filter(({ id }) => !waiting.has(key(id)));
  for (let todo = next.pop(); todo; todo = next.pop()) {
    const path = ranks.get(todo.id) ?? 0;
    for (const other of todo.after) {
      const before = byKey.get(key(other));
      if (!before) continue;
      ranks.set(before.id, Math.max(ranks.get(before.id) ?? 0, path + weight(before)));
      const left = (waiting.get(key(other)) ?? 0) - 1;
      waiting.set(key(other), left);
      if (left === 0) next.push(before);
    }
  }
  return ranks;
}
