import type { Role } from '../mission/facts';
import { ranMs } from '../mission/select';
import type { MissionState, SessionRecord, Turn } from '../mission/state';
import { isCommandersAsk } from '../mission/reduceLanding';
import { finishedRow, isSetDown, setDownRow } from './agentOutcome';
import { agentModel, contextWords, nowOf, whose, type AgentRow, type GroupName } from './agentRow';
import type { Moment } from './moment';
import { agentWord, lastEventAt, plural, type StateName, type StateWord } from './words';

/** A row above its members, with their sums. */
export interface AgentGroup {
  readonly kind: 'group';
  readonly key: GroupName;
  readonly level: 2;
  /** `Workers`. */
  readonly name: string;
  readonly count: number;
  /** `4 running, 1 waiting: permission, 1 rate-limited`. */
  readonly summary: string;
  readonly tokens: number;
  readonly cost: number;
  /** Whether an ask of a member waits for the person. */
  readonly needsYou: boolean;
}

/** A row of the tree of agents. */
export type AgentNode = AgentRow | AgentGroup;

/** What the tree leaves out. */
export interface AgentTreeOptions {
  /** `false`: the members of Finished are counted and summed, but not listed: the group is folded. */
  readonly finished?: boolean;
}

/**
 * The agents in the order in which they are shown: the Commander, the Planner, then each group followed by its members.
 * Empty before the first turn. Sums of a group and its members’ own figures never count a turn twice.
 */
export function agentTree(moment: Moment, options: AgentTreeOptions = {}): AgentNode[] {
  const { state: s } = moment;
  if (s.turns.size === 0 && s.sessions.size === 0) return [];
  const sorted = sort(moment, options.finished !== false);
  const leader = commanderRow(moment, sorted);
  const planner = sorted.planner;
  return [
    leader,
    ...(planner ? [planner] : []),
    ...grouped('workers', 'Workers', sorted.workers),
    ...grouped('reviewers', 'Reviewers', sorted.reviewers),
    ...finished(sorted),
  ];
}

/** Who is shown first within a group; what is not named here comes last. */
const ranks: Partial<Record<StateName, number>> = {
  waitingPermission: 0,
  waitingQuestion: 0,
  stalled: 1,
  lostContact: 2,
  rateLimited: 3,
  running: 4,
  reviewing: 5,
  stopping: 6,
  queued: 7,
};

interface Sorted {
  commander?: AgentRow | undefined;
  planner?: AgentRow | undefined;
  readonly workers: AgentRow[];
  readonly reviewers: AgentRow[];
  readonly over: { tokens: number; cost: number; readonly roles: Map<Role, number>; readonly rows: AgentRow[] };
}

function sort(moment: Moment, listFinished: boolean): Sorted {
  const { state: s } = moment;
  const sorted: Sorted = { workers: [], reviewers: [], over: { tokens: 0, cost: 0, roles: new Map(), rows: [] } };
  const atWork = new Map<string, Turn>();
  for (const turn of s.turns.values()) if (turn.session !== undefined) atWork.set(turn.session, turn);
  const leads = leaders(s, atWork);
  for (const [session, record] of s.sessions) {
    const turn = atWork.get(session);
    if (turn) place(sorted, turnRow(moment, turn, record));
    else if (leads.has(session) || isSetDown(s, session, record)) place(sorted, setDownRow(moment, session, record));
    else countFinished(sorted, record, listFinished ? () => finishedRow(moment, session, record) : undefined);
  }
  for (const turn of s.turns.values())
    if (turn.session === undefined || !s.sessions.has(turn.session)) place(sorted, turnRow(moment, turn, undefined));
  for (const rows of [sorted.workers, sorted.reviewers]) rows.sort((a, b) => rankOf(a) - rankOf(b));
  // Newest first; sorting is stable, so what ended at once stays in the order of its beginning.
  sorted.over.rows.sort((a, b) => (b.lastEventAt ?? 0) - (a.lastEventAt ?? 0));
  return sorted;
}

