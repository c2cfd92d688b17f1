import type { ToolName } from '../core/answers/schemas';
import type { PermissionRule } from '../core/agents/permissions';
import type { FreshSource } from '../core/agents/prompts';
import type { BackgroundCall, Command } from '../core/commands/model';
import type { EndedCall } from '../core/recovery/habits';
import type { Pace } from '../core/recovery/policies';
import type { Fact, FactOf, PermissionAsked, QuestionAsked, Recorded, Role } from '../core/mission/facts';
import type { RecordedRun } from '../core/mission/proof';
import type { MissionState } from '../core/mission/state';
import type { FileChange } from '../core/todo/changes';
import type { Worktree } from '../core/todo/model';

/** What a new session carries; the backend puts it into OpenCode’s words. */
export interface SessionOrder {
  readonly mission: string;
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly attempt: number;
  readonly title: string;
  /** The Commander’s session; the Commander’s own has none. */
  readonly parent?: string | undefined;
  /** `provider/model`, or empty for OpenCode’s default. */
  readonly model: string;
  readonly rules: (prefix: string) => PermissionRule[];
  /** The worktree that it works in; the workspace folder unless told. */
  readonly directory?: string | undefined;
}

export interface PromptOrder {
  readonly session: string;
  /** Our own message id: the same prompt sent twice is one prompt. */
  readonly message: string;
  readonly role: Role;
  readonly model: string;
  /** The model’s variant; none where it is empty or missing. */
  readonly variant?: string | undefined;
  readonly text: string;
}

/** A turn as the session’s messages tell it, after an absence or at its end. */
export interface TurnRecord {
  /** Whether the prompt’s message is in the session. */
  readonly sent: boolean;
  /** The last completed call of a reporting tool after the prompt. */
  readonly answer?: { readonly tool: ToolName; readonly input: unknown } | undefined;
  /** The error that ended the turn. */
  readonly error?: BackendFailure | undefined;
  /** Whether the model’s last message is complete; an interrupted turn’s is not. */
  readonly complete: boolean;
  /** The model’s words, for an answer given in prose. */
  readonly prose: string;
  /** The completed calls for background commands after the prompt. */
  readonly background?: readonly BackgroundCall[] | undefined;
  readonly tokens: number;
  readonly cost: number;
  /** The model that answered last, as `provider/model`. */
  readonly model?: string | undefined;
}

/** Why a turn failed, as OpenCode classed it by name and data. */
export interface BackendFailure {
  readonly kind:
    | 'aborted'
    | 'auth'
    | 'rate-limit'
    | 'overflow'
    | 'provider'
    | 'connection'
    | 'garbage'
    | 'request'
    | 'quota'
    | 'unknown';
  readonly sentence: string;
  /** When the provider wants to be asked again: a time, or milliseconds from the failure on; anything that it may say. */
  readonly retry?: { readonly at: number } | { readonly inMs: number };
}

/** What comes from the agents while they work. Token streams are not in it. */
export type Signal =
  | { readonly type: 'answer'; readonly session: string; readonly tool: ToolName; readonly input: unknown }
  | { readonly type: 'background'; readonly session: string; readonly call: BackgroundCall }
  | { readonly type: 'refused'; readonly session: string; readonly callID: string; readonly sentence: string }
  | { readonly type: 'busy' | 'idle'; readonly session: string }
  /** The turn met an error; it may go on all the same, or never have begun. */
  | { readonly type: 'failed'; readonly session: string; readonly failure: BackendFailure }
  /** A step of the model is over, its usage recorded; `empty` when OpenCode could not tell why it ended. */
  | { readonly type: 'stepped'; readonly session: string; readonly empty?: true }
  | {
      readonly type: 'retrying';
      readonly session: string;
      readonly until: number;
      readonly sentence: string;
      /** The failures of this step so far, from 1. */
      readonly attempt?: number;
    }
  | { readonly type: 'activity'; readonly session: string; readonly headline?: string }
  | {
      readonly type: 'tool';
      readonly session: string;
      readonly callID: string;
      readonly running: boolean;
      /** What a call was that has ended. */
      readonly ended?: Omit<EndedCall, 'callID'>;
    }
  | {
      readonly type: 'usage';
      readonly session: string;
      readonly message: string;
      readonly tokens: number;
      readonly cost: number;
      /** The model that answers, as `provider/model`. */
      readonly model?: string;
      /** Tokens that the model was given with its last step, and how many it takes; none where it is not known. */
      readonly context?: number;
      readonly contextLimit?: number;
    }
  | {
      readonly type: 'asked';
      readonly session: string;
      readonly ask: string;
      readonly kind: 'permission' | 'question';
      readonly title: string;
      readonly permission?: PermissionAsked;
      readonly questions?: readonly QuestionAsked[];
    }
  | { readonly type: 'replied'; readonly ask: string; readonly reply: string }
  /** Every ask that is open was told since the stream is there (again). */
  | { readonly type: 'asksRead' }
  /** The stream is there (again): what happened meanwhile must be read from the sessions. */
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected'; readonly sentence: string }
  /** The server was started again: what ran in the one before runs no more. */
  | { readonly type: 'moved' };

