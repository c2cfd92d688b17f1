import { ranMs } from '../mission/select';
import type { MissionState, SessionRecord } from '../mission/state';
import { plain } from '../todo/text';
import { agentModel, whose, type AgentRow } from './agentRow';
import type { Moment } from './moment';
import { waitsUntil } from './modelWaits';
import { plural, type StateWord } from './words';

type How = NonNullable<SessionRecord['ended']>['how'];

const done: StateWord = { name: 'done', word: 'done' };
const failed: StateWord = { name: 'failed', word: 'failed' };
const queued: StateWord = { name: 'queued', word: 'queued' };
const stopped: StateWord = { name: 'stopped', word: 'stopped (confirmed)' };

/** How a session’s last turn ended, and in which words. */
export const outcomes: Readonly<Record<How, readonly [StateWord, string]>> = {
  answered: [done, ''],
  silent: [failed, 'gave no answer'],
  error: [failed, 'met an error'],
  timeout: [failed, 'took longer than an attempt may'],
  stalled: [failed, 'gave no sign of life'],
  refused: [failed, 'its answers were refused'],
  interrupted: [failed, 'was interrupted'],
  stopped: [stopped, ''],
  waits: [queued, 'waits for its model'],
  looped: [failed, 'did the same again and again'],
  unwanted: [{ name: 'cancelled', word: 'cancelled' }, 'its TODO was closed meanwhile'],
};

/** Whether a session that rests is not over: it goes on when the mission does, or gets its next prompt soon. */
export function isSetDown(s: MissionState, session: string, record: SessionRecord): boolean {
  if (s.end?.state === 'sealed') return false;
  const owner = record.todo === undefined ? ownerOf(s, record) : s.todos.get(record.todo);
  if (owner?.next?.session === session) return true;
  return record.ended?.how === 'stopped' && (s.stop !== undefined || s.end !== undefined);
}

function ownerOf(s: MissionState, { role }: SessionRecord) {
  return role === 'commander' ? s.commander : role === 'planner' ? s.planner : s.missionReview;
}

/** The row of an agent that rests between two turns: the Commander, the Planner, and whoever a stop has set down. */
export function setDownRow(moment: Moment, session: string, record: SessionRecord): AgentRow {
  const { state: s } = moment;
  const row = restRow(moment, session, record);
  if (record.role === 'commander') return commanderAtRest(moment, row);
  if (record.role === 'planner') return { ...row, level: 2, ...plannerAtRest(s, session, record) };
  const group = record.role === 'worker' ? 'workers' : 'reviewers';
  if (!s.stop && !s.end) return { ...row, level: 3, group, ...nextOf(moment, record) };
  const kept = record.role === 'worker' ? 'edits kept, not reviewed' : 'review not finished';
  return { ...row, level: 3, group, state: stopped, now: kept };
}

function nextOf(moment: Moment, { role, ended }: SessionRecord): Pick<AgentRow, 'state' | 'now'> {
  const until = waitsUntil(moment, role);
  if (until === undefined) return { state: queued, now: ended?.how === 'waits' ? outcomes.waits[1] : 'goes on next' };
  return { state: { name: 'rateLimited', word: `rate-limited until ${moment.clock(until)}` }, now: outcomes.waits[1] };
}

function commanderAtRest({ state: s, now }: Moment, row: AgentRow): AgentRow {
  const ticks = s.runningSince > 0;
  const common = { ...row, level: 1, elapsedMs: ranMs(s, now), elapsedRunning: ticks };
  if (s.end?.state === 'sealed') return { ...common, state: done, now: 'the mission is sealed' };
  if (s.stop ?? s.end) return { ...common, state: stopped, now: 'no further turn' };
  return { ...common, state: queued };
}

function plannerAtRest(s: MissionState, session: string, record: SessionRecord): Pick<AgentRow, 'state' | 'now'> {
  if (s.planner.next?.session === session) {
    return s.stop || s.end ? { state: stopped, now: 'plan not finished' } : { state: queued, now: 'goes on next' };
  }
  const [state, words] = outcomes[record.ended?.how ?? 'answered'];
  if (state !== done) return { state, now: words };
  if (s.stop ?? (s.end && s.end.state !== 'sealed')) return { state, now: 'was idle, confirmed' };
  let planned = 0;
  for (const todo of s.todos.values()) if (todo.by === 'planner') planned += 1;
  return { state, now: `planned ${plural(planned, 'TODO')}` };
}

/** The row of an agent whose work is over, with how it ended. */
export function finishedRow(moment: Moment, session: string, record: SessionRecord): AgentRow {
  const [state, words] = outcomes[record.ended?.how ?? 'answered'];
  const row = restRow(moment, session, record);
  return { ...row, level: 3, group: 'finished', state, now: words === '' ? said(moment.state, record) : words };
}

/** What the latest worker of a TODO reported. */
function said(s: MissionState, record: SessionRecord): string {
  const todo = s.todos.get(record.todo ?? '');
  if (!todo || record.role !== 'worker' || record.attempt !== todo.attempts) return '';
  return plain(todo.summary ?? '', 300);
}

function restRow({ state: s, agents }: Moment, session: string, record: SessionRecord): AgentRow {
  const ended = record.ended?.at ?? record.openedAt;
  return {
    kind: 'agent',
    key: session,
    level: 3,
    ...whose(s, record),
    role: record.role,
    todo: record.todo,
    session,
    attempt: record.attempt,
    state: done,
    now: '',
    model: agentModel(s, record.role, record.model, record.asked),
    elapsedMs: record.workedMs,
    elapsedRunning: false,
    lastEventAt: Math.max(ended, agents.get(session)?.lastEventAt ?? 0),
    tokens: record.tokens,
    cost: record.cost,
    needsYou: false,
  };
}
