import type { TodoChanges } from './changes';

/** A TODO as a plan, a delegation, a follow-up or a person describes it, before the mission knows it. */
export interface TodoDraft {
  /** `[A-Za-z0-9._-]{1,64}`, unique in the mission when compared without case. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** Paths relative to the workspace folder, with `/`; none means: works alone. */
  readonly files: readonly string[];
  /** Ids of the TODOs that must be done or cancelled first. */
  readonly after: readonly string[];
  /** The command whose exit code 0, in OpenCode's record, proves the TODO. */
  readonly check?: string | undefined;
  readonly size?: 'XS' | 'S' | 'M' | 'L' | undefined;
  /** Whether it should work in a worktree of its own, as half of it would break what others do. */
  readonly isolate?: boolean | undefined;
}

export type TodoState = 'queued' | 'running' | 'reviewing' | 'done' | 'failed' | 'blocked' | 'cancelled';

/** Who brought a TODO into the mission or changed it. */
export type Author = 'planner' | 'commander' | 'person';

/** Where OpenCode recorded the run that proves a check. */
export interface Proof {
  readonly command: string;
  readonly session: string;
  readonly callID: string;
}

/** A prompt that a session of this attempt still needs: the answer is missing or unproven, or the turn was interrupted. */
export interface NextPrompt {
  readonly kind: 'first' | 'remind' | 'continue';
  readonly session: string;
  readonly attempt: number;
  /** Milliseconds of `limits.sessionMinutes` that the attempt has used. */
  readonly usedMs: number;
  /** How often turns of the attempt were interrupted. */
  readonly interruptions: number;
  /** How often the attempt was set down until its model answers again, and whether it was ended once because it stalled. */
  readonly waits?: number | undefined;
  readonly nudged?: boolean | undefined;
  /** What the reminder says beyond the usual. */
  readonly why?: string | undefined;
}

/** Where a TODO works that is kept apart from the others, until it has landed. What names a tree is in the mission’s store. */
export interface Worktree {
  /** The tree from which its own changes are told, and the folder’s when that was so. */
  readonly base: string;
  readonly folder: string;
  /** What its files are to be brought to before somebody goes on in it. */
  readonly checkout?: string | undefined;
  /** Paths that it and the folder both changed, with the three sides. */
  readonly conflicts?: readonly string[] | undefined;
  readonly sides?: Readonly<Record<'base' | 'ours' | 'theirs', string>> | undefined;
  /** Who met the last conflict. */
  readonly met?: 'worker' | 'person' | undefined;
  /** Its check was repeated since the folder moved on. */
  readonly rechecked?: boolean | undefined;
  /** Since when it is in the merge queue, in milliseconds since the epoch; `from` is the folder’s tree before it began to land. */
  readonly landing?: number | undefined;
  readonly from?: string | undefined;
  /** The files that it began to write into the folder: after a crash they may be there already. */
  readonly wrote?: readonly string[] | undefined;
}

export interface Todo extends TodoDraft {
  readonly by: Author;
  readonly state: TodoState;
  /** Worker sessions so far; the number in their metadata. */
  readonly attempts: number;
  /** Attempts spent since the last fresh count (a Commander's `retry`, a person's untick). */
  readonly tries: number;
  /** Reviewer sessions so far. */
  readonly reviews: number;
  /** Reviewer turns lost in a row. */
  readonly reviewsLost: number;
  /** Whether the state `done` is proven by `proof`. */
  readonly verified: boolean;
  readonly proof?: Proof | undefined;
  /** Why it is failed, blocked, cancelled, or tried again. */
  readonly reason?: string | undefined;
  /** What the Commander said with its last `retry`. */
  readonly brief?: string | undefined;
  /** What its last worker’s session said at its end, when that ran out of room. */
  readonly carried?: string | undefined;
  /** When it became done or cancelled, in milliseconds since the epoch. */
  readonly closedAt?: number | undefined;
  /** The worker's last report. */
  readonly summary?: string | undefined;
  /** The files the worker says it wrote; a claim. */
  readonly reported?: readonly string[] | undefined;
  /** What its workers changed, as the trees before and after tell; undefined while none is known. */
  readonly changes?: TodoChanges | undefined;
  /** Whether it works in a worktree of its own, and that, while there is something in it that has not landed. */
  readonly isolated?: boolean | undefined;
  readonly worktree?: Worktree | undefined;
  /** The next prompt in a session that is open already, in place of a new attempt. */
  readonly next?: NextPrompt | undefined;
  /** A review that failed while these turns were writing: it is repeated once they have ended. */
  readonly reviewAfter?: readonly string[] | undefined;
  /** Whether this attempt's review was already repeated because others were writing. */
  readonly reviewRepeated?: boolean | undefined;
}

/** Whether nothing is left to do for it. */
export function isClosed(todo: Pick<Todo, 'state'>): boolean {
  return todo.state === 'done' || todo.state === 'cancelled';
}
