import { countChanges, type ChangeCounts } from '../todo/changes';
import type { Command } from '../commands/model';
import { commandName, missingCommands } from '../commands/select';
import { waitsAtGate } from '../recovery/gates';
import { clashesOf, type Clash } from '../todo/clashes';
import { isClosed, type Todo, type TodoState } from '../todo/model';
import type { MissionState } from './state';
import { findTodo } from './todoIndex';

/** Milliseconds the mission has run; pauses, and breaks before a resume, are left out. */
export function ranMs(s: MissionState, now: number): number {
  return s.ranMs + (s.runningSince > 0 ? Math.max(0, now - s.runningSince) : 0);
}

export function minutesRun(s: MissionState, now: number): number {
  return ranMs(s, now) / 60_000;
}

/** How many issues of TODOs (not the mission’s own) are open. */
export function openTodoIssues(s: MissionState): number {
  let count = 0;
  for (const [owner, issues] of s.openIssues) if (owner !== '') count += issues.size;
  return count;
}

/** The seal gate: every condition of a sealed mission. */
export function isSealable(s: MissionState): boolean {
  return missing(s).length === 0;
}

/** What keeps the mission from being sealed, a sentence each, the most important first. */
export function missing(s: MissionState): string[] {
  const reasons: string[] = [];
  if (s.todos.size === 0) reasons.push('there is no TODO');
  const open = [...s.open];
  if (open.length > 0) reasons.push(`${some(open)} not done`);
  const issues = [...s.openIssues.values()].flatMap((ids) => [...ids]);
  if (issues.length > 0) reasons.push(`${some(issues)} open`);
  if (s.turns.size > 0) reasons.push(`${String(s.turns.size)} agents at work`);
  reasons.push(...missingCommands(s));
  if (s.planner.wanted !== undefined) reasons.push('a plan is being made');
  if (s.news.notes.length > 0) reasons.push('a note waits for the Commander');
  if (s.missionReview.due || !s.missionReview.passed)
    reasons.push('no mission review has passed since the last change');
  return reasons;
}

function some(ids: string[]): string {
  const shown = ids.slice(0, 10).join(', ');
  return `${shown}${ids.length > 10 ? ` and ${String(ids.length - 10)} more` : ''} ${ids.length === 1 ? 'is' : 'are'}`;
}

/** The contract’s word for how a mission stands. */
export type Phase =
  'planning' | 'running' | 'waiting' | 'paused' | 'stopping' | 'sealed' | 'stopped' | 'exhausted' | 'failed';

/** The mission’s state as the contract words it. */
export function phase(s: MissionState): Phase {
  if (s.end) return s.end.state;
  if (s.stop) return 'stopping';
  if (s.paused) return 'paused';
  if (waitsForPerson(s)) return 'waiting';
  return s.todos.size === 0 ? 'planning' : 'running';
}

/** The TODOs that are neither done nor cancelled, in the mission’s order. */
export function openTodos(s: MissionState): Todo[] {
  return [...s.todos.values()].filter((todo) => !isClosed(todo));
}

/** Whether nothing can go on before a person answers: every turn in flight has an open ask, or a question is open and nothing runs or only waits for its model. */
export function waitsForPerson(s: MissionState): boolean {
  if (s.asks.size === 0) return false;
  const asking = new Set([...s.asks.values()].map((ask) => ask.session));
  for (const turn of s.turns.values()) if (turn.session === undefined || !asking.has(turn.session)) return false;
  return !waitsAtGate(s);
}

/** A TODO’s state as it is shown: one that is set down between two turns of a mission at rest is queued. */
export function shownState(s: MissionState, todo: Todo): TodoState {
  return todo.state === 'running' && s.end !== undefined ? 'queued' : todo.state;
}

/** Why a queued TODO waits, as far as someone must decide about it: it needs a TODO that failed or is blocked. */
export function waitReason(s: MissionState, todo: Todo): string | undefined {
  if (todo.state !== 'queued') return todo.reason;
  for (const id of todo.after) {
    const other = findTodo(s, id);
    if (other?.state === 'failed' || other?.state === 'blocked')
      return `waits for ${other.id}, which is ${other.state}`;
  }
  return todo.reason;
}

export interface Counts {
  total: number;
  done: number;
  verified: number;
  cancelled: number;
}

export function counts(s: MissionState): Counts {
  const result: Counts = { total: s.todos.size, done: 0, verified: 0, cancelled: 0 };
  for (const todo of s.todos.values()) {
    if (todo.state === 'done') result.done += 1;
    if (todo.state === 'done' && todo.verified) result.verified += 1;
    if (todo.state === 'cancelled') result.cancelled += 1;
  }
  return result;
}

/** The answer to `status --json` and the extension’s export. */
export interface MissionStatus {
  mission: string;
  state: string;
  reason: string;
  iteration: number;
  todos: {
    id: string;
    title: string;
    state: TodoState;
    attempts: number;
    verified: boolean;
    files: readonly string[];
    /** Files, and lines added and removed; none where it is not known. */
    changes?: ChangeCounts;
    /** Whether it works, or worked, in a worktree of its own. */
    isolated?: true;
  }[];
  /** Files for which TODOs that are not over take turns, since they name them and do not wait for each other. */
  clashes: readonly Clash[];
  issues: { id: string; todo: string | null; title: string; state: 'open' | 'closed' }[];
  background: { id: string; label: string; state: Command['state']; exitCode: number | null }[];
  sessions: { running: number; peak: number };
}

export function status(s: MissionState): MissionStatus {
  return {
    mission: s.mission,
    state: phase(s),
    reason: s.end?.reason ?? s.stop?.reason ?? (s.paused ? `paused by ${s.paused.by}` : ''),
    iteration: s.iteration,
    todos: [...s.todos.values()].map((todo) => ({
      id: todo.id,
      title: todo.title,
      state: shownState(s, todo),
      attempts: todo.attempts,
      verified: todo.verified,
      files: todo.files,
      ...(todo.changes && { changes: countChanges(todo.changes.files) }),
      ...(todo.isolated && { isolated: true as const }),
    })),
    clashes: clashesOf(openTodos(s)),
    issues: [...s.issues.values()].map(({ id, todo, title, state }) => ({ id, todo: todo ?? null, title, state })),
    background: [...s.commands.values()].map(backgroundEntry),
    sessions: { running: s.end ? 0 : s.turns.size, peak: s.peak },
  };
}

/** A command as prompts and `status --json` have it. */
export function backgroundEntry(command: Command) {
  const { id, state, exitCode = null } = command;
  return { id, label: commandName(command), state, exitCode };
}

/** The last line of `--json` output. */
export function result(s: MissionState, now: number) {
  const { total, done, verified } = counts(s);
  return {
    type: 'result' as const,
    mission: s.mission,
    state: phase(s),
    reason: s.end?.reason ?? '',
    iterations: s.iteration,
    todos: { total, done, verified },
    sessions: { created: s.sessions.size, peak: s.peak },
    tokens: s.tokens,
    cost: s.cost,
    durationMs: Math.round(ranMs(s, now)),
  };
}
