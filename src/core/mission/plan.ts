import { runningCommands, waitsForCommands } from '../commands/select';
import { admission, outOfPatience, type Admission } from '../recovery/gates';
import { stuckSentence } from '../recovery/idleness';
import { fileKey } from '../todo/graph';
import { ranksOf, type Weights } from '../todo/ranks';
import type { Todo } from '../todo/model';
import type { Role, TurnKind } from './facts';
import { isOverdrawn, spentBudget, spentSentence, type Limit, type Spent } from './limits';
import { isToBeIsolated, mayLand, mergeQueue, stillHeld } from './isolation';
import { isHurried } from './notes';
import { repeatsOfALostTurn } from './reduceLost';
import { isSealable, missing, openTodoIssues } from './select';
import { planAsk, type EndState, type MissionState } from './state';

/** What the world must do next. An order becomes a fact before it is carried out; the others are safe to repeat. */
export type Effect =
  | {
      readonly type: 'order';
      readonly role: Role;
      readonly todo?: string;
      readonly attempt: number;
      readonly kind: TurnKind;
      readonly session?: string;
      readonly iteration?: number;
      readonly isolated?: boolean;
    }
  /** With `held` it is set down, to go on from there; else nobody wants its answer. */
  | { readonly type: 'abort'; readonly turn: string; readonly held?: string }
  /** What a TODO changed in its worktree is merged into the folder; one at a time. */
  | { readonly type: 'land'; readonly todo: string }
  /** A background command begins, or is to end. */
  | { readonly type: 'run'; readonly command: string }
  | { readonly type: 'kill'; readonly command: string }
  | { readonly type: 'end'; readonly state: EndState; readonly reason: string };

type Order = Extract<Effect, { type: 'order' }>;

/**
 * Says what should happen now; `now` in milliseconds since the epoch, `flying` what turns in flight have used so far. Pure: the
 * same state gives the same effects.
 */
export function plan(s: MissionState, now: number, flying?: Spent): Effect[] {
  if (s.end) return [];
  const spent = spentBudget(s, now, flying);
  return withCommands(s, turnEffects(s, now, spent), spent === undefined);
}

/** Adds what is to be done about background commands; nothing ends while one runs. */
function withCommands(s: MissionState, effects: Effect[], hasBudget: boolean): Effect[] {
  if (s.commands.size === 0) return effects;
  const running = runningCommands(s);
  const others = effects.filter(({ type }) => type !== 'end');
  if (s.stop || others.length < effects.length) {
    if (running.length === 0) return effects;
    return [...others, ...running.map(({ id }) => ({ type: 'kill' as const, command: id }))];
  }
  const commands: Effect[] = [];
  for (const { id, unwanted: by } of running) if (by !== undefined) commands.push({ type: 'kill', command: id });
  let places = s.paused || !hasBudget ? 0 : s.settings['limits.backgroundCommands'] - running.length;
  for (const { id, state } of s.commands.values()) {
    if (places <= 0) break;
    if (state !== 'queued') continue;
    places -= 1;
    commands.push({ type: 'run', command: id });
  }
  return [...effects, ...commands];
}

function turnEffects(s: MissionState, now: number, spent: Limit | undefined): Effect[] {
  if (s.stop) return winding(s, s.stop.as, s.stop.reason);
  if (spent !== undefined) {
    const reason = spentSentence(spent);
    if (s.turns.size > 0) return isOverdrawn(spent) ? allTurns(s, reason) : unwanted(s);
    if (!isSealable(s)) return [{ type: 'end', state: 'exhausted', reason }];
    // What was finished with the last of it is finished; a pause holds the seal back.
    return s.paused ? [] : [sealed(s)];
  }
  // Turns that run come to their end by themselves; nothing new is prompted, and nothing is sealed.
  if (s.paused) return unwanted(s);
  const slots = s.settings['limits.parallelSessions'] - s.turns.size;
  const gates = admission(s, now);
  const orders: Order[] = [];
  for (const item of [...dueTurns(s), ...plannerTurn(s)])
    if (orders.length < slots && !isBusy(s, item.session) && gates.admits(item.role)) orders.push(item);
  orders.push(...hurried(s, slots - orders.length, gates));
  fillWithWorkers(s, orders, slots, gates);
  const landing = mergeQueue(s);
  const next = landing.find(({ files }) => mayLand(s, files));
  const lands: Effect[] = next ? [{ type: 'land', todo: next.id }] : [];
  const others = orders.length > 0 || landing.length > 0 ? orders : whenNothingRuns(s, slots, gates);
  const effects = [...unwanted(s), ...lands, ...others];
  if (effects.length > 0 || s.turns.size > 0 || landing.length > 0) return effects;
  const reason = outOfPatience(s, gates.held, now);
  return reason === undefined ? [] : [{ type: 'end', state: 'failed', reason }];
}

