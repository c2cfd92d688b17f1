import type { Role, TurnKind } from '../mission/facts';
import type { LimitKey } from '../mission/limits';
import type { Phase } from '../mission/select';
import type { SettingKey } from '../mission/settings';
import type { Clash } from '../todo/clashes';
import type { Author, TodoState } from '../todo/model';

/** The version of a report’s fields; it rises when one is renamed or means something else. */
export const reportVersion = 1;

/** How a TODO that is done came to be so; `open`: it is not done. */
export type ProofKind = 'verified' | 'unverified' | 'person' | 'open' | 'cancelled';

/** What something took; `workedMs` is agents’ time, in milliseconds, `cost` in US dollars. */
export interface Took {
  readonly workedMs: number;
  readonly tokens: number;
  readonly cost: number;
}

/** A TODO of the plan with what became of it. */
export interface ReportTodo extends Took {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly by: Author;
  readonly size?: string | undefined;
  readonly files: readonly string[];
  /** It works in a worktree of its own. */
  readonly isolated: boolean;
  readonly after: readonly string[];
  readonly check?: string | undefined;
  readonly state: TodoState;
  /** The state as it is shown: `done (verified)`. */
  readonly word: string;
  /** Worker and reviewer sessions. */
  readonly attempts: number;
  readonly reviews: number;
  readonly proof: {
    readonly kind: ProofKind;
    /** The proof in words: `exit 0`, `no check, only read`, `ticked by you`. */
    readonly words: string;
    readonly command?: string | undefined;
    /** OpenCode’s session and tool call in which the run is recorded. */
    readonly session?: string | undefined;
    readonly call?: string | undefined;
  };
  /** Why it is failed, blocked, cancelled or tried again. */
  readonly reason?: string | undefined;
  /** What its worker said last, and the files it says it wrote. */
  readonly summary?: string | undefined;
  readonly reported: readonly string[];
  readonly closedAt?: number | undefined;
  /** Ids of its issues. */
  readonly issues: readonly string[];
}

/** A stretch of time in which an agent had a turn; without `to` it still has. */
export interface ReportTurn {
  readonly kind: TurnKind;
  readonly from: number;
  readonly to?: number | undefined;
  /** `answered`, or how it was lost. */
  readonly how?: string | undefined;
}

/** An agent’s session. */
export interface ReportSession extends Took {
  readonly id: string;
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly attempt: number;
  /** `provider/model` of who answered last, and what was configured when it was opened; empty is OpenCode’s default. */
  readonly model?: string | undefined;
  readonly configured: string;
  /** Turns that are over. */
  readonly turns: number;
  readonly openedAt: number;
  readonly endedAt?: number | undefined;
  /** How its last turn ended: `answered`, how it was lost, or `at work`. */
  readonly ended: string;
  readonly spans: readonly ReportTurn[];
}

/** What one role did with one model. */
export interface ReportModel extends Took {
  readonly role: Role;
  readonly model: string;
  readonly sessions: number;
  readonly turns: number;
}

/** An issue that a review found. */
export interface ReportIssue {
  readonly id: string;
  readonly todo?: string | undefined;
  readonly title: string;
  readonly detail: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly state: 'open' | 'closed';
  readonly openedAt: number;
  readonly closedAt?: number | undefined;
  /** How it was closed, in words. */
  readonly closed?: string | undefined;
}

/** Something that a person was asked. */
export interface ReportAsk {
  readonly kind: 'permission' | 'question';
  /** Who asked: `the worker of T7`, `the Commander`. */
  readonly who: string;
  readonly todo?: string | undefined;
  readonly title: string;
  readonly openedAt: number;
  readonly closedAt?: number | undefined;
  /** What was answered, or why nobody answers any more; undefined while it is open. */
  readonly answer?: string | undefined;
}

/** Something that happened, in one line. */
export interface ReportEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** What kind of event one of the time line is. */
export type EventKind = 'course' | 'plan' | 'work' | 'review' | 'trouble' | 'person' | 'limit' | 'note';

/** A turn that was lost. */
export interface ReportLost extends ReportEvent {
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly session?: string | undefined;
  readonly how: string;
  readonly class?: string | undefined;
  /** What followed, in words. */
  readonly next: string;
}

/** A background command. */
export interface ReportCommand {
  readonly id: string;
  readonly label: string;
  readonly command: string;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly exitCode?: number | null | undefined;
  /** How it ended, in words. */
  readonly ended: string;
}

