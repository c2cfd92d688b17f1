import { dropQueued, endCommand, orderCommand, startCommand, tellCommands, unwantCommand } from '../commands/fold';
import { enterGate, openGate } from '../recovery/gates';
import { slow } from '../recovery/throttle';
import { countDecision, progressed } from '../recovery/idleness';
import { modelOf } from '../recovery/models';
import { dropModelAsks, isModelAsk } from '../recovery/refusedModel';
import { learnt, measured, type Size } from '../todo/ranks';
import { tellDiffered } from './differed';
import { addDrafts, edited, isPersonsMark } from './reduceEdits';
import type { Fact, FactOf, Recorded } from './facts';
import { attemptFailed, dropAsks, endTurn, lost, nextPrompt, ownerOf } from './reduceLost';
import { beginIn, openSession } from './sessions';
import { addNote, hurryNote, moveNotes, readByWorker, toldCommander, toldWorker, unreadNotes } from './notes';
import { emptyState, planAsk, type MissionState, type Turn } from './state';
import { filesStrayed, treeTaken } from './reduceTrees';
import { isMergeAsk } from './mergeAsk';
import {
  isResolving,
  leaveToPerson,
  landed,
  landingBegan,
  landingFailed,
  merged,
  mergeAnswered,
  placed,
  queueUp,
} from './reduceLanding';
import { jumped, paused, resumed, stopClock } from './reduceRun';
import { closeIssues, closeTodo, openIssue, patchTodo, putTodo, reopenTodo, setTurnOf } from './todoIndex';

/** Folds records into a state. */
export function fold(records: Iterable<Recorded>, state: MissionState = emptyState()): MissionState {
  for (const record of records) reduce(state, record);
  return state;
}

/** Takes one record into the state, in place. It knows no clock and no chance, so replay is exact. */
export function reduce(s: MissionState, { seq, at, fact }: Recorded): void {
  // Between the last record of a process that died and the next one’s first nothing is known to have run.
  if (fact.type === 'mission.resumed') stopClock(s, s.lastAt);
  s.seq = seq;
  s.lastAt = at;
  apply(s, fact, at);
  if ('added' in fact) s.weights = { ...s.weights }; // others are ranked anew
  moveNotes(s);
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
    case 'mission.paused':
    case 'mission.unpaused':
      return paused(s, fact, at);
    case 'settings.changed':
      s.settings = fact.settings;
      dropModelAsks(s, 'unused');
      return;
    case 'stop.requested':
      s.stop = { by: fact.by, as: fact.as, reason: fact.reason };
      dropQueued(s, at);
      return;
    case 'mission.ended':
      s.end = { state: fact.state, reason: fact.reason, at, confirmed: fact.confirmed };
      s.stop = undefined;
      s.paused = undefined;
      dropAsks(s, () => true);
      dropQueued(s, at);
      stopClock(s, at);
      return;
    case 'turn.ordered':
      return ordered(s, fact, at);
    case 'session.opened':
      return opened(s, fact, at);
    case 'commander.decided':
      return decided(s, fact, at);
    case 'planner.planned':
      return planned(s, fact, at);
    case 'worker.reported':
      return reported(s, fact, at);
    case 'todo.reviewed':
      return todoReviewed(s, fact, at);
    case 'mission.reviewed':
      return missionReviewed(s, fact, at);
    case 'turn.lost':
      return lost(s, fact, at);
    case 'turn.ended':
      return endTurn(s, fact, at);
    case 'model.answered':
      return withTurn(s, fact.turn, (turn) => {
        openGate(s, turn, at);
      });
    case 'model.slowed':
      return withTurn(s, fact.turn, (turn) => {
        slow(s, turn, fact.most, at);
      });
    case 'todos.edited':
      progressed(s);
      return edited(s, fact, at);
    case 'note.added':
      progressed(s);
      return addNote(s, fact, at);
    case 'note.hurried':
      return hurryNote(s, fact.note);
    case 'ask.opened':
      return askOpened(s, fact, at);
    case 'ask.closed':
      return askClosed(s, fact.ask, fact.reply, at);
    case 'command.ordered':
      return orderCommand(s, fact, at);
    case 'command.started':
      return startCommand(s, fact, at);
    case 'command.unwanted':
      return unwantCommand(s, fact, at);
    case 'command.ended':
      progressed(s);
      return endCommand(s, fact, at);
    case 'clock.jumped':
      return jumped(s, fact.ms);
    case 'model.differed':
      return tellDiffered(s, fact);
    case 'limit.neared':
      s.warned.set(fact.limit, fact.of);
      return;
    case 'tree.taken':
      return treeTaken(s, fact);
    case 'todo.changed':
      return patchTodo(s, fact.todo, { changes: { from: fact.from, to: fact.to, files: fact.files } });
    case 'files.strayed':
      return filesStrayed(s, fact, at);
    case 'todo.placed':
      return placed(s, fact);
    case 'todo.merged':
      return merged(s, fact, at);
    case 'landing.began':
      return landingBegan(s, fact);
    case 'landing.failed':
      return landingFailed(s, fact);
    case 'todo.landed':
      return landed(s, fact, at);
    case 'test.archived':
    case 'noticed':
      return;
    default:
      fact satisfies never;
  }
}