/** The agents’ side: OpenCode, or a fake of it in unit tests. Calls reject with an error that has a `kind`. */
export interface Backend {
  openSession(order: SessionOrder): Promise<string>;
  /** A session that was opened for this order before, or undefined. */
  findSession(order: SessionOrder): Promise<string | undefined>;
  prompt(order: PromptOrder): Promise<void>;
  abort(session: string): Promise<void>;
  /** Whether a session is not idle; `directory` is where it works, when not in the workspace folder. */
  isBusy(session: string, directory?: string): Promise<boolean>;
  /** The sessions that are not idle, wherever they work. */
  busySessions(): Promise<Set<string>>;
  readTurn(session: string, message: string): Promise<TurnRecord>;
  /** Whether the session holds any prompt yet. */
  isEmpty(session: string): Promise<boolean>;
  /** The shell runs of a session; `directory` is where it works, when not in the workspace folder. */
  readRuns(session: string, directory?: string): Promise<RecordedRun[]>;
  /** Whether sessions of ours work in this worktree, too: then their events, asks and states are heard. */
  hear(directory: string, works: boolean): void;
  /** Answers a permission ask, the message being for the agent; false when nobody asks that any more. So the two below. */
  replyPermission(ask: string, reply: 'once' | 'always' | 'reject', message?: string): Promise<boolean>;
  /** The answers in the order of the questions; each is the chosen labels, or words of one’s own. */
  replyQuestion(ask: string, answers: readonly (readonly string[])[]): Promise<boolean>;
  rejectQuestion(ask: string): Promise<boolean>;
  onSignal(listener: (signal: Signal) => void): void;
}

/** How a background command ended; a fact but for its name. */
export type CommandEnd = Omit<FactOf<'command.ended'>, 'type' | 'id'>;

/** Who runs background commands: processes of their own, which outlive this one. */
export interface CommandsPort {
  /** Starts a command, once and never again, and resolves with its end; with nothing when this process lets go of the mission before. */
  run(command: Command): Promise<CommandEnd | undefined>;
  /** The same for one that an earlier process was to start: where that is not known to have happened, it is lost. */
  watch(id: string): Promise<CommandEnd | undefined>;
  /** Asks for its end, with everything that it started. */
  kill(id: string): Promise<void>;
}

/** The mission’s record on disk. */
export interface JournalPort {
  /** Resolves when the facts are on disk, in order. */
  append(facts: readonly Fact[], at: number): Promise<unknown>;
}

/** Files of the workspace that belong to the orchestrator, and questions about the others. */
export interface FilesPort {
  leaves(path: string): boolean;
  readTodo(): Promise<string | undefined>;
  writeRendered(name: 'todo.md' | 'sync-issues.md' | 'work-log.md', text: string): Promise<void>;
  /** Writes `todo.md` unless it is another text than `was` by then, which is a person’s; says whether it holds the new one. */
  replaceTodo(text: string, was: string | undefined): Promise<boolean>;
  /** Moves rendered files that are another mission’s out of the way; never loses them. */
  archiveForeign(at: number): Promise<unknown>;
  /** The sources younger than 24 hours. */
  freshSources(now: number): Promise<readonly FreshSource[]>;
  keepSource(source: { url: string; title: string; notes: string }, at: number): Promise<void>;
  /** Moves an isolated test out of the source tree; undefined when there is none. */
  archiveTest(path: string): Promise<{ from: string; to: string } | undefined>;
}

