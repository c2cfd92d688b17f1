import type { MissionState } from '../../src/core/mission/state';
import type { FeedItem } from '../../src/core/view/feed';
import type { AgentNews } from '../../src/core/view/moment';
import type { ChatRow, HostMessage, Setup } from '../../src/protocol/hostMessages';

/** The newest entries of the session that is looked at. */
export type Transcript = Omit<Extract<HostMessage, { type: 'transcript' }>, 'type'>;

/** Where the host wants the focus; `number` tells two of the same kind apart. */
export type Show = Omit<Extract<HostMessage, { type: 'show' }>, 'type'> & { readonly number: number };

/** What the page knows, as of one message. A new object each time; `state` is folded in place, so memoise by `version`. */
export interface View {
  readonly version: number;
  /** Whether a snapshot has come. */
  readonly isLoaded: boolean;
  readonly setup?: Setup | undefined;
  readonly state?: MissionState | undefined;
  readonly agents: ReadonlyMap<string, AgentNews>;
  /** Oldest first. */
  readonly feed: readonly FeedItem[];
  readonly chat: readonly ChatRow[];
  readonly transcript?: Transcript | undefined;
  readonly show?: Show | undefined;
  /** Why the host did not do what was asked last; a sentence. */
  readonly refusal?: string | undefined;
}

/** Before the first snapshot. */
export const emptyView: View = { version: 0, isLoaded: false, agents: new Map(), feed: [], chat: [] };
