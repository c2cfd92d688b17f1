import type { Role } from '../mission/facts';
import { cost, duration, formatUtc, tokens } from '../todo/text';
import { outcomes } from '../view/agentOutcome';
import { cell, type Cell, type Tone } from './blocks';
import type { ProofKind, Report, ReportSession, Took } from './model';

/** Times as a report shows them: the clock alone where all of it was on one day. */
export function whenOf({ result }: Pick<Report, 'result'>): (at: number | undefined) => string {
  const day = (at: number) => formatUtc(at).slice(0, 10);
  const oneDay = day(result.startedAt) === day(result.lastAt);
  return (at) => {
    if (at === undefined) return '';
    const whole = formatUtc(at).replace('Z', '');
    return oneDay && day(at) === day(result.startedAt) ? whole.slice(11) : whole.slice(5);
  };
}

/** Worked, tokens and cost, as three cells. */
export function tookCells({ workedMs, tokens: used, cost: usd }: Took): Cell[] {
  return [cell(duration(workedMs, true)), cell(tokens(used)), cell(costText(usd, used))];
}

export const tookColumns = [
  { title: 'Worked', isNumber: true },
  { title: 'Tokens', isNumber: true },
  { title: 'Cost', isNumber: true },
];

/** A cost; `n/a` where tokens were used and no price is known. */
export function costText(usd: number, used: number): string {
  if (usd === 0) return used > 0 ? 'n/a' : '–';
  return cost(usd);
}

export const roleWords: Readonly<Record<Role, string>> = {
  commander: 'Commander',
  planner: 'Planner',
  worker: 'Worker',
  reviewer: 'Reviewer',
};

/** A model, or that nobody knows which. */
export function modelText(model: string | undefined): string {
  return model === undefined || model === '' ? 'not told' : model;
}

const proofTones: Readonly<Record<ProofKind, Tone>> = {
  verified: 'good',
  unverified: 'warn',
  person: 'warn',
  open: 'bad',
  cancelled: 'quiet',
};

/** The colour of a proof. */
export function proofTone(kind: ProofKind): Tone {
  return proofTones[kind];
}

/** How a session ended, in words. */
export function endedCell({ ended }: Pick<ReportSession, 'ended'>): Cell {
  if (ended === 'answered') return cell('answered', { as: 'state', tone: 'good' });
  if (ended === 'at work') return cell('at work', { as: 'state', tone: 'warn' });
  if (!isOutcome(ended)) return cell(ended, { as: 'state', tone: 'bad' });
  const [state, words] = outcomes[ended];
  const tone = state.name === 'failed' ? 'bad' : 'quiet';
  return cell(words === '' ? state.word : words, { as: 'state', tone });
}

function isOutcome(how: string): how is keyof typeof outcomes {
  return Object.hasOwn(outcomes, how);
}

/** The mission’s own state as a colour. */
export function stateTone({ state, word }: Report['result']): Tone {
  if (state === 'sealed') return 'good';
  return state === 'failed' || word === 'broken off' ? 'bad' : 'warn';
}

/** How many characters of each of so many texts are shown, so that a report of many stays readable. */
export function roomFor(count: number): number {
  return Math.max(160, Math.min(2_000, Math.floor(600_000 / Math.max(1, count))));
}

/** A text cut to so many characters, which is said. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).trimEnd()}… (cut; the JSON report has more)`;
}
