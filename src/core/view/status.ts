import { phase, ranMs } from '../mission/select';
import type { MissionState } from '../mission/state';
import { cost, duration, tokens } from '../todo/text';
import type { Moment } from './moment';
import { whyLine } from './why';
import {
  agentWord,
  firstLine,
  missionWord,
  names,
  plural,
  progressWords,
  sentence,
  tally,
  type StateName,
} from './words';

/** What the status bar shows. */
export interface StatusItem {
  readonly icon: StateName;
  /** `7/12 · 5 running`. */
  readonly text: string;
  /** Something waits for the person. */
  readonly needsYou: boolean;
  /** Title, state with its why-line, progress, spendings. */
  readonly tooltip: readonly string[];
  /** The same for a screen reader. */
  readonly spoken: string;
}

/** The mission in the status bar. */
export function statusItem(moment: Moment): StatusItem {
  const { state: s } = moment;
  const state = missionWord(s);
  const { of, done } = tally(s);
  const { running, waiting } = atWork(moment);
  const share = of > 0 ? `${done}/${of}` : '';
  // In the bar there is no room for what is confirmed of a stop that is over.
  const word = s.end ? s.end.state : state.word;
  const isLive = phase(s) === 'running' || phase(s) === 'planning';
  const rest = waiting > 0 && !s.end ? needs(waiting) : isLive && running > 0 ? `${running} running` : word;
  return {
    icon: waiting > 0 && !s.end ? 'waiting' : state.name,
    text: [share, rest].filter((part) => part !== '').join(' · '),
    needsYou: waiting > 0,
    tooltip: [firstLine(s.text), stateLine(moment), sentence(progressWords(s)), spendings(moment)],
    spoken: `Mission ${state.word}, ${progressWords(s)}${waiting > 0 ? `, ${needs(waiting)}` : ''}`,
  };
}

/** The state’s word and its why-line as one text, for surfaces without bold type: `Sealed at 14:58. …`, `Running. …`. */
export function stateLine(moment: Moment): string {
  const state = sentence(missionWord(moment.state).word).replace(/\.$/, '');
  const why = whyLine(moment);
  return /^(?:at|by) /.test(why) ? `${state} ${why}` : `${state}. ${why}`;
}

function needs(waiting: number): string {
  return waiting === 1 ? '1 needs you' : `${waiting} need you`;
}

function spendings(moment: Moment): string {
  return meters(moment)
    .map((meter) => `${meter.label} ${meter.value}${meter.of === undefined ? '' : ` ${meter.of}`}`)
    .join(' · ');
}

/** How many agents are at work, and how many asks wait for the person. */
export function atWork(moment: Moment): { running: number; waiting: number } {
  let running = 0;
  for (const turn of moment.state.turns.values()) {
    const { name } = agentWord(moment, turn);
    if (name === 'running' || name === 'reviewing') running += 1;
  }
  return { running, waiting: moment.state.asks.size };
}

/** What a screen reader is told at most every 5 s: what was closed after `since`, then who works and who waits. */
export function spokenDigest(moment: Moment, since: number): string {
  const { state: s } = moment;
  const closed = { verified: [] as string[], unverified: [] as string[], cancelled: [] as string[] };
  for (const todo of s.todos.values()) {
    if (todo.closedAt === undefined || todo.closedAt <= since) continue;
    if (todo.state === 'cancelled') closed.cancelled.push(todo.id);
    else if (todo.state === 'done') closed[todo.verified ? 'verified' : 'unverified'].push(todo.id);
  }
  const news = [
    closed.verified.length > 0 ? `${names(closed.verified)} done, verified.` : '',
    closed.unverified.length > 0 ? `${names(closed.unverified)} done, unverified.` : '',
    closed.cancelled.length > 0 ? `${names(closed.cancelled)} cancelled.` : '',
  ];
  return [...news, standing(moment)].filter((part) => part !== '').join(' ');
}

function standing(moment: Moment): string {
  const { state: s } = moment;
  if (s.end ?? s.stop) return sentence(`mission ${missionWord(s).word}`);
  const { running, waiting } = atWork(moment);
  const parts = [
    phase(s) === 'paused' ? 'mission paused' : '',
    `${running} running`,
    waiting > 0 ? `${waiting} waiting for you` : '',
  ];
  return sentence(parts.filter((part) => part !== '').join(', '));
}

