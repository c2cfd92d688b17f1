/** Where two texts differ, as `git diff -U0` tells: lines from 1; where there are none, `at` is the line before. */
export interface Hunk {
  readonly before: { readonly at: number; readonly count: number };
  readonly after: { readonly at: number; readonly count: number };
}

/** The lines of the text after, from 0, that the one before does not have. */
export function addedLines(hunks: readonly Hunk[]): Set<number> {
  return new Set(
    hunks.flatMap(({ after: { at, count } }) => Array.from({ length: count }, (_, index) => at - 1 + index)),
  );
}

/** For each of the `count` lines of the text after, from 0, which line of the text before it is; undefined for one that was added. */
export function keptLines(hunks: readonly Hunk[], count: number): (number | undefined)[] {
  const kept: (number | undefined)[] = [];
  let old = 0;
  const keepUntil = (line: number): void => {
    while (kept.length < line) kept.push(old++);
  };
  for (const { before, after } of hunks) {
    keepUntil(after.count === 0 ? after.at : after.at - 1);
    for (let added = 0; added < after.count; added += 1) kept.push(undefined);
    old += before.count;
  }
  keepUntil(count);
  return kept;
}
