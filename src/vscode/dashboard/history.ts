import type { Recorded } from '../../core/mission/facts';
import { emptyState, type MissionState } from '../../core/mission/state';
import { extendFeed, type FeedItem } from '../../core/view/feed';
import { feedItem, rateLimitItem, reduceForFeed } from '../../core/view/feedItem';
import { followTurns } from '../../core/view/feedTurns';
import type { Moment } from '../../core/view/moment';

/** The notification feed of a mission as the host keeps it, for pages that were not there from the start. */
export interface History {
  /** Up to the newest 500. */
  readonly items: readonly FeedItem[];
  /** Takes records that the state holds already. */
  recorded(state: MissionState, records: readonly Recorded[]): void;
  /** An agent may wait for its provider, which is no fact. */
  heard(moment: Moment, session: string): void;
}

/** Folds a mission’s records once more, beside its state, and keeps what they are worth in the feed. */
export function historyOf(records: readonly Recorded[]): History {
  const shadow = emptyState();
  let items: readonly FeedItem[] = [];
  for (const record of records) items = extendFeed(items, reduceForFeed(shadow, record));
  const turnOf = followTurns(shadow);
  return {
    get items() {
      return items;
    },
    recorded(state, added) {
      for (const record of added) items = extendFeed(items, feedItem(state, record, turnOf(record)));
    },
    heard(moment, session) {
      const news = moment.agents.get(session);
      if (news?.retryUntil === undefined) return;
      const item = rateLimitItem(moment, session, news);
      if (item && !items.some(({ key }) => key === item.key)) items = extendFeed(items, item);
    },
  };
}
