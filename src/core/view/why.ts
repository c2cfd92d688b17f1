import { commandName, commandWords, openCommands, waitsForCommands } from '../commands/select';
import type { Role } from '../mission/facts';
import { budgetSpent } from '../mission/limits';
import { mergeQueue } from '../mission/isolation';
import { counts, isSealable, phase, waitsForPerson } from '../mission/select';
import type { MissionState, Turn } from '../mission/state';
import { duration, plain } from '../todo/text';
import { modelWaits } from './modelWaits';
import type { Moment } from './moment';
import { waits } from './waits';
import { agentName, agentWord, byWords, holder, listed, names, plural, sentence } from './words';

/** Nothing at all was heard for so long: the line says so. */
const silenceMs = 60_000;

/** Why the mission goes on, or why it does not: sentences that follow the state’s word, which they do not repeat. */
export function whyLine(moment: Moment): string {
  const { state: s, now } = moment;
  if (s.end) return endLine(moment, s.end);
  if (s.stop) return stoppingLine(s);
  if (moment.lostContactSince !== undefined) {
    const since = duration(now - moment.lostContactSince);
    return `No contact with OpenCode for ${since}. Agents may still be working; trying again.`;
  }
  const spent = budgetSpent(s, now);
  if (spent !== undefined) return spentLine(s, spent);
  if (phase(s) === 'paused') return pausedLine(moment);
  if (waitsForPerson(s)) return waitingLine(s);
  return workLine(moment);
}

/** What is done and at work, who waits for what, and who is silent. */
export function workLine(moment: Moment): string {
  return [atWorkLine(moment), waits(moment), stalledLine(moment), silenceLine(moment)]
    .filter((said) => said !== '')
    .join(' ');
}

/** What a seal means: `All 12 TODOs are done, no issue is open, …`. */
export function sealedLine(s: MissionState): string {
  const { done, cancelled } = counts(s);
  const are = `${plural(done, 'TODO')} ${done === 1 ? 'is' : 'are'} done`;
  const all = cancelled > 0 ? `${are}, ${cancelled} cancelled` : done > 1 ? `All ${are}` : are;
  return `${all}, no issue is open, nothing runs, and the mission review passed after the last change.`;
}

function endLine(moment: Moment, end: NonNullable<MissionState['end']>): string {
  const { state: s } = moment;
  if (end.state === 'sealed') return `at ${moment.clock(end.at)}. ${sealedLine(s)}`;
  if (end.state === 'stopped') return stoppedLine(moment, end);
  if (end.state === 'waiting' && s.asks.size > 0) return waitingLine(s);
  return sentence(plain(end.reason, 400));
}

function stoppedLine(moment: Moment, end: NonNullable<MissionState['end']>): string {
  const { state: s } = moment;
  const by = /^stopped by (.+?)(?: \(\d+ of \d+ confirmed\))?$/s.exec(end.reason.trim())?.[1];
  const who = by === undefined ? `${plain(end.reason, 300)}, ` : `by ${byWords(by)} `;
  const kept = [...s.todos.values()].filter((todo) => todo.state === 'running').length;
  const edits = kept > 0 ? `edits of ${plural(kept, 'worker')} are kept and not reviewed` : '';
  return [`${who}at ${moment.clock(end.at)}. Nothing runs.`, clauses(edits, leftWords(s))].filter(isSaid).join(' ');
}

function stoppingLine(s: MissionState): string {
  if (s.turns.size === 0) return 'No new turn starts. Every turn has ended; the sessions are swept once more.';
  const left = [...s.turns.values()].map(holder);
  return `No new turn starts. ${sentence(`${names(left)} ${left.length === 1 ? 'has' : 'have'} not confirmed yet`)}`;
}

/** `9 TODOs are left`; empty where none is. */
function leftWords(s: MissionState): string {
  const { size } = s.open;
  return size === 0 ? '' : `${plural(size, 'TODO')} ${size === 1 ? 'is' : 'are'} left`;
}

/** What there is to say, as one sentence; empty where that is nothing. */
function clauses(...said: readonly string[]): string {
  return sentence(said.filter(isSaid).join('; '));
}

function isSaid(words: string): boolean {
  return words !== '';
}

function endsByItself(s: MissionState): string {
  return s.turns.size === 1 ? '1 turn ends by itself' : `${s.turns.size} turns end by themselves`;
}