/** The workspace’s files at moments; ids are git’s. */
export interface TreesPort {
  /** Keeps the files as they are. Calls that wait while another one is under way share the next. */
  take(): Promise<string>;
  changes(from: string, to: string): Promise<readonly FileChange[]>;
}

/** Where TODOs work that are kept apart, and the way back into the folder. Trees are in the store of `TreesPort`. */
export interface WorktreesPort {
  /** A TODO’s worktree, whether it is there or not. */
  directory(todo: string): string;
  /**
   * Makes and prepares it unless it is there, and brings its files to what they are to be, once. Resolves with the trees of it
   * and of the folder then; rejects when it cannot be prepared.
   */
  place(todo: string, known: Worktree | undefined, signal: AbortSignal): Promise<Pick<Worktree, 'base' | 'folder'>>;
  /** What became of it and of the folder since a tree, as one; `suspects` are paths that had conflict markers. */
  merge(todo: string, base: string, suspects: readonly string[]): Promise<MergedWorktree>;
  changes(from: string, to: string): Promise<readonly FileChange[]>;
  /** Writes into the folder, of which one is the tree, what another has; resolves with what changed there meanwhile and is left. */
  write(from: string, to: string): Promise<readonly string[]>;
  /** Commits some paths of what was written between two trees. Resolves with nothing where that is committed already. */
  commit(from: string, to: string, paths: readonly string[], message: string): Promise<LandedCommit | undefined>;
  /** Removes it, and keeps what is in it in the store. */
  remove(todo: string): Promise<void>;
  /** The TODOs that have one on disk. */
  list(): Promise<readonly string[]>;
}

export interface LandedCommit {
  readonly commit: string;
  /** Paths that are not in it, since changes of the person’s are in the same place. */
  readonly left: readonly string[];
}

export interface MergedWorktree extends Merged {
  readonly folder: string;
  readonly theirs: string;
  /** Those suspects that still have the markers of a conflict. */
  readonly unresolved: readonly string[];
}

/** Two trees as one: paths in conflict have both sides between markers. */
export interface Merged {
  readonly tree: string;
  readonly conflicts: readonly string[];
}

/** Time as the driver sees it; a test turns it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after so many milliseconds; the returned function forgets it. */
  after(ms: number, callback: () => void): () => void;
}

/** Makes facts from the state as it is when their turn comes; it may not wait for anything. */
export type Producer = (state: MissionState) => readonly Fact[];

export interface Ids {
  /** A new OpenCode message id, later in order than every one before. */
  message(): string;
}

/** What the outside may watch: the facts once they are on disk, and the lossy news of what agents do. */
export interface Watcher {
  recorded?(records: readonly Recorded[]): void;
  signalled?(signal: Signal): void;
  /** What keeps the journal from being written, so that nothing new begins; undefined when it can be again. */
  held?(trouble: string | undefined): void;
}

export interface Ports {
  readonly backend: Backend;
  readonly journal: JournalPort;
  readonly files: FilesPort;
  readonly commands: CommandsPort;
  /** Without it nobody knows what TODOs change. */
  readonly trees?: TreesPort | undefined;
  /** Without it nobody can work apart. */
  readonly worktrees?: WorktreesPort | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly watcher: Watcher;
  /** Ends a server that is ours with all its agents, when a stop is not heard; false when it is somebody else’s. Never rejects. */
  readonly endServer?: () => Promise<boolean>;
  /** How long models that failed are waited for; the usual steps unless told. */
  readonly pace?: Pace;
  /** Problems that are nobody’s turn: they go to the log. */
  readonly log: (sentence: string) => void;
}
