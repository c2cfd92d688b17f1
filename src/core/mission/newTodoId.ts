import { key } from '../todo/graph';

/** A number of more digits is no count, and a prefix of more characters leaves it no room. */
const mostDigits = 9;
const mostPrefix = 50;

/** An id for a person’s TODO: the next one in the mission’s own pattern (`T7` → `T8`, `step-09` → `step-10`), else `P1`, `P2`, … */
export function newTodoId(ids: readonly string[]): string {
  const taken = new Set(ids.map(key));
  const { prefix, next, digits } = patternOf(ids);
  for (let number = next; ; number += 1) {
    const id = `${prefix}${String(number).padStart(digits, '0')}`;
    if (!taken.has(key(id))) return id;
  }
}

interface Pattern {
  readonly prefix: string;
  /** The number after the largest one. */
  readonly next: number;
  readonly digits: number;
}

/** The pattern that at least half of the ids follow. */
function patternOf(ids: readonly string[]): Pattern {
  const patterns = new Map<string, Pattern & { count: number }>();
  for (const id of ids) {
    const [, prefix, digits] = /^(.*?)(\d+)$/.exec(id) ?? [];
    if (prefix === undefined || digits === undefined) continue;
    if (prefix.length > mostPrefix || digits.length > mostDigits) continue;
    const known = patterns.get(key(prefix)) ?? { prefix, next: 0, digits: digits.length, count: 0 };
    const next = Math.max(known.next, Number(digits) + 1);
    // `01` is padded, `1` and `10` are not.
    const width = Math.min(known.digits, digits.length);
    patterns.set(key(prefix), { prefix: known.prefix, next, digits: width, count: known.count + 1 });
  }
  const most = [...patterns.values()].reduce<(Pattern & { count: number }) | undefined>(
    (best, one) => (best && best.count >= one.count ? best : one),
    undefined,
  );
  return most && most.count * 2 >= ids.length ? most : { prefix: 'P', next: 1, digits: 1 };
}
