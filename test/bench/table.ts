export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: string;
}

/** A Markdown table of measured rows. */
export function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map(({ what, ours, baseline, ratio }) => `| ${what} | ${ours} | ${baseline} | ${ratio} |`);
  return [
    `**${title}**`,
    '',
    '| what | measured | baseline, same run | ratio |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** The value below which a share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
