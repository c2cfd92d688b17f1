import type { Fact, FactOf } from './facts';
import { minutesRun } from './select';
import type { MissionState } from './state';

/** What was used: tokens, and US dollars. */
export interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

export const nothing: Spent = { tokens: 0, cost: 0 };

/** From this share of a limit on it is said; from the last one on, turns in flight are ended too. */
const warnAt = 0.8;
const endAt = 1.1;

export type LimitKey = FactOf<'limit.neared'>['limit'];

/** How much of a limit is used. */
export interface Limit {
  readonly key: LimitKey;
  readonly used: number;
  readonly of: number;
}

/** The limits that are set, with what is used of them; `flying` is what turns in flight have used, `now` milliseconds since the epoch. */
export function limitsOf(s: MissionState, now: number, flying: Spent = nothing): Limit[] {
  const { settings } = s;
  const all: Limit[] = [
    { key: 'budget.usd', used: s.cost + flying.cost, of: settings['budget.usd'] },
    { key: 'budget.tokens', used: s.tokens + flying.tokens, of: settings['budget.tokens'] },
    { key: 'budget.minutes', used: minutesRun(s, now), of: settings['budget.minutes'] },
    { key: 'limits.maxIterations', used: s.iteration, of: settings['limits.maxIterations'] },
  ];
  return all.filter(({ of }) => of > 0);
}

/** The budget that is used up, if one is; the iterations have an end of their own. */
export function spentBudget(s: MissionState, now: number, flying?: Spent): Limit | undefined {
  return limitsOf(s, now, flying).find(({ key, used, of }) => key !== 'limits.maxIterations' && used >= of);
}

/** Whether so much more than a budget is used that even turns in flight are ended. */
export function isOverdrawn({ used, of }: Limit): boolean {
  return used >= of * endAt;
}

/** Warnings that are due: each limit is warned of once, and again after it was changed. */
export function dueWarnings(s: MissionState, now: number, flying?: Spent): Fact[] {
  if (s.end ?? s.stop) return [];
  return limitsOf(s, now, flying)
    .filter(({ key, used, of }) => used >= of * warnAt && used < of && s.warned.get(key) !== of)
    .map(({ key, used, of }) => ({ type: 'limit.neared', limit: key, used, of }));
}

/** That four fifths of a limit are used: `80 % of the budget of $5.00 is used.` */
export function nearedSentence({ limit, used, of }: FactOf<'limit.neared'>): string {
  const share = Math.floor((used / of) * 100);
  return limit === 'limits.maxIterations'
    ? `${used} of ${of} iterations are used.`
    : `${share} % of the budget of ${amounts[limit](of)} is used.`;
}

/** Which budget is used up, as a sentence; undefined while none is. */
export function budgetSpent(s: MissionState, now: number, flying?: Spent): string | undefined {
  const spent = spentBudget(s, now, flying);
  return spent && spentSentence(spent);
}

export function spentSentence({ key, of }: Limit): string {
  return `The budget of ${amounts[key](of)} is used up.`;
}

const amounts: Readonly<Record<LimitKey, (of: number) => string>> = {
  'budget.usd': (of) => `$${of.toFixed(2)}`,
  'budget.tokens': (of) => `${of} tokens`,
  'budget.minutes': (of) => `${of} minutes`,
  'limits.maxIterations': (of) => `${of} iterations`,
};
