/** The figures of many missions as a Markdown table for the README. */
import type { Outcome } from './mission';

type Judged = Omit<Outcome, 'history'>;

export function summary(outcomes: readonly Judged[]): string {
  const figures = outcomes.map((outcome) => outcome.figures);
  const mustSeal = outcomes.filter(({ schedule }) => schedule.seals);
  const sealed = mustSeal.filter((outcome) => outcome.figures.sealed).length;
  const kinds = count(outcomes.flatMap(({ struck, schedule }) => [...struck, ...schedule.modelFaults.map(nameOf)]));
  const sum = (pick: (one: (typeof figures)[number]) => number): number =>
    figures.reduce((total, one) => total + pick(one), 0);
  const rows: [string, string][] = [
    ['missions', `${String(outcomes.length)}, ${String(sum(({ todos }) => todos))} TODOs`],
    ['faults that struck', kinds.map(([kind, times]) => `${kind} ${String(times)}`).join(', ')],
    ['sealed, of those that can be', `${String(sealed)} of ${String(mustSeal.length)}`],
    ['not sealed, of those that must not be', notSealed(outcomes)],
    ['TODOs lost', String(sum(({ lost }) => lost))],
    ['finished TODOs repeated', String(sum(({ repeated }) => repeated))],
    ['turns driven again', String(sum(({ drivenAgain }) => drivenAgain))],
    ['seconds to notice that the server died', spread(figures.flatMap(({ notice }) => notice))],
    ['seconds from a stop to the last confirmation', spread(figures.flatMap(({ stop }) => stop))],
  ];
  return ['| what | measured |', '|---|---|', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function notSealed(outcomes: readonly Judged[]): string {
  const mustNot = outcomes.filter(({ schedule }) => !schedule.seals);
  return `${String(mustNot.filter((outcome) => !outcome.figures.sealed).length)} of ${String(mustNot.length)}`;
}

function nameOf(fault: string): string {
  return fault.replace(/ \(.*$/, '');
}

function count(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Median and maximum. */
export function spread(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'none';
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
  return `median ${at(0.5)}, at most ${at(1)} (${String(numbers.length)} times)`;
}
