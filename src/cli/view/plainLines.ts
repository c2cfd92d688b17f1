export function plainLine(at: number, text: string): string { return `${new Date(at).toISOString().slice(11,19)}  ${text}`; }
