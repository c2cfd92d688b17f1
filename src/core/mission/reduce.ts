import type { NextPrompt, TodoDraft } from '../todo/model';
import type { Fact, FactOf, Recorded } from './facts';
import { emptyState, type MissionState, type Turn } from './state';
import { addTodo, closeIssues, closeTodo, openIssue, patchTodo, putTodo, reopenTodo, setTurnOf } from './todoIndex';

/** How often a Commander’s or a Planner’s lost turn is repeated. */
export const repeatsOfALostTurn = 3;

/** Folds records into a state. */
export function fold(records: Iterable<Recorded>, state: MissionState = emptyState()): MissionState {
  for (const record of records) reduce(state, record);
  return state;
}

/** Takes one record into the state, in place. It knows no clock and no chance, so replay is exact. */
export function reduce(s: MissionState, { seq, at, fact }: Recorded): void {
  if (fact.type === 'mission.resumed' && s.runningSince > 0) s.ranMs += s.lastAt - s.runningSince;
  s.seq = seq;
  s.lastAt = at;
  apply(s, fact, at);
}

function apply(s: MissionState, fact: Fact, at: number): void {
  switch (fact.type) {
    case 'mission.created':
      s.mission = fact.mission;
      s.text = fact.text;
      s.directory = fact.directory;
      s.settings = fact.settings;
      s.startedAt = at;
      s.runningSince = at;
      return;
    case 'mission.resumed':
      return resumed(s, fact, at);
    case 'stop.requested':
      s.stop = { by: fact.by, as: fact.as, reason: fact.reason };
      return;
    case 'mission.ended':
      s.end = { state: fact.state, reason: fact.reason };
      s.stop = undefined;
      // A permission asked for belongs to a turn that is over; a question stays until it is answered.
      for (const ask of s.asks.values()) if (ask.session !== undefined) s.asks.delete(ask.id);
      s.ranMs += at - s.runningSince;
      s.runningSince = 0;
      return;
    case 'turn.ordered':
      return ordered(s, fact, at);
    case 'session.opened':
      return opened(s, fact, at);
    case 'commander.decided':
      return decided(s, fact, at);
    case 'planner.planned':
      return planned(s, fact);
    case 'worker.reported':
      return reported(s, fact);
    case 'todo.reviewed':
      return todoReviewed(s, fact, at);
    case 'mission.reviewed':
      return missionReviewed(s, fact, at);
    case 'turn.lost':
      return lost(s, fact, at);
    case 'turn.ended':
      return endTurn(s, fact);
    case 'todos.edited':
      return edited(s, fact, at);
    case 'note.added':
      s.news.notes.push(fact.text);
      return;
    case 'ask.opened':
      s.asksOpened += 1;
      s.asks.set(fact.ask, { id: fact.ask, kind: fact.kind, session: fact.session, title: fact.title, openedAt: at });
      return;
    case 'ask.closed':
      return askClosed(s, fact.ask, fact.reply);
    case 'test.archived':
    case 'noticed':
      return;
    default:
      fact satisfies never;
  }
}

function resumed(s: MissionState, fact: FactOf<'mission.resumed'>, at: number): void {
  s.settings = fact.settings;
  s.end = undefined;
  s.stop = undefined;
  s.runningSince = at;
  s.commander.lost = 0;
  s.planner.lost = 0;
  s.missionReview.lost = 0;
  if (fact.note !== undefined) {
    s.news.notes.push(fact.note);
    for (const ask of s.asks.values()) if (ask.kind === 'question') s.asks.delete(ask.id);
  }
}

function ordered(s: MissionState, fact: FactOf<'turn.ordered'>, at: number): void {
  const owner = ownerOf(s, fact);
  s.turnsOrdered += 1;
  s.turns.set(fact.turn, {
    id: fact.turn,
    role: fact.role,
    todo: fact.todo,
    attempt: fact.attempt,
    kind: fact.kind,
    message: fact.message,
    session: fact.session,
    orderedAt: at,
    usedMs: owner?.next?.usedMs ?? 0,
    interruptions: owner?.next?.interruptions ?? 0,
    why: owner?.next?.why,
    settling: false,
    unwanted: false,
  });
  s.peak = Math.max(s.peak, turnsInFlight(s));
  const fresh = owner?.next === undefined;
  if (fact.role === 'commander') {
    if (fact.iteration !== undefined && fact.iteration > s.iteration) brief(s);
    s.iteration = fact.iteration ?? s.iteration;
    s.commander.next = undefined;
  } else if (fact.role === 'planner') {
    if (fresh) s.planner.attempts += 1;
    s.planner.next = undefined;
  } else if (fact.todo === undefined) {
    if (fresh) Object.assign(s.missionReview, { attempts: s.missionReview.attempts + 1, due: false, passed: false });
    s.missionReview.next = undefined;
  } else {
    const todo = s.todos.get(fact.todo);
    if (!todo) return;
    const counted =
      fact.role === 'worker'
        ? { state: 'running' as const, attempts: fact.attempt, tries: todo.tries + (fresh ? 1 : 0) }
        : { state: 'reviewing' as const, reviews: fact.attempt, reviewAfter: undefined };
    s.turnOf.set(todo.id, fact.turn);
    putTodo(s, { ...todo, ...counted, next: undefined });
  }
}

