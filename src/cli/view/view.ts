import type { MissionState } from '../../core/mission/state';
import type { Look } from './style';

/** What is known of a session beyond the journal: the lossy news of what it does. Times in milliseconds since the epoch. */
export interface AgentNews {
  readonly headline: string;
  readonly lastEventAt: number;
  /** Until when its provider lets it wait. */
  readonly retryUntil?: number | undefined;
}

/** A mission at a moment, with what its agents do by their session’s id. */
export interface Moment {
  readonly state: MissionState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly agents: ReadonlyMap<string, AgentNews>;
  /** Since when the event stream is gone, while it is. */
  readonly lostContactSince?: number | undefined;
}

/** A moment and the room it is shown in. */
export interface LiveView extends Moment, Look {}
