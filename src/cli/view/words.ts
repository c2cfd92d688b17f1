import type { Ask, MissionState, Turn } from '../../core/mission/state';
import type { Todo, TodoState } from '../../core/todo/model';
import { counts, phase, shownState, type Phase } from '../../core/mission/select';
import { plain } from '../../core/todo/text';
import type { Symbols, Tone } from './style';
import type { Moment } from './view';

/** A state as it is shown everywhere: a symbol, a word and a tone that repeats them. */
export interface StateWord {
  readonly symbol: keyof Symbols;
  readonly word: string;
  readonly tone?: Tone | undefined;
}

const todoWords: Readonly<Record<Exclude<TodoState, 'done'>, StateWord>> = {
  queued: { symbol: 'queued', word: 'queued', tone: 'faint' },
  running: { symbol: 'running', word: 'running', tone: 'work' },
  reviewing: { symbol: 'reviewing', word: 'reviewing', tone: 'review' },
  failed: { symbol: 'failed', word: 'failed', tone: 'bad' },
  blocked: { symbol: 'blocked', word: 'blocked', tone: 'bad' },
  cancelled: { symbol: 'cancelled', word: 'cancelled', tone: 'faint' },
};

const phaseWords: Readonly<Record<Phase, StateWord>> = {
  planning: { symbol: 'planning', word: 'planning', tone: 'work' },
  running: { symbol: 'running', word: 'running', tone: 'work' },
  waiting: { symbol: 'waiting', word: 'waiting', tone: 'warn' },
  stopping: { symbol: 'stopping', word: 'stopping', tone: 'faint' },
  sealed: { symbol: 'verified', word: 'sealed', tone: 'good' },
  stopped: { symbol: 'stopped', word: 'stopped', tone: 'faint' },
  exhausted: { symbol: 'exhausted', word: 'exhausted', tone: 'warn' },
  failed: { symbol: 'failed', word: 'failed', tone: 'bad' },
};

/** A mission’s state by its name. */
export function phaseWord(state: Phase): StateWord {
  return phaseWords[state];
}

/** The mission’s state; a stop says how many of its sessions are confirmed. */
export function missionWord(s: MissionState): StateWord {
  const now = phase(s);
  if (now !== 'stopping') return phaseWords[now];
  const { confirmed, total } = stopCount(s);
  return { ...phaseWords.stopping, word: `stopping ${confirmed}/${total}` };
}

/** How many of a stopping mission’s sessions are confirmed, as far as the turns tell. */
export function stopCount(s: MissionState): { confirmed: number; total: number } {
  let unopened = 0;
  for (const turn of s.turns.values()) if (turn.session === undefined || !s.sessions.has(turn.session)) unopened += 1;
  const total = s.sessions.size + unopened;
  return { confirmed: Math.max(0, total - s.turns.size), total };
}

/** The state of an agent whose turn is in flight. */
export function agentWord(moment: Moment, turn: Turn): StateWord {
  const { state, now, agents } = moment;
  if (state.stop || turn.unwanted) return { symbol: 'stopping', word: 'stopping', tone: 'faint' };
  const ask = askOf(state, turn);
  if (ask)
    return { symbol: ask.kind === 'permission' ? 'warning' : 'waiting', word: `waiting: ${ask.kind}`, tone: 'warn' };
  const until = agents.get(turn.session ?? '')?.retryUntil;
  if (until !== undefined && until > now) {
    return { symbol: 'limited', word: `rate-limited until ${clock(until)}`, tone: 'warn' };
  }
  return todoWords[turn.role === 'reviewer' ? 'reviewing' : 'running'];
}

/** Whose turn it is, as a sentence names it. */
export function holder(turn: Turn): string {
  if (turn.todo !== undefined) return plain(turn.todo, 64);
  return { commander: 'the Commander', planner: 'the Planner', worker: 'a worker', reviewer: 'the mission review' }[
    turn.role
  ];
}

/** The ask that holds up a turn: the one that waits longest. */
export function askOf(s: MissionState, turn: Turn): Ask | undefined {
  if (turn.session === undefined) return undefined;
  for (const ask of s.asks.values()) if (ask.session === turn.session) return ask;
  return undefined;
}

/** The state of a TODO: that of the agent at work on it, else its own. */
export function todoWord(moment: Moment, todo: Todo): StateWord {
  const turn = moment.state.turns.get(moment.state.turnOf.get(todo.id) ?? '');
  if (turn) return agentWord(moment, turn);
  return restingWord(moment.state, todo);
}

/** The state of a TODO by the journal alone. */
export function restingWord(s: MissionState, todo: Todo): StateWord {
  const shown = shownState(s, todo);
  if (shown !== 'done') return todoWords[shown];
  return todo.verified
    ? { symbol: 'verified', word: 'done (verified)', tone: 'good' }
    : { symbol: 'unverified', word: 'done (unverified)', tone: 'good' };
}

/** `3 of 12 done: 2 verified`, with what is cancelled. */
export function progressWords(s: MissionState): string {
  const { total, done, verified, cancelled } = counts(s);
  if (total === 0) return 'no TODO yet';
  const proven = done > 0 ? `: ${verified} verified` : '';
  return `${done} of ${total} done${proven}${cancelled > 0 ? `, ${cancelled} cancelled` : ''}`;
}

/** `hh:mm`, with seconds `hh:mm:ss`, in the time zone of the person who reads it. */
export function clock(at: number, seconds = false): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A reason as a sentence of its own. */
export function sentence(text: string): string {
  const said = text.trim();
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${said === '' || /[.!?…]$/.test(said) ? '' : '.'}`;
}

/** `1 worker`, `3 workers`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** Ids in few words: `T4 to T9`, `T2 and T5`, `T2, T5, T8 and 4 more`. */
export function names(ids: readonly string[], most = 3): string {
  const runs: { text: string; size: number }[] = [];
  for (let i = 0; i < ids.length;) {
    let end = i;
    while (end + 1 < ids.length && follows(ids[end], ids[end + 1])) end += 1;
    // Two in a row are shorter with a comma.
    const last = end - i >= 2 ? end : i;
    const text = plain(ids[i] ?? '', 64);
    runs.push({ text: last > i ? `${text} to ${plain(ids[last] ?? '', 64)}` : text, size: last - i + 1 });
    i = last + 1;
  }
  const shown = runs.length > most + 1 ? runs.slice(0, most) : runs;
  const left = ids.length - shown.reduce((sum, run) => sum + run.size, 0);
  return listed([...shown.map((run) => run.text), ...(left > 0 ? [`${left} more`] : [])]);
}

function follows(before: string | undefined, after: string | undefined): boolean {
  const [a, b] = [before, after].map((id) => /^(\D*)(\d{1,9})$/.exec(id ?? ''));
  return a?.[1] !== undefined && a[1] === b?.[1] && Number(a[2]) + 1 === Number(b[2]);
}
