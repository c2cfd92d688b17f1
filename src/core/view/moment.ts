import type { MissionState } from '../mission/state';

/** What is known of a session beyond the journal: the lossy news of what it does. Times in milliseconds since the epoch. */
export interface AgentNews {
  readonly headline: string;
  readonly lastEventAt: number;
  /** Until when its provider lets it wait, and what the provider said. */
  readonly retryUntil?: number | undefined;
  readonly retryReason?: string | undefined;
  /** Of the turn in flight alone: the ledger has those that ended. */
  readonly tokens?: number | undefined;
  readonly cost?: number | undefined;
  /** The model that answers, as `provider/model`. */
  readonly model?: string | undefined;
  /** Tokens that its last step’s model was given, and how many that model takes. */
  readonly context?: number | undefined;
  readonly contextLimit?: number | undefined;
}

/** A mission at a moment, with what its agents do by their session’s id. */
export interface Moment {
  readonly state: MissionState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly agents: ReadonlyMap<string, AgentNews>;
  /** Since when the event stream is gone, while it is. */
  readonly lostContactSince?: number | undefined;
  /** `hh:mm`, or `hh:mm:ss` with seconds, as the reader’s locale and time zone have it. */
  clock(at: number, seconds?: boolean): string;
}