/** A stop: every turn is aborted, and the end comes when none is left. */
function winding(s: MissionState, state: EndState, reason: string): Effect[] {
  if (s.turns.size === 0) return [{ type: 'end', state, reason }];
  return allTurns(s, reason);
}

function allTurns(s: MissionState, held: string): Effect[] {
  return [...s.turns.keys()].map((turn) => ({ type: 'abort', turn, held }));
}

function unwanted(s: MissionState): Effect[] {
  const effects: Effect[] = [];
  for (const turn of s.turns.values())
    if (turn.unwanted && !turn.settling) effects.push({ type: 'abort', turn: turn.id });
  return effects;
}

/** Reviews, reminders and interrupted turns come first: they hold files that others wait for. */
function dueTurns(s: MissionState): Order[] {
  const orders: Order[] = [];
  for (const id of s.due) {
    const todo = s.todos.get(id);
    if (!todo || todo.reviewAfter?.some((turn) => s.turns.has(turn))) continue;
    const role = todo.state === 'running' ? 'worker' : 'reviewer';
    const attempt = role === 'worker' ? todo.attempts + 1 : todo.reviews + 1;
    orders.push(order(role, id, todo, attempt));
  }
  return orders;
}

function plannerTurn(s: MissionState): Order[] {
  if (s.planner.wanted === undefined || turnsOf(s, 'planner')) return [];
  return [order('planner', undefined, s.planner, s.planner.attempts + 1)];
}

/** A person wants the Commander told at once: it gets a turn while others work, if it has none. */
function hurried(s: MissionState, slots: number, gates: Admission): Order[] {
  // While a plan is made there is nothing yet that the Commander could decide about.
  if (slots <= 0 || s.planner.wanted !== undefined || s.commander.next || !isHurried(s)) return [];
  if (isBusy(s, s.commander.session)) return [];
  for (const turn of s.turns.values()) if (turn.role === 'commander') return [];
  return commanderTurn(s, gates).flatMap((effect) => (effect.type === 'order' ? [effect] : []));
}

function fillWithWorkers(s: MissionState, orders: Order[], slots: number, gates: Admission): void {
  if (s.asks.has(planAsk)) return;
  const { taken, alone: someoneAlone } = stillHeld(s);
  let alone = s.alone.size > 0 || someoneAlone;
  let others = sharesTheFolder(s) || taken.size > 0;
  for (const id of byRank(s, slots - orders.length)) {
    if (orders.length >= slots) return;
    const todo = s.todos.get(id);
    if (!todo) continue;
    if (isToBeIsolated(s, todo)) {
      if (!gates.admits('worker')) return;
      orders.push({ ...order('worker', id, todo, todo.attempts + 1), isolated: true });
      continue;
    }
    const keys = todo.files.map(fileKey);
    if (alone || (keys.length === 0 && others)) continue;
    if (keys.some((file) => s.fileOwner.has(file) || taken.has(file))) continue;
    // Who is turned away now would be again.
    if (!gates.admits('worker')) return;
    for (const file of keys) taken.add(file);
    alone = keys.length === 0;
    others = true;
    orders.push(order('worker', id, todo, todo.attempts + 1));
  }
}

function sharesTheFolder(s: MissionState): boolean {
  for (const id of s.active) if (!s.todos.get(id)?.isolated) return true;
  return false;
}

/** Who is looked at when more TODOs are ready than places are free: to weigh thousands for each place would cost more than it gives. */
const mostWeighed = 200;

/** Ranks by the weights that they were worked out with: a fold, which plans nothing, needs none. */
const ranked = new WeakMap<Weights, ReadonlyMap<string, number>>();

/** The TODOs that are ready, those with the longest way behind them first; in a person’s order where there is one. */
function* byRank(s: MissionState, places: number): Iterable<string> {
  if (s.ordered || s.ready.size <= places) {
    yield* s.ready;
    return;
  }
  let ranks = ranked.get(s.weights);
  if (!ranks) ranked.set(s.weights, (ranks = ranksOf(s.todos.values(), s.weights)));
  const left: { id: string; rank: number }[] = [];
  for (const id of s.ready) if (left.push({ id, rank: ranks.get(id) ?? 0 }) === mostWeighed) break;
  // Few are taken of many, so that the best is looked for each time rather than all sorted.
  while (left.length > 0) {
    let best = 0;
    for (let at = 1; at < left.length; at += 1) if ((left[at]?.rank ?? 0) > (left[best]?.rank ?? 0)) best = at;
    const [{ id } = { id: '' }] = left.splice(best, 1);
    yield id;
  }
}

