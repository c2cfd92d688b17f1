export function plain(text: string, max: number): string { return text.replace(/\s+/g, ' ').slice(0, max); }
export function duration(ms: number): string { return `${String(Math.round(ms / 1000))}s`; }
export function tokens(n: number): string { return String(n); }
export function cost(usd: number): string { return `$${usd.toFixed(2)}`; }