/** What a budget is spent on. */
export interface Meter {
  readonly key: 'elapsed' | 'tokens' | 'cost';
  readonly label: string;
  readonly value: string;
  /** `of $10.00`; without a budget there is none, and no meter. */
  readonly of?: string | undefined;
  /** Used share of the budget, at most 1. */
  readonly ratio?: number | undefined;
  /** From 80 %: the share as it stands before the number, `80 %`. */
  readonly warn?: string | undefined;
  /** Said where the value is not what it seems. */
  readonly tooltip?: string | undefined;
}

/** From this share of a budget on, its meter warns. */
const warnFrom = 0.8;

/** Time, tokens and cost, what turns in flight have used so far among them. */
export function meters(moment: Moment): Meter[] {
  const { state: s, now } = moment;
  const used = spent(moment);
  const { 'budget.minutes': minutes, 'budget.tokens': most, 'budget.usd': usd } = s.settings;
  return [
    meter('elapsed', 'Elapsed', ranMs(s, now), minutes * 60_000, (ms) => duration(ms, true)),
    meter('tokens', 'Tokens', used.tokens, most, tokens),
    { ...meter('cost', 'Cost', used.cost, usd, cost), ...unpriced(used) },
  ];
}

/** The mission’s tokens and cost, what turns in flight have used so far among them. */
export function spent({ state: s, agents }: Moment): { tokens: number; cost: number } {
  const sum = { tokens: s.tokens, cost: s.cost };
  for (const turn of s.turns.values()) {
    const news = agents.get(turn.session ?? '');
    sum.tokens += news?.tokens ?? 0;
    sum.cost += news?.cost ?? 0;
  }
  return sum;
}

/** A cost as it is shown: `n/a` where tokens were used and no price is known, `–` where nothing was used yet; blank where nothing applies. */
export function costWords(used: { readonly tokens?: number | undefined; readonly cost?: number | undefined }): string {
  if (used.cost === undefined) return '';
  if (used.cost === 0) return (used.tokens ?? 0) > 0 ? 'n/a' : '–';
  return cost(used.cost);
}

/** Why a cost is `n/a`. */
export const unpricedTooltip = 'This provider reports no price';

function unpriced(used: { tokens: number; cost: number }): Partial<Meter> {
  return costWords(used) === 'n/a' ? { value: 'n/a', tooltip: unpricedTooltip } : {};
}

function meter(key: Meter['key'], label: string, used: number, budget: number, say: (value: number) => string): Meter {
  const value = say(used);
  if (budget <= 0) return { key, label, value };
  const share = used / budget;
  const warn = share >= warnFrom ? { warn: `${Math.floor(share * 100)} %` } : {};
  return { key, label, value, of: `of ${say(budget)}`, ratio: Math.min(1, share), ...warn };
}

/** The progress bar: its label, its parts and what a screen reader says of it. */
export function progress(s: MissionState): {
  readonly label: string;
  readonly spoken: string;
  readonly total: number;
  readonly verified: number;
  readonly unverified: number;
  readonly left: number;
  readonly cancelled: number;
} {
  const { of: total, done, verified, cancelled } = tally(s);
  const unverified = done - verified;
  const left = total - done;
  const isEmpty = s.todos.size === 0;
  const label = isEmpty ? 'no TODO yet' : `${done} of ${total} done`;
  const parts = [`${verified} verified`, `${unverified} unverified`, `${left} left`];
  if (cancelled > 0) parts.push(`${cancelled} cancelled`);
  return {
    label,
    spoken: isEmpty ? label : `${label}: ${parts.join(', ')}`,
    total,
    verified,
    unverified,
    left,
    cancelled,
  };
}

/** `8 active, at most 50`; while stopping `3 still to confirm`. */
export function activeWords(s: MissionState): string {
  if (s.stop && !s.end) return `${s.turns.size} still to confirm`;
  if (s.end) return '0 active';
  return `${s.turns.size} active, at most ${s.settings['limits.parallelSessions']}`;
}

/** `iteration 2 of 20`; at its end `4 iterations`. */
export function iterationWords(s: MissionState): string {
  if (s.end?.state === 'sealed') return plural(s.iteration, 'iteration');
  return s.iteration === 0 ? '' : `iteration ${s.iteration} of ${s.settings['limits.maxIterations']}`;
}
