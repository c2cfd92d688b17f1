import type { FailureClass } from './policies';

/** A tool call that has ended. */
export interface EndedCall {
  readonly callID: string;
  /** The tool; of one that is not there, what the model called it. */
  readonly name: string;
  /** Short marks of what was called with which input, and of what came back. */
  readonly call: string;
  readonly outcome: string;
  readonly failed: boolean;
  /** The tool is not there, or its arguments could not be read: OpenCode answers that itself. */
  readonly missing: boolean;
}

/** What turns do when they are stuck. Polling is honest work: it gets no errors, and seldom the same result a hundred times. */
export const habitLimits = {
  /** The same call with the same error in a row. */
  sameError: 8,
  /** A tool that is not there, whatever its input, in a row. */
  missingTool: 8,
  /** The same call with the same result in a row. */
  sameResult: 100,
  /** So many calls of which no more than so many are different. */
  window: 300,
  different: 3,
  /** Steps in a row that hold nothing and have no reason to end. */
  emptySteps: 5,
  /** Full contexts in a row, with no call between them: OpenCode compacts after each, for ever. */
  overflows: 2,
} as const;

/** What one turn has done so far, as far as it tells whether it is stuck. Changed in place. */
export interface Habits {
  lastID: string;
  last: string;
  inARow: number;
  missing: string;
  missingInARow: number;
  readonly window: string[];
  readonly counts: Map<string, number>;
  emptySteps: number;
  overflows: number;
}

export interface Stuck {
  readonly class: Extract<FailureClass, 'repetition' | 'garbage' | 'overflow'>;
  readonly reason: string;
}

export function noHabits(): Habits {
  const counts = new Map<string, number>();
  return {
    ...{ lastID: '', last: '', inARow: 0, missing: '', missingInARow: 0 },
    window: [],
    counts,
    emptySteps: 0,
    overflows: 0,
  };
}

/** Takes a call in, and says whether the turn is stuck. */
export function afterCall(
  habits: Habits,
  { callID, name, call, outcome, failed, missing }: EndedCall,
): Stuck | undefined {
  if (callID === habits.lastID) return undefined;
  habits.lastID = callID;
  habits.emptySteps = 0;
  habits.overflows = 0;
  const mark = `${call} ${outcome}`;
  habits.inARow = mark === habits.last ? habits.inARow + 1 : 1;
  habits.last = mark;
  habits.missingInARow = !missing ? 0 : name === habits.missing ? habits.missingInARow + 1 : 1;
  habits.missing = missing ? name : '';
  enter(habits, mark);
  const stuck = (reason: string): Stuck => ({ class: 'repetition', reason });
  if (habits.missingInARow >= habitLimits.missingTool)
    return stuck(`It called ${name} ${habits.missingInARow} times in a row, which it does not have or cannot call so.`);
  if (failed && habits.inARow >= habitLimits.sameError)
    return stuck(`It made the same call of ${name} ${habits.inARow} times in a row, each with the same error.`);
  if (habits.inARow >= habitLimits.sameResult)
    return stuck(`It made the same call of ${name} ${habits.inARow} times in a row, each with the same result.`);
  if (habits.window.length >= habitLimits.window && habits.counts.size <= habitLimits.different)
    return stuck(`Its last ${habits.window.length} calls were the same few again and again, the last one of ${name}.`);
  return undefined;
}

/** A step of the model is over; `empty` when it gave no reason to end, as OpenCode reads it. */
export function afterStep(habits: Habits, empty: boolean): Stuck | undefined {
  habits.emptySteps = empty ? habits.emptySteps + 1 : 0;
  if (habits.emptySteps < habitLimits.emptySteps) return undefined;
  return {
    class: 'garbage',
    reason: `The provider’s last ${habits.emptySteps} answers held nothing that can be read.`,
  };
}

/** The context was full. */
export function afterOverflow(habits: Habits, sentence: string): Stuck | undefined {
  habits.overflows += 1;
  return habits.overflows < habitLimits.overflows ? undefined : { class: 'overflow', reason: sentence };
}

function enter({ window, counts }: Habits, mark: string): void {
  window.push(mark);
  counts.set(mark, (counts.get(mark) ?? 0) + 1);
  if (window.length <= habitLimits.window) return;
  const gone = window.shift() ?? '';
  const left = (counts.get(gone) ?? 1) - 1;
  if (left > 0) counts.set(gone, left);
  else counts.delete(gone);
}

/** A short mark of a text, the same for the same text: FNV-1a over its first 20,000 characters, with its length. */
export function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < Math.min(text.length, 20_000); at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${(hash >>> 0).toString(36)}.${text.length.toString(36)}`;
}
