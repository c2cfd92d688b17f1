export function key(id: string): string {
  return id.toLowerCase();
}
export function fileKey(path: string): string {
  return path.toLowerCase();
}
export function findCycle(_todos: readonly { id: string; after: readonly string[] }[]): string[] | undefined {
  return undefined;
}