function spentLine(s: MissionState, spent: string): string {
  const ends = s.turns.size === 0 ? '' : endsByItself(s);
  return [spent, clauses(ends, leftWords(s))].filter(isSaid).join(' ');
}

function pausedLine(moment: Moment): string {
  const { state: s } = moment;
  if (!s.paused) return '';
  let queued = 0;
  for (const id of s.open) if (s.todos.get(id)?.state === 'queued') queued += 1;
  const rest = queued === 0 ? '' : `, ${plural(queued, 'TODO')} ${queued === 1 ? 'is' : 'are'} queued`;
  const ends = s.turns.size === 0 ? 'nothing runs' : endsByItself(s);
  return `by ${byWords(s.paused.by)} at ${moment.clock(s.paused.at)}; ${ends}${rest}.`;
}

function waitingLine(s: MissionState): string {
  return `Nothing runs: ${plural(s.asks.size, 'ask')} ${s.asks.size === 1 ? 'waits' : 'wait'} for you.`;
}

function atWorkLine(moment: Moment): string {
  const { now, agents } = moment;
  const working = atWork(moment);
  const [only] = working;
  if (!only) return stalledTurns(moment).length > 0 ? '' : idleLine(moment);
  if (working.length === 1) {
    const news = agents.get(only.session ?? '');
    const last = news ? `, last event ${duration(now - news.lastEventAt)} ago` : '';
    return sentence(`${agentName(only)} has worked for ${duration(now - only.orderedAt)}${last}`);
  }
  const of = (role: Role) => working.filter((turn) => turn.role === role).length;
  const parts = [
    of('worker') > 0 ? plural(of('worker'), 'worker') : '',
    of('reviewer') > 0 ? plural(of('reviewer'), 'reviewer') : '',
    of('planner') > 0 ? 'the Planner' : '',
    of('commander') > 0 ? 'the Commander' : '',
  ];
  return sentence(`${listed(parts.filter((part) => part !== ''))} are at work`);
}

function idleLine(moment: Moment): string {
  const { state: s } = moment;
  if (s.turns.size === 0) return nextLine(moment);
  let opening = 0;
  for (const turn of s.turns.values()) if (turn.session === undefined) opening += 1;
  return opening > 0 ? `${plural(opening, 'agent')} ${opening === 1 ? 'is' : 'are'} being started.` : 'Nothing runs.';
}

function atWork(moment: Moment): Turn[] {
  return [...moment.state.turns.values()].filter((turn) => {
    const { name } = agentWord(moment, turn);
    return name === 'running' || name === 'reviewing';
  });
}

function nextLine(moment: Moment): string {
  const { state: s } = moment;
  const waits = modelWaits(moment);
  const [landing] = mergeQueue(s);
  if (landing) return `${plain(landing.id, 64)} is being merged into the folder.`;
  if (waits.length > 0) return `Nothing runs: ${listed(waits.map(({ alone }) => alone))}.`;
  if (s.due.size > 0 || s.ready.size > 0) return 'The next turns are being ordered.';
  if (s.planner.wanted !== undefined) return 'The Planner is next.';
  const [command] = openCommands(s);
  if (command && waitsForCommands(s))
    return `Waits for the end of the background command ${plain(commandName(command), 100)}: ${commandWords(command, moment.now)}.`;
  if (isSealable(s)) return 'Everything is done; the seal is next.';
  return s.iteration === 0 ? 'The Commander starts first.' : 'The Commander is next.';
}

function stalledTurns(moment: Moment): Turn[] {
  return [...moment.state.turns.values()].filter((turn) => agentWord(moment, turn).name === 'stalled');
}

function stalledLine(moment: Moment): string {
  const stalled = stalledTurns(moment);
  if (stalled.length === 0) return '';
  const least = moment.state.settings['limits.stallMinutes'] * 60_000;
  const have = stalled.length > 1 ? 'have' : 'has';
  return sentence(`${names(stalled.map(holder))} ${have} given no sign of life for more than ${duration(least)}`);
}

function silenceLine(moment: Moment): string {
  const working = atWork(moment);
  if (working.length < 2) return '';
  const last = Math.max(...working.map((turn) => moment.agents.get(turn.session ?? '')?.lastEventAt ?? turn.orderedAt));
  return moment.now - last > silenceMs ? `No event for ${duration(moment.now - last)}.` : '';
}
