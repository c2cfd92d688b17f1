import { setImmediate } from 'node:timers/promises';
import type { Recorded } from '../../core/mission/facts';
import { emptyState } from '../../core/mission/state';
import { extendFeed, type FeedItem } from '../../core/view/feed';
import { rateLimitItem, reduceForFeed } from '../../core/view/feedItem';
import type { Moment } from '../../core/view/moment';

/** The notification feed of a mission as the host keeps it, for pages that were not there from the start. */
export interface History {
  /** Up to the newest 500. */
  readonly items: readonly FeedItem[];
  /** Takes the records that follow. */
  recorded(records: readonly Recorded[]): void;
  /** An agent may wait for its provider, which is no fact. */
  heard(moment: Moment, session: string): void;
}

/** Records folded at once, some 10 ms of work. */
const foldedAtOnce = 1_000;

/** Folds a mission’s records once more, beside its state, and keeps what they are worth in the feed. */
export function historyOf(records: readonly Recorded[]): History {
  const history = new Folded();
  history.recorded(records);
  return history;
}

/** Whether a mission is long enough for its history to freeze an editor. */
export function isLong(records: readonly Recorded[]): boolean {
  return records.length > foldedAtOnce;
}

/** The same in slices; `records` may grow meanwhile. Undefined as soon as it is wanted no more. */
export async function historyInSlices(
  records: () => readonly Recorded[],
  isWanted: () => boolean,
): Promise<History | undefined> {
  const history = new Folded();
  for (let taken = 0; taken < records().length;) {
    const slice = records().slice(taken, taken + foldedAtOnce);
    history.recorded(slice);
    taken += slice.length;
    await setImmediate();
    if (!isWanted()) return undefined;
  }
  return history;
}

/** With a state of its own: the mission’s may be ahead of the records that are told of. */
class Folded implements History {
  private readonly shadow = emptyState();
  private folded: readonly FeedItem[] = [];

  get items(): readonly FeedItem[] {
    return this.folded;
  }

  recorded(records: readonly Recorded[]): void {
    for (const record of records) this.folded = extendFeed(this.folded, reduceForFeed(this.shadow, record));
  }

  heard(moment: Moment, session: string): void {
    const news = moment.agents.get(session);
    if (news?.retryUntil === undefined) return;
    const item = rateLimitItem(moment, session, news);
    if (item && !this.folded.some(({ key }) => key === item.key)) this.folded = extendFeed(this.folded, item);
  }
}