function ordered(s: MissionState, fact: FactOf<'turn.ordered'>, at: number): void {
  const owner = ownerOf(s, fact);
  const model = modelOf(s, fact.role);
  s.turnsOrdered += 1;
  s.turns.set(fact.turn, {
    id: fact.turn,
    role: fact.role,
    todo: fact.todo,
    attempt: fact.attempt,
    kind: fact.kind,
    model,
    message: fact.message,
    session: fact.session,
    orderedAt: at,
    usedMs: owner?.next?.usedMs ?? 0,
    interruptions: owner?.next?.interruptions ?? 0,
    ...(owner?.next?.waits !== undefined && { waits: owner.next.waits }),
    ...(owner?.next?.nudged !== undefined && { nudged: owner.next.nudged }),
    why: owner?.next?.why,
    settling: false,
    unwanted: false,
  });
  enterGate(s, { id: fact.turn, role: fact.role, model });
  s.peak = Math.max(s.peak, turnsInFlight(s));
  beginIn(s, fact.session, model);
  const fresh = owner?.next === undefined;
  if (fact.role === 'commander') {
    if (fact.iteration !== undefined && fact.iteration > s.iteration) brief(s, fact.turn, fact.iteration, at);
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
        ? {
            state: 'running' as const,
            attempts: fact.attempt,
            tries: todo.tries + (fresh ? 1 : 0),
            reason: isPersonsMark(todo.reason) ? undefined : todo.reason,
            ...(fresh && { isolated: fact.isolated }),
          }
        : { state: 'reviewing' as const, reviews: fact.attempt, reviewAfter: undefined };
    s.turnOf.set(todo.id, fact.turn);
    if (fact.role === 'worker' && fact.kind !== 'remind') toldWorker(s, todo.id, fact.turn, at);
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
function brief(s: MissionState, turn: string, iteration: number, at: number): void {
  toldCommander(s, turn, iteration, at);
  s.told = {
    notes: [...s.told.notes, ...s.news.notes],
    refusals: [...s.told.refusals, ...s.news.refusals],
    followUps: [...s.told.followUps, ...s.news.followUps],
  };
  s.news = { notes: [], refusals: [], followUps: [] };
  tellCommands(s);
}

function opened(s: MissionState, fact: FactOf<'session.opened'>, at: number): void {
  const turn = s.turns.get(fact.turn);
  if (!turn) return;
  s.turns.set(turn.id, { ...turn, session: fact.session });
  openSession(s, fact.session, turn, at);
  if (turn.role === 'commander') s.commander.session = fact.session;
}

function withTurn(s: MissionState, id: string, act: (turn: Turn) => void): void {
  const turn = s.turns.get(id);
  if (turn) act(turn);
}

/** Marks the turn as answered and says whether anyone waits for the answer. */
function settle(s: MissionState, id: string, at: number): Turn | undefined {
  const turn = s.turns.get(id);
  if (!turn || turn.settling) return undefined;
  openGate(s, turn, at);
  s.turns.set(id, { ...turn, settling: true });
  if (turn.unwanted) return undefined;
  setTurnOf(s, turn.todo, undefined);
  return turn;
}

function decided(s: MissionState, fact: FactOf<'commander.decided'>, at: number): void {
  if (!settle(s, fact.turn, at)) return;
  s.commander.lost = 0;
  s.summary = fact.summary;
  s.told = { notes: [], refusals: [], followUps: [] };
  s.news.refusals.push(...fact.refusals);
  addDrafts(s, fact.added, 'commander');
  for (const { todo, brief: words } of fact.retried) {
    reopenTodo(s, todo, words);
    s.missionReview.due = true;
  }
  for (const { todo, reason } of fact.cancelled) {
    closeTodo(s, todo, 'cancelled', { reason }, at);
    s.missionReview.due = true;
  }
  for (const run of fact.runs ?? []) orderCommand(s, { ...run, by: 'commander' }, at);
  for (const ask of fact.asks) {
    s.asksOpened += 1;
    const options = ask.options.map((label) => ({ label, description: '' }));
    const offered = { question: ask.question, header: '', options, multiple: false };
    const questions = options.length > 0 ? [offered] : undefined;
    s.asks.set(ask.ask, { id: ask.ask, kind: 'question', title: ask.question, openedAt: at, questions });
  }
  const plansNothing = fact.plan === undefined && s.todos.size === 0 && s.asks.size === 0;
  if (fact.plan !== undefined || plansNothing) Object.assign(s.planner, { wanted: fact.plan ?? '', lost: 0 });
  countDecision(s, fact);
  if (fact.seal && s.missionReview.gaveUp) Object.assign(s.missionReview, { due: true, gaveUp: false, lost: 0 });
}

function planned(s: MissionState, fact: FactOf<'planner.planned'>, at: number): void {
  if (!settle(s, fact.turn, at)) return;
  s.planner.wanted = undefined;
  s.planner.lost = 0;
  s.planner.carried = undefined;
  s.news.refusals.push(...fact.refusals);
  if (fact.check !== undefined && fact.check !== s.check) {
    s.check = fact.check;
    s.missionReview.due = true;
  }
  addDrafts(s, fact.added, 'planner');
  if (fact.added.length > 0) progressed(s);
  if (s.settings.planApproval && fact.added.length > 0) {
    const title = 'Approve the plan: read .opencode/todo.md, change what should be different, then resume';
    s.asks.set(planAsk, { id: planAsk, kind: 'question', title, openedAt: at });
  }
}

/** Of those that may begin, the longest path goes first: by what turns took, once some did. */
function weigh(s: MissionState, size: Size | undefined, ms: number): void {
  const name = size ?? 'unknown';
  s.took = measured(s.took, name, Math.max(1, ms));
  s.weights = learnt(s.took, name) ?? s.weights;
}

function reported(s: MissionState, fact: FactOf<'worker.reported'>, at: number): void {
  const turn = settle(s, fact.turn, at);
  const todo = s.todos.get(turn?.todo ?? '');
  if (!todo) return;
  s.news.followUps.push(...fact.followUps);
  readByWorker(s, fact.turn);
  if (fact.status === 'blocked' && isResolving(todo)) return leaveToPerson(s, todo.id, at);
  if (fact.status === 'blocked') {
    patchTodo(s, todo.id, { state: 'blocked', reason: fact.reason ?? fact.summary, tries: todo.tries - 1 });
    return;
  }
  progressed(s);
  if (turn) weigh(s, todo.size, at - turn.orderedAt);
  s.missionReview.due = true;
  const each = s.settings.review === 'each';
  if (turn?.session !== undefined && unreadNotes(s, todo.id).length > 0) {
    // A person’s note came meanwhile: the worker reads it in the same session, and reports once more.
    patchTodo(s, todo.id, { next: nextPrompt(turn, 'continue', at, undefined), summary: fact.summary });
    return;
  }
  if (todo.worktree && !each) queueUp(s, todo, { summary: fact.summary, reported: fact.files, reason: undefined }, at);
  else
    patchTodo(s, todo.id, {
      state: each ? 'reviewing' : 'done',
      closedAt: each ? undefined : at,
      summary: fact.summary,
      reported: fact.files,
      reason: undefined,
      reviewsLost: 0,
      reviewRepeated: false,
    });
}

function todoReviewed(s: MissionState, fact: FactOf<'todo.reviewed'>, at: number): void {
  const turn = settle(s, fact.turn, at);
  const todo = s.todos.get(turn?.todo ?? '');
  if (!turn || !todo) return;
  if (fact.outcome === 'passed') {
    const proven = { verified: fact.proof !== undefined, proof: fact.proof, reviewsLost: 0, reason: undefined };
    if (todo.worktree) queueUp(s, todo, proven, at);
    else closeTodo(s, todo.id, 'done', proven, at);
    progressed(s);
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
  const turn = settle(s, fact.turn, at);
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

function askOpened(s: MissionState, fact: FactOf<'ask.opened'>, at: number): void {
  const { ask, kind, session, title, permission, questions } = fact;
  s.asksOpened += 1;
  s.asks.set(ask, { id: ask, kind, session, title, openedAt: at, permission, questions });
}

function askClosed(s: MissionState, id: string, reply: string, at: number): void {
  progressed(s);
  const ask = s.asks.get(id);
  s.asks.delete(id);
  // Nobody is told: what waited for it goes on.
  if (isModelAsk(id)) return;
  if (isMergeAsk(id)) return mergeAnswered(s, id, reply, at);
  if (ask?.kind === 'question' && ask.session === undefined) s.news.notes.push(`Answer to “${ask.title}”: ${reply}`);
}
