import type { MissionState } from '../../../src/core/mission/state';
import type { Recorded } from '../../../src/core/mission/facts';
import { encodeState } from '../../../src/core/mission/snapshot';
import { emptyState } from '../../../src/core/mission/state';
import { extendFeed, type FeedItem } from '../../../src/core/view/feed';
import { rateLimitItem, reduceForFeed } from '../../../src/core/view/feedItem';
import type { AgentNews } from '../../../src/core/view/moment';
import { protocolVersion, type ChatRow, type HostMessage, type Setup } from '../../../src/protocol/hostMessages';
import { timeOf } from './story';

/** What a page is given: a mission at a moment, and all that is beside it. */
export interface Scene {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly setup: Setup;
  /** None: no mission. */
  readonly records: readonly Recorded[];
  readonly agents: readonly [string, AgentNews][];
  readonly chat: readonly ChatRow[];
}

/** The setup of a page whose window runs the mission of the folder `shop`. */
export const drives: Setup = {
  folder: { key: 'file:///home/sam/shop', name: 'shop' },
  folders: 2,
  mode: 'drives',
  openCode: { found: true, text: 'OpenCode 1.18.4 found on PATH. It starts with the first mission.' },
  limits: [
    { label: 'Sessions', value: 'at most 50 at once', setting: 'limits.parallelSessions' },
    { label: 'Budget', value: 'none', setting: 'budget.usd' },
    { label: 'Review', value: 'each TODO', setting: 'review' },
    { label: 'Model', value: 'OpenCode’s default', setting: 'models.worker' },
  ],
  digestMs: 60_000,
  notices: [],
};

/** A scene of a mission’s records at a time of the stories’ day. */
export function sceneOf(records: readonly Recorded[], clock: string, over: Partial<Scene> = {}): Scene {
  return { now: timeOf(clock), setup: drives, records, agents: [], chat: [], ...over };
}

/** What the host would send of a scene, all at once. */
export function snapshotOf(scene: Scene): HostMessage {
  const { state, feed } = folded(scene);
  return {
    type: 'snapshot',
    version: protocolVersion,
    now: scene.now,
    setup: scene.setup,
    state: state === undefined ? null : encodeState(state),
    feed: [...feed],
    agents: scene.agents.map(([session, news]) => [session, { ...news }]),
    chat: [...scene.chat],
  };
}

/** The state and the feed, as the host folds them. */
export function folded({ records, agents, now }: Scene): {
  state: MissionState | undefined;
  feed: readonly FeedItem[];
} {
  if (records.length === 0) return { state: undefined, feed: [] };
  const state = emptyState();
  let feed: readonly FeedItem[] = [];
  for (const record of records) feed = extendFeed(feed, reduceForFeed(state, record));
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const moment = { state, now, agents: new Map(agents), clock };
  for (const [session, news] of agents) feed = extendFeed(feed, rateLimitItem(moment, session, news));
  return { state, feed };
}
