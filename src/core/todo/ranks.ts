import { key } from './graph';
import type { TodoDraft } from './model';

/** What a TODO weighs by its size: the work of one of unknown size is 2. */
const weights: Readonly<Record<NonNullable<TodoDraft['size']>, number>> = { XS: 0.5, S: 1, M: 2, L: 4 };

/** How much work lies on the longest path that begins with each TODO: who begins with the largest keeps the fewest waiting. */
export function ranksOf(todos: Iterable<Pick<TodoDraft, 'id' | 'after' | 'size'>>): Map<string, number> {
  const nodes = [...todos];
  const byKey = new Map(nodes.map((todo) => [key(todo.id), todo]));
  const waiting = new Map<string, number>(); // how many that wait for it have no rank yet
  for (const { after } of nodes) for (const other of after) waiting.set(key(other), (waiting.get(key(other)) ?? 0) + 1);
  const ranks = new Map(nodes.map(({ id, size }) => [id, weights[size ?? 'M']]));
  const next = nodes.filter(({ id }) => !waiting.has(key(id)));
  for (let todo = next.pop(); todo; todo = next.pop()) {
    const path = ranks.get(todo.id) ?? 0;
    for (const other of todo.after) {
      const before = byKey.get(key(other));
      if (!before) continue;
      ranks.set(before.id, Math.max(ranks.get(before.id) ?? 0, path + weights[before.size ?? 'M']));
      const left = (waiting.get(key(other)) ?? 0) - 1;
      waiting.set(key(other), left);
      if (left === 0) next.push(before);
    }
  }
  return ranks;
}
