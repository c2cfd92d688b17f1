import { sortDecision, type AnswerContext } from '../answers/check';
import { checkTodos } from '../answers/checkTodos';
import type { Answer, PlanAnswer, Report, Review, ToolName } from '../answers/schemas';
import { runsOf } from '../commands/decide';
import type { Todo } from '../todo/model';
import { gateTime } from '../recovery/gates';
import { fallBacks, movesOn } from '../recovery/fallback';
import { policies, waitsOfAnAttempt, type FailureClass, type Pace } from '../recovery/policies';
import type { Fact, FactOf, IssueDraft, Role } from './facts';
import { prove, unproven, type RecordedRun } from './proof';
import type { MissionState, Turn } from './state';

/** The tool that ends a turn of each role. */
export const toolOf: Readonly<Record<Role, ToolName>> = {
  commander: 'mission_decide',
  planner: 'mission_plan',
  worker: 'mission_report',
  reviewer: 'mission_review',
};

/** What is known around an answer: the shell runs recorded in the session, and which paths leave the workspace. */
export interface AnswerSurroundings {
  readonly runs: readonly RecordedRun[];
  readonly leaves: (path: string) => boolean;
}

/** Turns an answer into the one fact it makes, with everything checked; undefined when nobody waits for it. */
export function decideAnswer(
  s: MissionState,
  turn: Turn,
  answer: Answer,
  around: AnswerSurroundings,
): Fact | undefined {
  if (turn.settling || answer.tool !== toolOf[turn.role]) return undefined;
  switch (answer.tool) {
    case 'mission_decide':
      return commanderFact(
        s,
        turn,
        sortDecision(answer.value, contextOf(s, around.leaves)),
        answer.value.summary,
        answer,
      );
    case 'mission_plan':
      return plannerFact(s, turn, answer.value, around);
    case 'mission_report':
      return workerFact(turn, answer.value);
    case 'mission_review':
      return turn.todo === undefined
        ? missionReviewFact(s, turn, answer.value, around.runs)
        : todoReviewFact(s, turn, answer.value, around.runs);
  }
}

/** The mission as answers are checked against it. */
export function contextOf(s: MissionState, leaves: (path: string) => boolean): AnswerContext {
  return { todos: [...s.todos.values()], limit: s.settings['limits.tasks'], leaves };
}

function commanderFact(
  s: MissionState,
  turn: Turn,
  sorted: ReturnType<typeof sortDecision>,
  summary: string,
  answer: Extract<Answer, { tool: 'mission_decide' }>,
): Fact {
  const { runs, refusals } = runsOf(s, turn.id, answer.value.actions);
  return {
    type: 'commander.decided',
    turn: turn.id,
    summary,
    added: sorted.added,
    ...(sorted.plan === undefined ? {} : { plan: sorted.plan }),
    retried: sorted.retried,
    cancelled: sorted.cancelled,
    asks: sorted.questions.map((item, index) => ({ ask: `A${String(s.asksOpened + index + 1)}`, ...item })),
    seal: sorted.seal,
    refusals: [...sorted.refusals, ...refusals],
    ...(runs.length > 0 && { runs }),
  };
}

function plannerFact(s: MissionState, turn: Turn, value: PlanAnswer, around: AnswerSurroundings): Fact {
  const ids = [...s.todos.keys()];
  const checked = checkTodos(value.todos, { ids, limit: s.settings['limits.tasks'], leaves: around.leaves });
  const check = value.check?.trim();
  return {
    type: 'planner.planned',
    turn: turn.id,
    summary: value.summary,
    added: checked.ok ? checked.todos : [],
    ...(check ? { check } : {}),
    sources: value.sources ?? [],
    refusals: checked.ok ? [] : [`The plan was refused: ${checked.sentence}`],
  };
}

function workerFact(turn: Turn, value: Report): Fact {
  return {
    type: 'worker.reported',
    turn: turn.id,
    todo: turn.todo ?? '',
    status: value.status,
    summary: value.summary,
    files: value.files,
    ...(value.reason === undefined ? {} : { reason: value.reason }),
    followUps: (value.followUps ?? []).map((item) => ({
      id: item.id,
      title: item.title,
      detail: item.detail,
      files: item.files,
      after: item.after ?? [],
      ...(item.check ? { check: item.check } : {}),
      ...(item.size ? { size: item.size } : {}),
      ...(item.isolate ? { isolate: true } : {}),
    })),
  };
}

function todoReviewFact(
  s: MissionState,
  turn: Turn,
  value: Review,
  runs: readonly RecordedRun[],
): FactOf<'todo.reviewed'> | undefined {
  const todo = s.todos.get(turn.todo ?? '');
  if (!todo) return undefined;
  const base = { type: 'todo.reviewed' as const, turn: turn.id, todo: todo.id, summary: value.summary };
  const result = prove(todo.check, runs);
  const doubt = unproven(result);
  if (value.verdict === 'pass' && doubt === undefined) {
    return { ...base, outcome: 'passed', issues: [], ...(result.kind === 'proven' ? { proof: result.proof } : {}) };
  }
  if (value.verdict === 'pass' && turn.kind !== 'remind')
    return { ...base, outcome: 'unproven', issues: [], why: doubt };
  const writing = todo.reviewRepeated ? [] : othersWriting(s, todo);
  if (writing.length > 0) return { ...base, outcome: 'repeated', issues: [], waitFor: writing };
  return { ...base, outcome: 'failed', issues: issuesOf(s, value, todo.id, doubt) };
}

