export function statusLines(_s: unknown, _n: number): string[] { return []; }
export function listLines(rows: readonly unknown[]): string[] { return rows.map((r) => JSON.stringify(r)); }