/** The rows, those that need attention first: one list without groups. */
export function byAttention(rows: readonly AgentRow[]): AgentRow[] {
  return [...rows].sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(row: AgentRow): number {
  return ranks[row.state.name] ?? 8;
}

/** The sessions of the Commander and the Planner that have a row of their own though they rest: the latest of each. */
function leaders(s: MissionState, atWork: ReadonlyMap<string, Turn>): Set<string> {
  const roles = new Set<Role>();
  for (const turn of s.turns.values()) roles.add(turn.role);
  const latest = new Map<Role, string>();
  for (const [session, { role }] of s.sessions) {
    if ((role === 'commander' || role === 'planner') && !atWork.has(session) && !roles.has(role))
      latest.set(role, session);
  }
  return new Set(latest.values());
}

function place(sorted: Sorted, row: AgentRow): void {
  if (row.role === 'commander') sorted.commander = row;
  else if (row.role === 'planner') sorted.planner = row;
  else if (row.role === 'worker') sorted.workers.push(row);
  else sorted.reviewers.push(row);
}

function countFinished(sorted: Sorted, record: SessionRecord, row: (() => AgentRow) | undefined): void {
  const { over } = sorted;
  over.tokens += record.tokens;
  over.cost += record.cost;
  over.roles.set(record.role, (over.roles.get(record.role) ?? 0) + 1);
  if (row) over.rows.push(row());
}

/** The row of a turn in flight; tokens and cost are what its session used before, and what is known of this turn. */
function turnRow(moment: Moment, turn: Turn, record: SessionRecord | undefined): AgentRow {
  const { state: s, now, agents } = moment;
  const news = agents.get(turn.session ?? '');
  const state = agentWord(moment, turn);
  const grouped = turn.role === 'worker' ? 'workers' : turn.role === 'reviewer' ? 'reviewers' : undefined;
  const isCommander = turn.role === 'commander';
  return {
    kind: 'agent',
    key: turn.session ?? turn.id,
    level: isCommander ? 1 : grouped === undefined ? 2 : 3,
    group: grouped,
    ...whose(s, turn),
    role: turn.role,
    todo: turn.todo,
    session: turn.session,
    turn: turn.id,
    attempt: turn.attempt,
    state,
    now: nowOf(moment, turn, state),
    model: agentModel(s, turn.role, news?.model ?? record?.model, turn.model),
    elapsedMs: isCommander ? ranMs(s, now) : turn.usedMs + Math.max(0, now - turn.orderedAt),
    // A pause stops the mission’s clock, which is the Commander’s.
    elapsedRunning: !isCommander || s.runningSince > 0,
    lastEventAt: lastEventAt(moment, turn),
    tokens: record && record.tokens + (news?.tokens ?? 0),
    cost: record && record.cost + (news?.cost ?? 0),
    context: news && contextWords(news),
    needsYou: state.name === 'waitingPermission' || state.name === 'waitingQuestion',
  };
}

function commanderRow(moment: Moment, sorted: Sorted): AgentRow {
  const { state: s } = moment;
  const asks = !s.stop && !s.end && [...s.asks.values()].some(isCommandersAsk);
  const below = sorted.workers.length + sorted.reviewers.length + (sorted.planner?.turn === undefined ? 0 : 1);
  const row = sorted.commander ?? {
    kind: 'agent',
    key: 'commander',
    level: 1,
    name: 'Commander',
    title: '',
    role: 'commander',
    attempt: 1,
    state: { name: 'queued', word: 'queued' },
    now: 'starts first',
    model: agentModel(s, 'commander', undefined),
    elapsedRunning: false,
    needsYou: false,
  };
  if (row.turn !== undefined || s.stop || s.end) return row;
  const then = s.paused ? ' when the mission goes on' : below > 0 ? ` after the ${below} below` : '';
  const next = s.iteration === 0 ? 'starts first' : `turn ${s.iteration + 1}`;
  const waits: StateWord = { name: 'waitingQuestion', word: 'waiting: question' };
  return {
    ...row,
    needsYou: asks,
    ...(asks ? { state: waits } : {}),
    now: asks ? 'asks you' : `${next}${then}`,
  };
}

function grouped(key: 'workers' | 'reviewers', name: string, rows: readonly AgentRow[]): AgentNode[] {
  if (rows.length === 0) return [];
  let [tokens, cost] = [0, 0];
  for (const row of rows) {
    tokens += row.tokens ?? 0;
    cost += row.cost ?? 0;
  }
  const needsYou = rows.some((row) => row.needsYou);
  return [
    { kind: 'group', key, level: 2, name, count: rows.length, summary: summaryOf(rows), tokens, cost, needsYou },
    ...rows,
  ];
}

/** `4 running, 1 waiting: permission, 1 rate-limited`: those at work first, then by attention. */
function summaryOf(rows: readonly AgentRow[]): string {
  const counts = new Map<string, number>();
  for (const { state } of rows) {
    const word = state.name === 'rateLimited' ? 'rate-limited' : state.word;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const atWork = (word: string) => (word === 'running' || word === 'reviewing' ? 0 : 1);
  return [...counts]
    .sort(([a], [b]) => atWork(a) - atWork(b))
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

function finished({ over }: Sorted): AgentNode[] {
  const { roles, tokens, cost, rows } = over;
  let count = 0;
  for (const number of roles.values()) count += number;
  if (count === 0) return [];
  const kinds: readonly Role[] = ['worker', 'reviewer', 'planner', 'commander'];
  const summary = kinds.flatMap((role) => (roles.has(role) ? [plural(roles.get(role) ?? 0, role)] : [])).join(', ');
  const group: AgentGroup = {
    ...{ kind: 'group', key: 'finished', level: 2, name: 'Finished' },
    ...{ count, summary, tokens, cost, needsYou: false },
  };
  return [group, ...rows];
}
