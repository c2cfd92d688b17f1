import type { Recorded } from '../../src/core/mission/facts';
import { fold } from '../../src/core/mission/reduce';
import { result } from '../../src/core/mission/select';
import type { MissionState } from '../../src/core/mission/state';
import type { Todo } from '../../src/core/todo/model';

/** What a journal says of its mission, in words that no release may change for a journal that exists. */
export interface JournalOutcome {
  readonly result: ReturnType<typeof result>;
  readonly iteration: number;
  /** Ids of TODOs by how they stand. */
  readonly todos: Readonly<Record<string, readonly string[]>>;
  /** Ids of issues by how they stand. */
  readonly issues: Readonly<Record<string, readonly string[]>>;
  readonly asks: readonly string[];
  readonly notes: number;
  readonly turns: readonly string[];
  /** How many sessions each role had, and turns in them that are over. */
  readonly sessions: Readonly<Record<string, string>>;
  readonly paused: boolean;
  readonly stop: string | null;
  readonly review: string;
}

/** Folds records with today’s code and tells what came out. */
export function outcomeOf(records: readonly Recorded[]): JournalOutcome {
  const s = fold(records);
  const todos = [...s.todos.values()];
  const roles = ['commander', 'planner', 'worker', 'reviewer'] as const;
  return {
    result: result(s, s.lastAt),
    iteration: s.iteration,
    todos: grouped(todos, standOf),
    issues: grouped([...s.issues.values()], ({ state, todo }) => `${state}, ${todo ?? 'the mission’s'}`),
    asks: [...s.asks.values()].map(
      ({ id, kind, session }) => `${kind} ${id}${session === undefined ? '' : ` of ${session}`}`,
    ),
    notes: s.news.notes.length,
    turns: [...s.turns.values()].map((turn) => `${turn.id} ${turn.role} ${turn.todo ?? ''} ${turn.kind}`),
    sessions: Object.fromEntries(roles.map((role) => [role, sessionsOf(s, role)])),
    paused: s.paused !== undefined,
    stop: s.stop?.as ?? null,
    review: s.missionReview.passed ? 'passed' : s.missionReview.due ? 'due' : 'not passed',
  };
}

function standOf({ state, attempts, reviews, verified, proof, by, reason }: Todo): string {
  const proven = verified ? `, verified${proof ? ' by a run' : ''}` : '';
  return `${state}, ${attempts} attempts, ${reviews} reviews, by ${by}${proven}${reason === undefined ? '' : `: ${reason}`}`;
}

function sessionsOf(s: MissionState, role: string): string {
  const own = [...s.sessions.values()].filter((session) => session.role === role);
  return `${own.length} with ${own.reduce((sum, { turns }) => sum + turns, 0)} turns`;
}

function grouped<T extends { readonly id: string }>(items: readonly T[], nameOf: (item: T) => string) {
  const groups: Record<string, string[]> = {};
  for (const item of items) (groups[nameOf(item)] ??= []).push(item.id);
  return groups;
}
