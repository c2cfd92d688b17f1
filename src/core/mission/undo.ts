import { pathsOf } from '../todo/changes';
import { fileKey, key } from '../todo/graph';
import type { Todo } from '../todo/model';
import type { FactOf, Recorded } from './facts';
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

/** What TODOs made of a path between two trees. */
export interface Span extends Undone {
  /** Whether the path was there before, and is after. */
  readonly wasThere: boolean;
  readonly isThere: boolean;
}

/** What is taken back already. */
export interface Back {
  /** Milliseconds since the epoch: what a TODO changed later is not. */
  readonly at: number;
  /** Whose; without it everybody’s. */
  readonly todo?: string | undefined;
  readonly paths: readonly string[];
}

/** What the TODOs of a mission changed and is not back, to be taken back in this order: of each path the newest first. */
export function undoneOfMission(records: readonly Recorded[], back: readonly Back[]): Undone[] {
  return [...spansOf(records, back).values()].flatMap((spans) =>
    spans.toReversed().map(({ path, from, to }) => ({ path, from, to })),
  );
}

/** What became of each path from before the first TODO that changed it to after the last. */
export function changesOfMission(records: readonly Recorded[]): Span[] {
  return [...spansOf(records, []).values()].flatMap((spans) => {
    const [first, last] = [spans[0], spans.at(-1)];
    if (!first || !last || (!first.wasThere && !last.isThere)) return [];
    return { path: first.path, from: first.from, to: last.to, wasThere: first.wasThere, isThere: last.isThere };
  });
}

/** When a span began and ended, as places in the journal. */
interface Dated extends Span {
  readonly begun: number;
  readonly ended: number;
}

/** By path, the oldest first. Where two overlap, nobody can say whose a change between them was: they are one. */
function spansOf(records: readonly Recorded[], back: readonly Back[]): Map<string, Dated[]> {
  const taken = new Map<string, number>();
  const told = new Map<string, { begun: number; ended: number; at: number; fact: FactOf<'todo.changed'> }>();
  for (const [ended, { at, fact }] of records.entries()) {
    if (fact.type === 'tree.taken') taken.set(fact.turn, ended);
    if (fact.type !== 'todo.changed') continue;
    const begun = told.get(fact.todo)?.begun ?? taken.get(fact.turn) ?? ended;
    told.set(fact.todo, { begun, ended, at, fact });
  }
  const spans = new Map<string, Dated[]>();
  for (const { begun, ended, at, fact } of [...told.values()].sort((a, b) => a.begun - b.begun)) {
    const { from, to } = fact;
    const those = back.filter(({ todo, at: when }) => (todo === undefined || todo === fact.todo) && when >= at);
    const isBack = new Set(those.flatMap(({ paths }) => paths));
    for (const file of fact.files) {
      for (const path of pathsOf(file)) {
        const wasThere = file.kind !== 'added' && (file.kind !== 'renamed' || path === file.from);
        const isThere = file.kind !== 'deleted' && path === file.path;
        if (!isBack.has(path)) add(spans, { path, from, to, wasThere, isThere, begun, ended });
      }
    }
  }
  return spans;
}

function add(spans: Map<string, Dated[]>, span: Dated): void {
  const known = spans.get(span.path) ?? [];
  spans.set(span.path, known);
  const last = known.at(-1);
  if (!last || last.ended < span.begun) known.push(span);
  else if (last.ended < span.ended) {
    const { to, isThere, ended } = span;
    known.splice(-1, 1, { ...last, to, isThere, ended });
  }
}
