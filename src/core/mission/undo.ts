import { pathsOf } from '../todo/changes';
import { fileKey, key } from '../todo/graph';
import type { Todo } from '../todo/model';
import type { MissionState } from './state';

/** A path that is to be as it was in one tree, where it is as it became in another. */
export interface Undone {
  readonly path: string;
  /** The trees before and after the change that is taken back. */
  readonly from: string;
  readonly to: string;
}

/** What has to be taken back of a TODO; of a file that was moved both names. */
export function undoneOf({ changes }: Pick<Todo, 'changes'>): Undone[] {
  if (!changes) return [];
  const { from, to } = changes;
  return [...new Set(changes.files.flatMap(pathsOf))].map((path) => ({ path, from, to }));
}

/** The TODOs with changes that build on a TODO: they wait for it, through others too, or changed one of its files after it. */
export function buildsOn(s: MissionState, todo: Todo): string[] {
  const waiting = new Set<string>();
  const next = [todo.id];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const dependent of s.dependents.get(key(id)) ?? []) {
      if (!waiting.has(dependent)) next.push(dependent);
      waiting.add(dependent);
    }
  }
  const files = new Set(undoneOf(todo).map(({ path }) => fileKey(path)));
  const later = (other: Todo): boolean =>
    (other.closedAt ?? Infinity) > (todo.closedAt ?? Infinity) &&
    undoneOf(other).some(({ path }) => files.has(fileKey(path)));
  return [...s.todos.values()]
    .filter((other) => other.id !== todo.id && other.changes && (waiting.has(other.id) || later(other)))
    .map(({ id }) => id);
}