function whenNothingRuns(s: MissionState, slots: number, gates: Admission): Effect[] {
  for (const turn of s.turns.values()) if (!turn.settling || turn.role === 'commander') return [];
  // A plan that waits for approval may be talked about: what a person said goes to the Commander first.
  const held = s.asks.has(planAsk) && s.news.notes.length > 0;
  if (s.due.size > 0 || (s.ready.size > 0 && !held) || s.planner.wanted !== undefined) return [];
  const { next, due, attempts } = s.missionReview;
  const allClosed = s.todos.size > 0 && s.open.size === 0;
  if (next || (allClosed && due && openTodoIssues(s) === 0)) {
    const place = slots > 0 && !isBusy(s, next?.session) && gates.admits('reviewer');
    return place ? [order('reviewer', undefined, s.missionReview, attempts + 1)] : [];
  }
  if (s.turns.size > 0) return [];
  if (isSealable(s)) return [sealed(s)];
  return commanderTurn(s, gates);
}

function sealed(s: MissionState): Effect {
  return { type: 'end', state: 'sealed', reason: s.missionReview.summary ?? s.summary };
}

/** What an end leaves undone: `4 TODOs are left, 1 issue is open`. */
function leftWords(s: MissionState): string {
  if (s.todos.size === 0) return 'there is no TODO';
  const some = (count: number, noun: string, state: string) =>
    count === 0 ? [] : [count === 1 ? `1 ${noun} is ${state}` : `${String(count)} ${noun}s are ${state}`];
  const left = [...some(s.open.size, 'TODO', 'left'), ...some(openIssueCount(s), 'issue', 'open')];
  return (left.length === 0 ? missing(s) : left).join(', ');
}

function commanderTurn(s: MissionState, gates: Admission): Effect[] {
  const { next, lost } = s.commander;
  if (lost > repeatsOfALostTurn) {
    return [
      {
        type: 'end',
        state: 'failed',
        reason: `The Commander gave no answer, four times in a row: ${s.commander.reason ?? ''}`,
      },
    ];
  }
  if (!next && s.asks.size > 0 && s.news.notes.length === 0) return [];
  if (!next && waitsForCommands(s)) return [];
  const max = s.settings['limits.maxIterations'];
  if (!next && s.iteration >= max) {
    return [
      {
        type: 'end',
        state: 'exhausted',
        reason: `${String(s.iteration)} of ${String(max)} iterations are used; ${leftWords(s)}.`,
      },
    ];
  }
  const stuck = next ? undefined : stuckSentence(s);
  if (stuck !== undefined) return [{ type: 'end', state: 'failed', reason: stuck }];
  if (!gates.admits('commander')) return [];
  // A next prompt without a session is for a fresh one.
  const session = next ? next.session || undefined : s.commander.session;
  return [
    {
      type: 'order',
      role: 'commander',
      attempt: next?.attempt ?? s.sessions.get(session ?? '')?.attempt ?? 1,
      kind: next?.kind ?? 'first',
      iteration: next ? s.iteration : s.iteration + 1,
      ...(session === undefined ? {} : { session }),
    },
  ];
}

function openIssueCount(s: MissionState): number {
  return [...s.openIssues.values()].reduce((sum, issues) => sum + issues.size, 0);
}

function order(role: Role, todo: string | undefined, owner: Pick<Todo, 'next'>, attempt: number): Order {
  const { next } = owner;
  return {
    type: 'order',
    role,
    ...(todo === undefined ? {} : { todo }),
    attempt: next?.attempt ?? attempt,
    kind: next?.kind ?? 'first',
    ...(next ? { session: next.session } : {}),
  };
}

function turnsOf(s: MissionState, role: Role): boolean {
  for (const turn of s.turns.values()) if (turn.role === role && !turn.settling) return true;
  return false;
}

/** A session that still winds up an earlier turn takes no prompt. */
function isBusy(s: MissionState, session: string | undefined): boolean {
  if (session === undefined) return false;
  for (const turn of s.turns.values()) if (turn.session === session) return true;
  return false;
}