/** Turns whose answer is still awaited. */
function turnsInFlight(s: MissionState): number {
  let count = 0;
  for (const turn of s.turns.values()) if (!turn.settling) count += 1;
  return count;
}

/** What waits for the Commander becomes what its turn was told; a lost turn is told again, with what came meanwhile. */
function brief(s: MissionState): void {
  s.told = {
    notes: [...s.told.notes, ...s.news.notes],
    refusals: [...s.told.refusals, ...s.news.refusals],
    followUps: [...s.told.followUps, ...s.news.followUps],
  };
  s.news = { notes: [], refusals: [], followUps: [] };
}

function opened(s: MissionState, fact: FactOf<'session.opened'>, at: number): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  s.turns.set(turn.id, { ...turn, session: fact.session });
  s.sessions.set(fact.session, { role: turn.role, todo: turn.todo, attempt: turn.attempt, openedAt: at });
  if (turn.role === 'commander') s.commander.session = fact.session;
}

/** Marks the turn as answered and says whether anyone waits for the answer. */
function settle(s: MissionState, id: string): Turn | undefined {
  const turn = s.turns.get(id);
  if (!turn || turn.settling) return undefined;
  s.turns.set(id, { ...turn, settling: true });
  if (turn.unwanted) return undefined;
  setTurnOf(s, turn.todo, undefined);
  return turn;
}

function decided(s: MissionState, fact: FactOf<'commander.decided'>, at: number): void {
  if (!settle(s, fact.turn)) return;
  s.commander.lost = 0;
  s.summary = fact.summary;
  s.told = { notes: [], refusals: [], followUps: [] };
  s.news.refusals.push(...fact.refusals);
  add(s, fact.added, 'commander');
  for (const { todo, brief: words } of fact.retried) {
    reopenTodo(s, todo, words);
    s.missionReview.due = true;
  }
  for (const { todo, reason } of fact.cancelled) {
    closeTodo(s, todo, 'cancelled', { reason }, at);
    s.missionReview.due = true;
  }
  for (const ask of fact.asks) {
    s.asksOpened += 1;
    s.asks.set(ask.ask, { id: ask.ask, kind: 'question', title: ask.question, openedAt: at });
  }
  const plansNothing = fact.plan === undefined && s.todos.size === 0 && s.asks.size === 0;
  if (fact.plan !== undefined || plansNothing) Object.assign(s.planner, { wanted: fact.plan ?? '', lost: 0 });
  if (fact.seal && s.missionReview.gaveUp) Object.assign(s.missionReview, { due: true, gaveUp: false, lost: 0 });
}

function planned(s: MissionState, fact: FactOf<'planner.planned'>): void {
  if (!settle(s, fact.turn)) return;
  s.planner.wanted = undefined;
  s.planner.lost = 0;
  s.news.refusals.push(...fact.refusals);
  if (fact.check !== undefined && fact.check !== s.check) {
    s.check = fact.check;
    s.missionReview.due = true;
  }
  add(s, fact.added, 'planner');
}

function reported(s: MissionState, fact: FactOf<'worker.reported'>): void {
  const turn = settle(s, fact.turn);
  const todo = s.todos.get(turn?.todo ?? '');
  if (!todo) return;
  s.news.followUps.push(...fact.followUps);
  if (fact.status === 'blocked') {
    patchTodo(s, todo.id, { state: 'blocked', reason: fact.reason ?? fact.summary, tries: todo.tries - 1 });
    return;
  }
  s.missionReview.due = true;
  const each = s.settings.review === 'each';
  patchTodo(s, todo.id, {
    state: each ? 'reviewing' : 'done',
    summary: fact.summary,
    reported: fact.files,
    reason: undefined,
    reviewsLost: 0,
    reviewRepeated: false,
  });
}

