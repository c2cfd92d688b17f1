import type { Role } from '../../core/mission/facts';
import { budgetSpent } from '../../core/mission/plan';
import { counts, isSealable, waitsForPerson } from '../../core/mission/select';
import type { MissionState, Turn } from '../../core/mission/state';
import { duration, plain } from '../../core/todo/text';
import { waits } from './waits';
import { agentWord, holder, listed, names, plural, sentence } from './words';
import type { Moment } from './view';

/** Nothing at all was heard for so long: the line says so. */
const silenceMs = 60_000;

/** Why the mission goes on, or why it does not: sentences for a person, unbroken. */
export function whyLine(moment: Moment): string {
  const { state: s, now } = moment;
  if (s.end) return s.end.state === 'sealed' ? sealedLine(s) : sentence(plain(s.end.reason, 400));
  if (s.stop) return stoppingLine(s);
  if (moment.lostContactSince !== undefined) {
    const since = duration(now - moment.lostContactSince);
    return `No contact with OpenCode for ${since}. Agents may still be working; trying again.`;
  }
  const spent = budgetSpent(s, now);
  if (spent !== undefined) return spentLine(s, spent);
  if (waitsForPerson(s)) return waitingLine(s);
  return [workLine(moment), waits(moment), silenceLine(moment)].filter((sentence) => sentence !== '').join(' ');
}

function sealedLine(s: MissionState): string {
  const { done, cancelled } = counts(s);
  const are = `${plural(done, 'TODO')} ${done === 1 ? 'is' : 'are'} done`;
  const all = cancelled > 0 ? `${are}, ${cancelled} cancelled` : done > 1 ? `All ${are}` : are;
  return `${all}, no issue is open, nothing runs, and the mission review passed after the last change.`;
}

function stoppingLine(s: MissionState): string {
  if (s.turns.size === 0) return 'No new turn starts. Every turn has ended; the sessions are swept once more.';
  const left = [...s.turns.values()].map(holder);
  return `No new turn starts. ${sentence(`${names(left)} ${left.length === 1 ? 'has' : 'have'} not confirmed yet`)}`;
}

function spentLine(s: MissionState, spent: string): string {
  const ends = s.turns.size === 1 ? '1 turn ends by itself' : `${s.turns.size} turns end by themselves`;
  return `${spent} ${ends}; ${plural(s.open.size, 'TODO')} ${s.open.size === 1 ? 'is' : 'are'} left.`;
}

function waitingLine(s: MissionState): string {
  const titles = [...s.asks.values()].map((ask) => `“${plain(ask.title, 120)}”`);
  const asks = titles.length === 1 ? '1 ask waits' : `${titles.length} asks wait`;
  return `Nothing runs: ${asks} for you: ${titles.slice(0, 3).join(', ')}${titles.length > 3 ? ' and more' : ''}.`;
}

function workLine(moment: Moment): string {
  const { state: s, now, agents } = moment;
  const working = atWork(moment);
  const [only] = working;
  if (!only) return s.turns.size > 0 ? 'Nothing runs.' : nextLine(s);
  if (working.length === 1) {
    const news = agents.get(only.session ?? '');
    const last = news ? `, last event ${duration(now - news.lastEventAt)} ago` : '';
    const who = only.todo === undefined ? holder(only) : `The ${only.role} of ${plain(only.todo, 64)}`;
    return sentence(`${who} has worked for ${duration(now - only.orderedAt)}${last}`);
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

function atWork(moment: Moment): Turn[] {
  return [...moment.state.turns.values()].filter((turn) => {
    const { symbol } = agentWord(moment, turn);
    return symbol === 'running' || symbol === 'reviewing';
  });
}

function nextLine(s: MissionState): string {
  if (s.due.size > 0 || s.ready.size > 0) return 'The next turns are being ordered.';
  if (s.planner.wanted !== undefined) return 'The Planner is next.';
  if (isSealable(s)) return 'Everything is done; the seal is next.';
  return s.iteration === 0 ? 'The Commander starts first.' : 'The Commander is next.';
}

function silenceLine(moment: Moment): string {
  const working = atWork(moment);
  if (working.length < 2) return '';
  const last = Math.max(...working.map((turn) => moment.agents.get(turn.session ?? '')?.lastEventAt ?? turn.orderedAt));
  return moment.now - last > silenceMs ? `No event for ${duration(moment.now - last)}.` : '';
}
