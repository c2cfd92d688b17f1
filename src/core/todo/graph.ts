import type { TodoDraft } from './model';

/** What the graph needs of a TODO; after ids that name none of the list count as no edge. */
export type GraphNode = Pick<TodoDraft, 'id' | 'after'>;

/** The form of an id in which ids are compared: without case. */
export function key(id: string): string {
  return id.toLowerCase();
}

/** The TODOs by key; of two with one id the first holds, and `duplicateIds` names the second. */
function byKey<T extends GraphNode>(todos: readonly T[]): Map<string, T> {
  const nodes = new Map<string, T>();
  for (const todo of todos) {
    const id = key(todo.id);
    if (!nodes.has(id)) nodes.set(id, todo);
  }
  return nodes;
}

/** The keys of what a TODO waits for within the list, each once. */
function edges(todo: GraphNode, nodes: ReadonlyMap<string, GraphNode>): string[] {
  return [...new Set(todo.after.map(key))].filter((id) => nodes.has(id));
}

/** The ids along one cycle, each waiting for the next and the last for the first; undefined where there is none. */
export function findCycle(todos: readonly GraphNode[]): string[] | undefined {
  const nodes = byKey(todos);
  const finished = new Set<string>();
  for (const start of nodes.keys()) {
    if (finished.has(start)) continue;
    // Depth first with a stack of our own: a chain of 10,000 TODOs must not overflow the engine's.
    const path: { id: string; rest: string[] }[] = [];
    const depth = new Map<string, number>();
    const enter = (id: string): void => {
      const todo = nodes.get(id);
      depth.set(id, path.length);
      path.push({ id, rest: todo === undefined ? [] : edges(todo, nodes).reverse() });
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        path.pop();
        depth.delete(top.id);
        finished.add(top.id);
        continue;
      }
      const seenAt = depth.get(next);
      if (seenAt !== undefined) return path.slice(seenAt).map(({ id }) => nodes.get(id)?.id ?? id);
      if (!finished.has(next)) enter(next);
    }
  }
  return undefined;
}

/** The `after` ids, as written and each once, that name neither a TODO of the list nor one of `existing`. */
export function unknownIds(todos: readonly GraphNode[], existing: Iterable<string> = []): string[] {
  const known = new Set(todos.map((todo) => key(todo.id)));
  for (const id of existing) known.add(key(id));
  const unknown = new Map<string, string>();
  for (const id of todos.flatMap((todo) => todo.after)) {
    if (!known.has(key(id)) && !unknown.has(key(id))) unknown.set(key(id), id);
  }
  return [...unknown.values()];
}

/** The ids, each once, that come a second time in the list or are already among `existing`. */
export function duplicateIds(todos: readonly Pick<TodoDraft, 'id'>[], existing: Iterable<string> = []): string[] {
  const known = new Set<string>();
  for (const id of existing) known.add(key(id));
  const twice = new Map<string, string>();
  for (const { id } of todos) {
    if (known.has(key(id)) && !twice.has(key(id))) twice.set(key(id), id);
    known.add(key(id));
  }
  return [...twice.values()];
}

/** For each TODO, by `key(id)`, the ids of those that wait for it directly, in the order of the list. */
export function dependentsOf(todos: readonly GraphNode[]): Map<string, string[]> {
  const nodes = byKey(todos);
  const dependents = new Map<string, string[]>();
  for (const id of nodes.keys()) dependents.set(id, []);
  for (const todo of nodes.values()) {
    for (const id of edges(todo, nodes)) dependents.get(id)?.push(todo.id);
  }
  return dependents;
}

/** The ids in an order in which each comes after all it waits for; what is on a cycle or waits for one is left out. */
export function topological(todos: readonly GraphNode[]): string[] {
  const nodes = byKey(todos);
  const dependents = dependentsOf(todos);
  const open = new Map<string, number>();
  const order: string[] = [];
  for (const [id, todo] of nodes) {
    const count = edges(todo, nodes).length;
    open.set(id, count);
    if (count === 0) order.push(todo.id);
  }
  // The list grows while it is walked: it is the queue as well.
  for (const done of order) {
    for (const next of dependents.get(key(done)) ?? []) {
      const left = (open.get(key(next)) ?? 0) - 1;
      open.set(key(next), left);
      if (left === 0) order.push(next);
    }
  }
  return order;
}

/** A chain of TODOs, each waiting for the one before, and the sum of their weights. */
export interface Chain {
  readonly ids: readonly string[];
  readonly weight: number;
}

/** The heaviest chain; a weight that is negative or no number counts as 0, and what is on or behind a cycle is left out. */
export function longestPath<T extends GraphNode>(todos: readonly T[], weight: (todo: T) => number): Chain {
  const nodes = byKey(todos);
  const total = new Map<string, number>();
  const before = new Map<string, string>();
  let end: string | undefined;
  for (const id of topological(todos).map(key)) {
    const todo = nodes.get(id);
    if (todo === undefined) continue;
    let most = 0;
    for (const earlier of edges(todo, nodes)) {
      const sum = total.get(earlier) ?? 0;
      if (!before.has(id) || sum > most) {
        most = sum;
        before.set(id, earlier);
      }
    }
    const own = weight(todo);
    total.set(id, most + (own > 0 ? own : 0));
    if (end === undefined || (total.get(id) ?? 0) > (total.get(end) ?? 0)) end = id;
  }
  const ids: string[] = [];
  for (let id = end; id !== undefined; id = before.get(id)) ids.push(nodes.get(id)?.id ?? id);
  return { ids: ids.reverse(), weight: end === undefined ? 0 : (total.get(end) ?? 0) };
}

/** The ids along the heaviest chain, first to last; without a weight the chain with most TODOs. */
export function criticalPath<T extends GraphNode>(todos: readonly T[], weight: (todo: T) => number = () => 1): string[] {
  return [...longestPath(todos, weight).ids];
}

/**
 * The form of a path in which files are compared: `/`, no `.` and `..` where they can be resolved, and without case, since
 * two names that differ in case only are one file on many disks. The workspace folder itself is the empty string.
 */
export function fileKey(path: string): string {
  const parts: string[] = [];
  for (const part of path.replace(/\\/g, '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/').normalize('NFC').toLowerCase().normalize('NFC');
}

/** The folders above a file key, up to the workspace folder. */
function foldersOf(file: string): string[] {
  if (file === '') return [];
  const folders = [''];
  for (let at = file.indexOf('/'); at >= 0; at = file.indexOf('/', at + 1)) folders.push(file.slice(0, at));
  return folders;
}

/**
 * Whether two TODOs name the same file, or one a folder that the other's file lies in. That a TODO without files runs alone
 * is the planner's rule: here it shares nothing.
 */
export function sharesFile(a: Pick<TodoDraft, 'files'>, b: Pick<TodoDraft, 'files'>): boolean {
  const mine = new Set(a.files.map(fileKey));
  const myFolders = new Set([...mine].flatMap(foldersOf));
  return b.files
    .map(fileKey)
    .some((file) => mine.has(file) || myFolders.has(file) || foldersOf(file).some((folder) => mine.has(folder)));
}
