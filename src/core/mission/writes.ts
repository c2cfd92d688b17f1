import { fileKey } from '../todo/graph';
import { isolatedTestOf } from '../todo/paths';
import type { Recorded } from './facts';
import type { MissionState } from './state';

/** A turn of a worker that changed a file: the trees before and after it, and what the file was called in them. */
export interface FileWrite {
  readonly todo: string;
  readonly attempt: number;
  readonly session?: string | undefined;
  readonly before: Spot;
  /** Undefined: it is at work, and what it has written is on disk. */
  readonly after: Spot | undefined;
}

/** A file in a tree. */
export interface Spot {
  readonly tree: string;
  readonly path: string;
}

/** The turns that wrote a file, the last one first, under the names that TODOs gave it. */
export function writesTo(records: readonly Recorded[], s: MissionState, path: string): FileWrite[] {
  const turns = turnsOf(records);
  const ofTurn = (id: string) => turns.get(id) ?? { attempt: 0, session: undefined, tree: undefined };
  const writes: FileWrite[] = [];
  for (const { todo, tree, attempt, session } of s.turns.values())
    if (todo !== undefined && tree !== undefined && mayWrite(s, todo, path))
      writes.push({ todo, attempt, session, before: { tree, path }, after: undefined });
  let name = path;
  for (const { fact, seq } of records.toReversed()) {
    if (fact.type !== 'todo.changed' && fact.type !== 'todo.landed') continue;
    const change = fact.files.find((file) => fileKey(file.path) === fileKey(name));
    if (!change) continue;
    // What landed was written apart, by the last worker before it, and the folder’s own trees tell what it brought.
    const turn = fact.type === 'todo.landed' ? lastTurn(records, fact.todo, seq) : fact.turn;
    const { attempt, session, tree: taken } = ofTurn(turn);
    const tree = fact.type === 'todo.landed' ? fact.from : (taken ?? fact.from);
    const after = { tree: fact.to, path: change.path };
    name = change.from ?? change.path;
    writes.push({ todo: fact.todo, attempt, session, before: { tree, path: name }, after });
  }
  return writes;
}

/** The last turn of a TODO’s worker that was ordered before a record. */
function lastTurn(records: readonly Recorded[], todo: string, before: number): string {
  const last = records.findLast(
    ({ fact, seq }) => seq < before && fact.type === 'turn.ordered' && fact.role === 'worker' && fact.todo === todo,
  );
  return last?.fact.type === 'turn.ordered' ? last.fact.turn : '';
}

/** Says in a few words which turns wrote a file, as far as the mission itself tells: cheap, and another text when it changes; empty for none. */
export function writersOf(s: MissionState, path: string): string {
  const file = fileKey(path);
  const words: string[] = [];
  for (const { id, changes } of s.todos.values())
    if (changes?.files.some((change) => fileKey(change.path) === file)) words.push(`${id}@${changes.to}`);
  for (const { id, todo, tree } of s.turns.values())
    if (todo !== undefined && tree !== undefined && mayWrite(s, todo, path)) words.push(id);
  return words.join(' ');
}

interface Told {
  attempt: number;
  session: string | undefined;
  /** The files before it. */
  tree: string | undefined;
}

function turnsOf(records: readonly Recorded[]): Map<string, Told> {
  const turns = new Map<string, Told>();
  for (const { fact } of records) {
    if (fact.type === 'turn.ordered') {
      if (fact.role === 'worker')
        turns.set(fact.turn, { attempt: fact.attempt, session: fact.session, tree: undefined });
      continue;
    }
    if (fact.type !== 'session.opened' && fact.type !== 'tree.taken') continue;
    const turn = turns.get(fact.turn);
    if (turn && fact.type === 'session.opened') turn.session = fact.session;
    if (turn && fact.type === 'tree.taken') turn.tree = fact.tree;
  }
  return turns;
}

/** Whether a file is a TODO’s to write; one that names none works alone. */
function mayWrite(s: MissionState, id: string, path: string): boolean {
  const { files = [] } = s.todos.get(id) ?? {};
  return files.length === 0 || files.some((file) => [file, isolatedTestOf(file)].map(fileKey).includes(fileKey(path)));
}