function todoReviewed(s: MissionState, fact: FactOf<'todo.reviewed'>, at: number): void {
  const turn = settle(s, fact.turn);
  const todo = s.todos.get(turn?.todo ?? '');
  if (!turn || !todo) return;
  if (fact.outcome === 'passed') {
    const proven = { verified: fact.proof !== undefined, proof: fact.proof, reviewsLost: 0, reason: undefined };
    closeTodo(s, todo.id, 'done', proven, at);
    s.missionReview.due = true;
  } else if (fact.outcome === 'repeated') {
    patchTodo(s, todo.id, { reviewAfter: fact.waitFor ?? [], reviewRepeated: true });
  } else if (fact.outcome === 'unproven') {
    patchTodo(s, todo.id, { next: nextPrompt(turn, 'remind', at, fact.why) });
  } else {
    for (const issue of fact.issues) openIssue(s, issue, at);
    attemptFailed(s, todo.id, fact.issues[0]?.title ?? fact.summary);
  }
}

function missionReviewed(s: MissionState, fact: FactOf<'mission.reviewed'>, at: number): void {
  const turn = settle(s, fact.turn);
  if (!turn) return;
  if (fact.outcome === 'unproven') {
    s.missionReview.next = nextPrompt(turn, 'remind', at, fact.why);
    return;
  }
  closeIssues(s, '', at);
  for (const issue of fact.issues) openIssue(s, issue, at);
  for (const { todo, proof } of fact.proofs) patchTodo(s, todo, { verified: true, proof });
  Object.assign(s.missionReview, { passed: fact.outcome === 'passed', summary: fact.summary, lost: 0, gaveUp: false });
}

function lost(s: MissionState, fact: FactOf<'turn.lost'>, at: number): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  endTurn(s, fact);
  if (turn.unwanted || turn.settling) return;
  const owner = ownerOf(s, turn);
  if (!owner) return;
  if (fact.next !== 'over' && turn.session !== undefined) {
    const next = nextPrompt(
      turn,
      fact.next,
      at,
      fact.next === 'remind' ? turn.why : undefined,
      fact.how === 'interrupted' ? 1 : 0,
    );
    if (turn.todo === undefined) owner.next = next;
    else patchTodo(s, turn.todo, { next });
  } else if (fact.next !== 'over') {
    unstarted(s, turn);
  } else if (turn.role === 'commander') {
    s.commander.lost += 1;
    s.commander.next = {
      kind: 'first',
      session: turn.session ?? '',
      attempt: turn.attempt,
      usedMs: 0,
      interruptions: 0,
    };
  } else if (turn.role === 'planner') {
    s.planner.lost += 1;
    if (s.planner.lost <= repeatsOfALostTurn) return;
    Object.assign(s.planner, { wanted: undefined, lost: 0 });
    s.news.refusals.push(`The Planner gave no answer: ${fact.reason}`);
  } else if (turn.role === 'worker') {
    attemptFailed(s, turn.todo ?? '', fact.reason);
  } else if (turn.todo !== undefined) {
    reviewLost(s, turn.todo, fact.reason);
  } else {
    missionReviewLost(s, fact.reason, at);
  }
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

function attemptFailed(s: MissionState, id: string, reason: string): void {
  const todo = s.todos.get(id);
  if (!todo) return;
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
}

function endTurn(s: MissionState, fact: FactOf<'turn.ended'> | FactOf<'turn.lost'>): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  s.turns.delete(fact.turn);
  s.tokens += fact.tokens;
  s.cost += fact.cost;
  if (turn.todo !== undefined && s.turnOf.get(turn.todo) === fact.turn) setTurnOf(s, turn.todo, undefined);
}

function edited(s: MissionState, fact: FactOf<'todos.edited'>, at: number): void {
  for (const id of fact.ticked)
    closeTodo(s, id, 'done', { verified: false, proof: undefined, reason: 'ticked by a person' }, at);
  for (const id of fact.unticked) reopenTodo(s, id, undefined);
  for (const { id, title } of fact.retitled) patchTodo(s, id, { title });
  add(s, fact.added, 'person');
  for (const id of fact.done) closeTodo(s, id, 'done', { reason: 'ticked by a person' }, at);
  s.kept.push(...fact.kept);
  const changes = fact.ticked.length + fact.unticked.length + fact.retitled.length + fact.added.length;
  if (changes > 0) s.missionReview.due = true;
}

function askClosed(s: MissionState, id: string, reply: string): void {
  const ask = s.asks.get(id);
  s.asks.delete(id);
  if (ask?.kind === 'question' && ask.session === undefined) s.news.notes.push(`Answer to “${ask.title}”: ${reply}`);
}

function add(s: MissionState, drafts: readonly TodoDraft[], by: 'planner' | 'commander' | 'person'): void {
  for (const draft of drafts) addTodo(s, draft, by);
  if (drafts.length > 0) s.missionReview.due = true;
}

function nextPrompt(
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

function ownerOf(s: MissionState, of: Pick<Turn, 'role' | 'todo'>): { next?: NextPrompt | undefined } | undefined {
  if (of.todo !== undefined) return s.todos.get(of.todo);
  return of.role === 'commander' ? s.commander : of.role === 'planner' ? s.planner : s.missionReview;
}
