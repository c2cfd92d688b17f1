import { fileKey, key, type Node } from './graph';

/** TODOs that name the same file, of which each could be at work beside another of them: the host has them take turns, or merges them in turn. */
export interface Clash {
  /** As the first of them names it. */
  readonly file: string;
  readonly todos: readonly string[];
}

/** A TODO as far as order and files are concerned. */
export interface FileNode extends Node {
  readonly files: readonly string[];
  /** It works in a worktree of its own. */
  readonly isolated?: boolean | undefined;
}

/**
 * The files that several TODOs name without waiting for each other, through others too. In the order of the files in the list. It goes
 * twice through the graph with a bit for each TODO that shares a file, so that ten thousand TODOs take a moment.
 */
export function clashesOf(todos: readonly FileNode[]): Clash[] {
  const shared = sharedFiles(todos);
  if (shared.length === 0) return [];
  const bits = new Map<string, bigint>();
  for (const { todos: ids } of shared) for (const id of ids) if (!bits.has(id)) bits.set(id, 1n << BigInt(bits.size));
  const order = inTurn(todos);
  const before = reached(order, bits, ({ after }) => after.map(key));
  const dependents = new Map<string, string[]>();
  for (const { id, after } of todos)
    for (const other of after.map(key)) {
      const list = dependents.get(other);
      if (list) list.push(key(id));
      else dependents.set(other, [key(id)]);
    }
  const behind = reached(order.toReversed(), bits, ({ id }) => dependents.get(key(id)) ?? []);
  return shared.flatMap(({ file, todos: ids }) => {
    const all = ids.reduce((mask, id) => mask | (bits.get(id) ?? 0n), 0n);
    const free = ids.filter((id) => {
      const ordered = (before.get(key(id)) ?? 0n) | (behind.get(key(id)) ?? 0n) | (bits.get(id) ?? 0n);
      return (ordered & all) !== all;
    });
    return free.length === 0 ? [] : [{ file, todos: free }];
  });
}

/** The TODOs in the folder that name no file, each of which works while nobody else there does. */
export function alone(todos: readonly FileNode[]): string[] {
  return todos.filter(({ files, isolated }) => files.length === 0 && !isolated).map(({ id }) => id);
}

function sharedFiles(todos: readonly FileNode[]): Clash[] {
  const byFile = new Map<string, { file: string; todos: string[] }>();
  for (const { id, files } of todos) {
    for (const file of files) {
      const known = byFile.get(fileKey(file));
      if (!known) byFile.set(fileKey(file), { file, todos: [id] });
      else if (known.todos.at(-1) !== id) known.todos.push(id);
    }
  }
  return [...byFile.values()].filter(({ todos: ids }) => ids.length > 1);
}

/** Each TODO after those that it waits for. */
function inTurn(todos: readonly FileNode[]): FileNode[] {
  const byKey = new Map(todos.map((todo) => [key(todo.id), todo]));
  const left = new Map<string, number>();
  const waiting = new Map<string, FileNode[]>();
  const order: FileNode[] = [];
  for (const todo of todos) {
    const known = new Set(todo.after.map(key).filter((id) => byKey.has(id)));
    left.set(todo.id, known.size);
    for (const id of known) {
      const list = waiting.get(id);
      if (list) list.push(todo);
      else waiting.set(id, [todo]);
    }
    if (known.size === 0) order.push(todo);
  }
  for (const { id } of order) {
    for (const next of waiting.get(key(id)) ?? []) {
      const count = (left.get(next.id) ?? 0) - 1;
      left.set(next.id, count);
      if (count === 0) order.push(next);
    }
  }
  return order;
}

/** The bits of all TODOs that are reached from each, when those next to it come before it in the order. */
function reached(
  order: readonly FileNode[],
  bits: ReadonlyMap<string, bigint>,
  nextTo: (todo: FileNode) => readonly string[],
): Map<string, bigint> {
  const masks = new Map<string, bigint>();
  const own = new Map<string, bigint>();
  for (const todo of order) {
    let mask = 0n;
    for (const id of nextTo(todo)) mask |= (masks.get(id) ?? 0n) | (own.get(id) ?? 0n);
    masks.set(key(todo.id), mask);
    own.set(key(todo.id), bits.get(todo.id) ?? 0n);
  }
  return masks;
}
