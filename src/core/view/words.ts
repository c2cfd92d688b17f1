import type { Ask, MissionState, Turn } from '../mission/state';
import type { Todo, TodoState } from '../todo/model';
import { counts, phase, shownState, type Phase } from '../mission/select';
import { plain } from '../todo/text';
import type { Moment } from './moment';

/** The states of the design’s table by meaning; each surface has one icon, symbol or colour for each. */
export type StateName =
  | 'queued'
  | 'running'
  | 'waitingPermission'
  | 'waitingQuestion'
  | 'rateLimited'
  | 'stalled'
  | 'reviewing'
  | 'done'
  | 'verified'
  | 'unverified'
  | 'failed'
  | 'blocked'
  | 'cancelled'
  | 'stopping'
  | 'stopped'
  | 'lostContact'
  | 'planning'
  | 'missionRunning'
  | 'waiting'
  | 'paused'
  | 'sealed'
  | 'exhausted';

/** A state as it is shown everywhere: its name for the icon, and the word beside it. */
export interface StateWord {
  readonly name: StateName;
  readonly word: string;
}

const todoWords: Readonly<Record<Exclude<TodoState, 'done'>, StateWord>> = {
  queued: { name: 'queued', word: 'queued' },
  running: { name: 'running', word: 'running' },
  reviewing: { name: 'reviewing', word: 'reviewing' },
  failed: { name: 'failed', word: 'failed' },
  blocked: { name: 'blocked', word: 'blocked' },
  cancelled: { name: 'cancelled', word: 'cancelled' },
};

const phaseWords: Readonly<Record<Phase, StateWord>> = {
  planning: { name: 'planning', word: 'planning' },
  running: { name: 'missionRunning', word: 'running' },
  waiting: { name: 'waiting', word: 'waiting' },
  paused: { name: 'paused', word: 'paused' },
  stopping: { name: 'stopping', word: 'stopping' },
  sealed: { name: 'sealed', word: 'sealed' },
  stopped: { name: 'stopped', word: 'stopped' },
  exhausted: { name: 'exhausted', word: 'exhausted' },
  failed: { name: 'failed', word: 'failed' },
};

/** A mission’s state by its name. */
export function phaseWord(state: Phase): StateWord {
  return phaseWords[state];
}

/** The mission’s state; a stop says how many of its sessions are confirmed, while it lasts and after it. */
export function missionWord(s: MissionState): StateWord {
  const now = phase(s);
  if (now === 'stopping') {
    const { confirmed, total } = stopCount(s);
    return { ...phaseWords.stopping, word: `stopping ${confirmed}/${total}` };
  }
  if (now === 'stopped') return { ...phaseWords.stopped, word: `stopped${confirmedWords(s)}` };
  return phaseWords[now];
}

/** ` (12 of 12 confirmed)` of a stop that is over, with its blank; empty where nothing is known. */
export function confirmedWords(s: MissionState): string {
  // The runtime counts all of them at the end of the reason: sessions that were resumed and left, too.
  const told = / \(\d+ of \d+ confirmed\)$/.exec(s.end?.reason ?? '')?.[0];
  if (told !== undefined) return told;
  const confirmed = s.end?.confirmed;
  return confirmed === undefined ? '' : ` (${confirmed} of ${Math.max(confirmed, s.sessions.size)} confirmed)`;
}

/** How many of a stopping mission’s sessions are confirmed, as far as the turns tell. */
export function stopCount(s: MissionState): { confirmed: number; total: number } {
  let unopened = 0;
  for (const turn of s.turns.values()) if (turn.session === undefined || !s.sessions.has(turn.session)) unopened += 1;
  const total = s.sessions.size + unopened;
  return { confirmed: Math.max(0, total - s.turns.size), total };
}

/** The state of an agent whose turn is in flight; one whose session is not open yet is queued. */
export function agentWord(moment: Moment, turn: Turn): StateWord {
  const { state: s, now, agents, lostContactSince } = moment;
  if (s.stop || turn.unwanted) return { name: 'stopping', word: 'stopping' };
  const ask = askOf(s, turn);
  if (ask) return askWord(ask);
  if (turn.session === undefined) return todoWords.queued;
  const news = agents.get(turn.session);
  if (news?.retryUntil !== undefined && news.retryUntil > now) {
    return { name: 'rateLimited', word: `rate-limited until ${moment.clock(news.retryUntil)}` };
  }
  if (lostContactSince !== undefined) return { name: 'lostContact', word: 'lost contact' };
  if (now - lastEventAt(moment, turn) > s.settings['limits.stallMinutes'] * 60_000) {
    return { name: 'stalled', word: 'stalled?' };
  }
  return todoWords[turn.role === 'reviewer' ? 'reviewing' : 'running'];
}

