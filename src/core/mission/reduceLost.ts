import { fallBack } from '../recovery/fallback';
import { judgeGate, leaveGate } from '../recovery/gates';
import { hasLeft } from '../recovery/models';
import { policies } from '../recovery/policies';
import { rise } from '../recovery/throttle';
import { askAboutModel } from '../recovery/refusedModel';
import type { NextPrompt } from '../todo/model';
import type { FactOf } from './facts';
import { isResolving, leaveToPerson } from './reduceLanding';
import { endIn } from './sessions';
import type { MissionState, Turn } from './state';
import { closeIssues, openIssue, patchTodo, setTurnOf } from './todoIndex';

/** How often a Commander’s or a Planner’s lost turn is repeated. */
export const repeatsOfALostTurn = 3;

export function lost(s: MissionState, fact: FactOf<'turn.lost'>, at: number): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  judgeGate(s, turn, fact, at);
  endTurn(s, fact, at);
  fallBack(s, fact);
  if (turn.unwanted || turn.settling) return;
  askAboutModel(s, turn, fact, at);
  const owner = ownerOf(s, turn);
  if (!owner) return;
  if (fact.next !== 'over' && turn.session !== undefined) {
    const next = {
      ...nextPrompt(
        turn,
        fact.next,
        at,
        fact.next === 'remind' ? turn.why : undefined,
        fact.how === 'interrupted' || fact.class === 'interrupted' ? 1 : 0,
      ),
      // Another model has patience of its own.
      ...countsOf(hasLeft(s, turn) ? { nudged: turn.nudged } : turn, fact),
    };
    if (turn.todo === undefined) owner.next = next;
    else patchTodo(s, turn.todo, { next });
  } else if (fact.next !== 'over') {
    unstarted(s, turn);
  } else if (turn.role === 'commander') {
    s.commander.lost += 1;
    s.commander.reason = fact.reason;
    // A session without room is left; the state that the next one needs is in its prompt anyway.
    const full = fact.class === 'overflow';
    s.commander.next = {
      kind: 'first',
      session: full ? '' : (turn.session ?? ''),
      attempt: turn.attempt + (full ? 1 : 0),
      usedMs: 0,
      interruptions: 0,
    };
  } else if (turn.role === 'planner') {
    s.planner.lost += 1;
    s.planner.carried = fact.carried;
    if (s.planner.lost <= repeatsOfALostTurn) return;
    Object.assign(s.planner, { wanted: undefined, lost: 0 });
    s.news.refusals.push(`The Planner gave no answer: ${fact.reason}`);
  } else if (turn.role === 'worker') {
    patchTodo(s, turn.todo, { carried: fact.carried });
    attemptFailed(s, turn.todo ?? '', fact.reason);
  } else if (turn.todo !== undefined) {
    reviewLost(s, turn.todo, fact.reason);
  } else {
    missionReviewLost(s, fact.reason, at);
  }
}

/** How often the attempt has waited or was nudged, with this time. */
function countsOf(
  turn: Pick<Turn, 'waits' | 'nudged'>,
  { class: failure }: FactOf<'turn.lost'>,
): Pick<NextPrompt, 'waits' | 'nudged'> {
  const waits = (turn.waits ?? 0) + (failure !== undefined && policies[failure].holds ? 1 : 0);
  const nudged = turn.nudged === true || failure === 'stall';
  return { ...(waits > 0 && { waits }), ...(nudged && { nudged }) };
}

/** A turn that was ordered and never reached a session costs nothing: it is ordered again. */
function unstarted(s: MissionState, turn: Turn): void {
  if (turn.role === 'commander') {
    s.commander.next = { kind: 'first', session: '', attempt: turn.attempt, usedMs: 0, interruptions: 0 };
  } else if (turn.role === 'reviewer' && turn.todo === undefined) {
    s.missionReview.due = true;
  } else if (turn.role === 'worker') {
    const todo = s.todos.get(turn.todo ?? '');
    if (todo) patchTodo(s, todo.id, { state: 'queued', tries: Math.max(0, todo.tries - 1) });
  }
}

export function attemptFailed(s: MissionState, id: string, reason: string): void {
  const todo = s.todos.get(id);
  if (!todo) return;
  if (isResolving(todo) && todo.tries > s.settings['limits.recoveryAttempts']) return leaveToPerson(s, id, s.lastAt);
  const state = todo.tries > s.settings['limits.recoveryAttempts'] ? ('failed' as const) : ('queued' as const);
  patchTodo(s, id, { state, reason, reviewAfter: undefined, reviewRepeated: false });
}

function reviewLost(s: MissionState, id: string, reason: string): void {
  const todo = s.todos.get(id);
  if (!todo) return;
  const count = todo.reviewsLost + 1;
  const over = count > s.settings['limits.recoveryAttempts'];
  patchTodo(
    s,
    id,
    over ? { state: 'failed', reason: `No review: ${reason}`, reviewsLost: count } : { reviewsLost: count },
  );
}

function missionReviewLost(s: MissionState, reason: string, at: number): void {
  s.missionReview.lost += 1;
  if (s.missionReview.lost <= s.settings['limits.recoveryAttempts']) {
    s.missionReview.due = true;
    return;
  }
  closeIssues(s, '', at);
  const id = `I${String(s.issuesOpened + 1)}`;
  openIssue(s, { id, title: 'The mission review gave no answer', detail: reason }, at);
  s.missionReview.gaveUp = true;
  s.missionReview.lost = 0;
}

export function endTurn(s: MissionState, fact: FactOf<'turn.ended'> | FactOf<'turn.lost'>, at: number): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  s.turns.delete(fact.turn);
  leaveGate(s, turn);
  if (fact.type === 'turn.ended') rise(s, turn);
  dropAsks(s, (session) => session === turn.session);
  s.tokens += fact.tokens;
  s.cost += fact.cost;
  endIn(s, turn, fact, at);
  if (turn.todo !== undefined && s.turnOf.get(turn.todo) === fact.turn) setTurnOf(s, turn.todo, undefined);
}

/** Permissions that were asked for belong to a turn: with it they are gone. Questions of the Commander’s have no session and stay. */
export function dropAsks(s: MissionState, of: (session: string) => boolean): void {
  for (const ask of s.asks.values()) if (ask.session !== undefined && of(ask.session)) s.asks.delete(ask.id);
}

export function nextPrompt(
  turn: Turn,
  kind: 'remind' | 'continue',
  at: number,
  why: string | undefined,
  interrupted = 0,
): NextPrompt {
  const usedMs = turn.usedMs + (at - turn.orderedAt);
  const interruptions = turn.interruptions + interrupted;
  return { kind, session: turn.session ?? '', attempt: turn.attempt, usedMs, interruptions, why };
}

export function ownerOf(
  s: MissionState,
  of: Pick<Turn, 'role' | 'todo'>,
): { next?: NextPrompt | undefined } | undefined {
  if (of.todo !== undefined) return s.todos.get(of.todo);
  return of.role === 'commander' ? s.commander : of.role === 'planner' ? s.planner : s.missionReview;
}