function missionReviewFact(
  s: MissionState,
  turn: Turn,
  value: Review,
  runs: readonly RecordedRun[],
): FactOf<'mission.reviewed'> {
  const base = { type: 'mission.reviewed' as const, turn: turn.id, summary: value.summary };
  const own = prove(s.check, runs);
  const proofs: { todo?: string; proof: { command: string; session: string; callID: string } }[] = [];
  if (own.kind === 'proven') proofs.push({ proof: own.proof });
  const doubts = [unproven(own)];
  const reminded = turn.kind === 'remind';
  for (const todo of s.settings.review === 'mission' ? s.todos.values() : []) {
    if (todo.state !== 'done' || todo.verified) continue;
    const result = prove(todo.check, runs);
    if (result.kind === 'proven') proofs.push({ todo: todo.id, proof: result.proof });
    // A check that was not run leaves its TODO unverified; one that ran and failed fails the review.
    else if (result.kind === 'failed' || !reminded) doubts.push(unproven(result));
  }
  const doubt = doubts.filter((item) => item !== undefined).join(' ') || undefined;
  if (value.verdict === 'pass' && doubt === undefined) return { ...base, outcome: 'passed', issues: [], proofs };
  if (value.verdict === 'pass' && !reminded)
    return { ...base, outcome: 'unproven', issues: [], proofs: [], why: doubt };
  return { ...base, outcome: 'failed', issues: issuesOf(s, value, undefined, doubt), proofs };
}

/** Whose turns may be writing right now, beside the TODO’s own. */
function othersWriting(s: MissionState, todo: Todo): string[] {
  if (todo.isolated) return [];
  const turns: string[] = [];
  for (const turn of s.turns.values()) {
    const apart = s.todos.get(turn.todo ?? '')?.isolated;
    if (turn.role === 'worker' && !turn.settling && turn.todo !== todo.id && !apart) turns.push(turn.id);
  }
  return turns;
}

function issuesOf(s: MissionState, value: Review, todo: string | undefined, doubt: string | undefined): IssueDraft[] {
  const found =
    value.verdict === 'fail' ? value.issues : [{ title: 'The check is not proven', detail: doubt ?? value.summary }];
  const listed = found.length > 0 ? found : [{ title: 'The review failed', detail: value.summary }];
  return listed.map((item, index) => ({
    id: `I${String(s.issuesOpened + index + 1)}`,
    ...(todo === undefined ? {} : { todo }),
    title: item.title.trim() === '' ? 'The review failed' : item.title,
    detail: item.detail,
    ...('file' in item && item.file !== undefined ? { file: item.file } : {}),
    ...('line' in item && item.line !== undefined ? { line: item.line } : {}),
  }));
}

export type HowLost = FactOf<'turn.lost'>['how'];

/** What is known of a failure beside its words. */
export interface Failure {
  readonly class: FailureClass;
  /** Milliseconds since the epoch, now, and when the provider wants to be asked again, if it said so. */
  readonly now: number;
  readonly askedUntil?: number | undefined;
  /** What the session said last. */
  readonly words?: string | undefined;
}

/** Characters that a fresh session is told of what the one before it said. */
const carriedChars = 1_500;

/** What follows a turn that ended without its answer: the same session once more, or the end of the attempt. */
export function decideLost(
  s: MissionState,
  turn: Turn,
  how: HowLost,
  reason: string,
  usage: { tokens: number; cost: number },
  failure?: Failure,
  pace?: Pace,
): FactOf<'turn.lost'> {
  if (!failure || how === 'stopped' || how === 'unwanted')
    return { type: 'turn.lost', turn: turn.id, how, reason, next: afterLost(s, turn, how), ...usage };
  const policy = policies[failure.class];
  const fellBack = fallBacks(s, turn, failure.class, failure.now);
  const moves = movesOn(s, turn, failure.class, fellBack);
  const next = moves ? 'continue' : afterFailure(s, turn, failure.class);
  const waits = moves || (policy.holds ?? policy.asks ?? false);
  const carried = failure.class === 'overflow' ? failure.words?.trim().slice(-carriedChars) : undefined;
  return {
    ...{ type: 'turn.lost', turn: turn.id, reason, next, class: failure.class },
    how: waits ? (next === 'continue' ? 'waits' : 'error') : how,
    ...(policy.holds && { retryAt: gateTime(s, turn, failure.now, failure.askedUntil, pace) }),
    ...(carried ? { carried } : {}),
    ...(fellBack.length > 0 && { fellBack }),
    ...usage,
  };
}

function afterFailure(s: MissionState, turn: Turn, failure: FailureClass): FactOf<'turn.lost'>['next'] {
  const { goesOn, holds } = policies[failure];
  switch (goesOn) {
    case 'never':
      return 'over';
    case 'always':
      return holds && (turn.waits ?? 0) >= waitsOfAnAttempt ? 'over' : 'continue';
    case 'once':
      return turn.nudged ? 'over' : 'continue';
    case 'remind':
      return turn.kind === 'remind' ? 'over' : 'remind';
    case 'counted':
      return turn.interruptions < s.settings['limits.recoveryAttempts'] ? 'continue' : 'over';
  }
}

/** The same for facts without a class. */
function afterLost(s: MissionState, turn: Turn, how: HowLost): FactOf<'turn.lost'>['next'] {
  if (how === 'stopped') return 'continue';
  if (how === 'interrupted') return turn.interruptions < s.settings['limits.recoveryAttempts'] ? 'continue' : 'over';
  if (how === 'silent' && turn.kind !== 'remind') return 'remind';
  return 'over';
}