/** A file that workers named, with the lines that git knows of. */
export interface ReportFile {
  readonly path: string;
  /** Ids of the TODOs that changed it, or whose workers named it. */
  readonly todos: readonly string[];
  readonly added?: number | undefined;
  readonly removed?: number | undefined;
  /** `changed`, `new`, `binary`, `not changed`, `not there`; undefined where nobody looked. */
  readonly state?: FileState | undefined;
}

export type FileState = 'changed' | 'new' | 'binary' | 'not changed' | 'not there';

/** What git says of the folder at the time of the report. */
export type GitChanges =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'git';
      /** The commit that the lines are counted against. */
      readonly head: string;
      readonly files: ReadonlyMap<string, Pick<ReportFile, 'added' | 'removed' | 'state'>>;
    };

/** What a report is made of beyond the journal’s records. */
export interface ReportInput {
  /** When it is made, in milliseconds since the epoch. */
  readonly now: number;
  /** The release that makes it. */
  readonly release: string;
  readonly changes: GitChanges;
  /** Whether somebody drives the mission now. */
  readonly driven: boolean;
  /** Why the journal could not be read to its end, in a sentence. */
  readonly damage?: string | undefined;
}

/** A mission as a report tells it: plain data, masked, the same for JSON, Markdown and HTML. Times in milliseconds since the epoch. */
export interface Report {
  readonly version: typeof reportVersion;
  readonly release: string;
  readonly madeAt: number;
  readonly mission: string;
  readonly title: string;
  /** The mission’s text. */
  readonly goal: string;
  readonly directory: string;
  readonly result: {
    readonly state: Phase;
    /** The state as it is shown: `stopped (12 of 12 confirmed)`, `broken off`. */
    readonly word: string;
    readonly reason: string;
    readonly startedAt: number;
    readonly lastAt: number;
    readonly endedAt?: number | undefined;
    /** How long it ran, pauses and breaks left out, in milliseconds. */
    readonly durationMs: number;
    readonly iterations: number;
    /** What the Commander said last. */
    readonly commander: string;
  };
  /** What a reader should know first: five sentences at most, all computed. */
  readonly summary: readonly string[];
  /** What was not clean, a sentence each. */
  readonly cautions: readonly string[];
  readonly totals: Took & {
    readonly todos: {
      readonly total: number;
      readonly done: number;
      readonly verified: number;
      readonly ticked: number;
      readonly cancelled: number;
      readonly left: number;
    };
    readonly sessions: { readonly created: number; readonly peak: number };
    readonly turns: { readonly ordered: number; readonly lost: number };
    readonly issues: { readonly found: number; readonly open: number };
  };
  readonly todos: readonly ReportTodo[];
  /** Files that TODOs name which do not wait for each other, so that they took turns; cancelled ones are left out. */
  readonly clashes: readonly Clash[];
  readonly review: Took & {
    readonly check?: string | undefined;
    readonly passed: boolean;
    readonly words: string;
    readonly attempts: number;
    readonly summary: string;
  };
  readonly models: readonly ReportModel[];
  readonly sessions: readonly ReportSession[];
  readonly issues: readonly ReportIssue[];
  readonly asks: readonly ReportAsk[];
  /** Notes to the Commander, and what a person changed about the TODOs. */
  readonly notes: readonly ReportEvent[];
  readonly edits: readonly ReportEvent[];
  readonly limits: {
    readonly used: readonly { readonly key: LimitKey; readonly used: number; readonly of: number }[];
    /** Warnings, and limits that were reached. */
    readonly events: readonly ReportEvent[];
  };
  /** Starts, pauses, stops, restarts and ends. */
  readonly course: readonly ReportEvent[];
  readonly lost: readonly ReportLost[];
  /** Background commands; releases without them have none. */
  readonly commands: readonly ReportCommand[];
  readonly changes: {
    /** Where the lines come from, or why there are none. */
    readonly source: string;
    readonly head?: string | undefined;
    readonly files: readonly ReportFile[];
    readonly added?: number | undefined;
    readonly removed?: number | undefined;
  };
  readonly sources: readonly { readonly url: string; readonly title: string }[];
  readonly timeline: readonly (ReportEvent & { readonly kind: EventKind })[];
  /** Settings that are not the default. */
  readonly settings: Readonly<Partial<Record<SettingKey, string | number | boolean>>>;
  readonly journal: { readonly records: number; readonly damage?: string | undefined };
}