/** When an agent was heard of last; its order counts. */
export function lastEventAt(moment: Moment, turn: Turn): number {
  return Math.max(moment.agents.get(turn.session ?? '')?.lastEventAt ?? 0, turn.orderedAt);
}

/** The state of whoever asks. */
export function askWord(ask: Ask): StateWord {
  const name = ask.kind === 'permission' ? 'waitingPermission' : 'waitingQuestion';
  return { name, word: `waiting: ${ask.kind}` };
}

/** Whose turn it is, as a sentence names it. */
export function holder(turn: Pick<Turn, 'role' | 'todo'>): string {
  if (turn.todo !== undefined) return plain(turn.todo, 64);
  return { commander: 'the Commander', planner: 'the Planner', worker: 'a worker', reviewer: 'the mission review' }[
    turn.role
  ];
}

/** An agent as the subject of a sentence: `the worker of T7`, `the Commander`. */
export function agentName(of: Pick<Turn, 'role' | 'todo'>): string {
  return of.todo === undefined ? holder(of) : `the ${of.role} of ${plain(of.todo, 64)}`;
}

/** Who paused, stopped or changed a mission, as a sentence names them. */
export function byWords(by: string): string {
  return /^(?:person|user|you)?$/i.test(by.trim()) ? 'you' : plain(by, 80);
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
  const word = turn && agentWord(moment, turn);
  return word === undefined || word.name === 'queued' ? restingWord(moment.state, todo) : word;
}

/** The state of a TODO by the journal alone. */
export function restingWord(s: MissionState, todo: Todo): StateWord {
  const shown = restingState(s, todo);
  if (shown === 'reviewing' && todo.worktree?.landing !== undefined) return { name: 'reviewing', word: 'merging' };
  if (shown !== 'done') return todoWords[shown];
  return todo.verified
    ? { name: 'verified', word: 'done (verified)' }
    : { name: 'unverified', word: 'done (unverified)' };
}

/** A TODO’s state as it is shown: what a stop has set down waits for the mission to go on. */
export function restingState(s: MissionState, todo: Todo): TodoState {
  const isAtWork = todo.state === 'running' || todo.state === 'reviewing';
  const isSetDown = s.end !== undefined || (s.stop !== undefined && !s.turnOf.has(todo.id));
  return isAtWork && isSetDown ? 'queued' : shownState(s, todo);
}

/** How many TODOs are done, of how many: those that are cancelled are none any more, wherever TODOs are counted. */
export interface Tally {
  readonly of: number;
  readonly done: number;
  readonly verified: number;
  readonly cancelled: number;
}

export function tally(s: MissionState): Tally {
  const { total, done, verified, cancelled } = counts(s);
  return { of: total - cancelled, done, verified, cancelled };
}

/** `3 of 12 done: 2 verified`, with what is cancelled. */
export function progressWords(s: MissionState): string {
  const { of, done, verified, cancelled } = tally(s);
  if (s.todos.size === 0) return 'no TODO yet';
  const proven = done > 0 ? `: ${verified} verified` : '';
  return `${done} of ${of} done${proven}${cancelled > 0 ? `, ${cancelled} cancelled` : ''}`;
}

/** The first line of a mission’s text that says anything: its title. */
export function firstLine(text: string): string {
  return plain(text.split(/[\r\n]+/).find((line) => line.trim() !== '') ?? '', 400);
}

/** A reason as a sentence of its own. */
export function sentence(text: string): string {
  const said = fullStop(text.trim());
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}

/** The text with a full stop, where it does not end like a sentence already. */
export function fullStop(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** A text of at most so many characters: what is too much is left out in its middle. */
export function shortened(text: string, most: number): string {
  const all = Array.from(text);
  if (all.length <= most) return text;
  const head = Math.ceil(((most - 1) * 2) / 3);
  return `${all.slice(0, head).join('')}…${all.slice(all.length - (most - 1 - head)).join('')}`;
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
