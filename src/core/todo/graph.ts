/** A TODO as far as order is concerned. */
export interface Node {
  readonly id: string;
  readonly after: readonly string[];
}

/** How ids are compared: without case. */
export function key(id: string): string {
  return id.toLowerCase();
}

/** How a file is compared when TODOs share it: without case, since some file systems know none. */
export function fileKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** The ids along a cycle, the first one again at the end; undefined when there is none. Linear, and not recursive: chains may be long. */
export function findCycle(todos: readonly Node[]): string[] | undefined {
  const nodes = new Map(todos.map((todo) => [key(todo.id), todo]));
  const finished = new Set<string>();
  for (const start of nodes.keys()) {
    const path: { id: string; next: number }[] = [];
    const onPath = new Map<string, number>();
    let enter: string | undefined = finished.has(start) ? undefined : start;
    while (enter !== undefined || path.length > 0) {
      if (enter !== undefined) {
        onPath.set(enter, path.length);
        path.push({ id: enter, next: 0 });
        enter = undefined;
      }
      const top = path.at(-1);
      if (!top) break;
      const after = nodes.get(top.id)?.after ?? [];
      const other = after[top.next];
      if (other === undefined) {
        finished.add(top.id);
        onPath.delete(top.id);
        path.pop();
        continue;
      }
      top.next += 1;
      const next = key(other);
      const seen = onPath.get(next);
      if (seen !== undefined) {
        const cycle = path.slice(seen).map(({ id }) => nodes.get(id)?.id ?? id);
        return [...cycle, cycle[0] ?? ''];
      }
      if (nodes.has(next) && !finished.has(next)) enter = next;
    }
  }
  return undefined;
}
