import * as z from 'zod';
import { isIconName, type IconName } from './icons';
import { names } from './words';

/** More than this is not kept: the work log and the journal have everything. */
export const feedLength = 500;

const short = z.string();

/** What a line of the feed can do: a subset of what the dashboard may ask the host for. */
const act = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['openIssues', 'openTodoFile', 'openWorkLog', 'reviewChanges', 'showLog']) }),
  z.object({ type: z.literal('openTranscript'), session: short }),
  z.object({ type: z.literal('hurryNote'), note: short }),
  z.object({ type: z.literal('addCheck'), todo: short }),
  z.object({ type: z.literal('openSettings'), setting: short }),
]);

/** An item of the notification feed, as the host hands it to the dashboard. */
export const feedItemSchema = z.object({
  /** Of its own, also where one record makes none and a signal makes one. */
  key: short,
  seq: z.number(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  icon: z.custom<IconName>(isIconName),
  kind: z.enum(['needsYou', 'good', 'bad', 'note', 'info']),
  /** The TODO it speaks of, by the id that stands in the text. */
  todo: short.optional(),
  session: short.optional(),
  text: short,
  /** The part of the text that is a command or a path, word for word. */
  code: short.optional(),
  /** What happened to `todo`, for a digest: `began`, `done (verified)`. An item without it always has a row of its own. */
  did: short.optional(),
  action: z.object({ label: short, act }).optional(),
});

/** An item of the notification feed; every text is cut and cleaned. */
export type FeedItem = Readonly<z.infer<typeof feedItemSchema>>;
/** An item without its place in the feed. */
export type FeedDraft = Omit<FeedItem, 'key' | 'seq' | 'at'>;
/** What an item can do, as one button. */
export type FeedAction = NonNullable<FeedItem['action']>;
/** What the filter of the feed tells apart. */
export type FeedKind = FeedItem['kind'];

/** Minor items of one interval as one row. */
export interface FeedDigest {
  readonly type: 'digest';
  readonly key: string;
  /** When the last of them came. */
  readonly at: number;
  /** The items, newest first. */
  readonly items: readonly FeedItem[];
  /** `9 updates`, before the text. */
  readonly label: string;
  /** `T2 done (verified), T4 to T11 began`. */
  readonly text: string;
}

/** A row of the feed. */
export type FeedRow =
  { readonly type: 'item'; readonly key: string; readonly at: number; readonly item: FeedItem } | FeedDigest;

/** The feed, oldest first, with one more item, within its bound. */
export function extendFeed(feed: readonly FeedItem[], item: FeedItem | undefined): readonly FeedItem[] {
  if (item === undefined) return feed;
  return feed.length < feedLength ? [...feed, item] : [...feed.slice(feed.length - feedLength + 1), item];
}

/**
 * The rows of a feed (oldest item first), newest row first. Minor items of the same interval of `everyMs` become one
 * row where there are two or more; with 0 every item is a row.
 */
export function foldFeed(items: readonly FeedItem[], everyMs: number): FeedRow[] {
  const buckets = new Map<number, FeedItem[]>();
  const rows: (FeedItem | number)[] = [];
  for (const item of items.slice(-feedLength)) {
    if (everyMs <= 0 || item.did === undefined) {
      rows.push(item);
      continue;
    }
    const bucket = Math.floor(item.at / everyMs);
    const minor = buckets.get(bucket);
    if (minor) minor.push(item);
    else {
      buckets.set(bucket, [item]);
      rows.push(bucket);
    }
  }
  return rows
    .map((row) => (typeof row === 'number' ? digestRow(row, buckets.get(row) ?? []) : itemRow(row)))
    .sort((a, b) => b.at - a.at || lastSeq(b) - lastSeq(a));
}

function itemRow(item: FeedItem): FeedRow {
  return { type: 'item', key: item.key, at: item.at, item };
}

function lastSeq(row: FeedRow): number {
  return row.type === 'item' ? row.item.seq : (row.items[0]?.seq ?? 0);
}

function digestRow(bucket: number, minor: readonly FeedItem[]): FeedRow {
  const [only] = minor;
  if (only && minor.length === 1) return itemRow(only);
  const items = [...minor].reverse();
  return {
    type: 'digest',
    // Of the interval, so that an open digest stays open while items come in.
    key: `digest-${bucket}`,
    at: items[0]?.at ?? 0,
    items,
    label: `${items.length} updates`,
    text: digestText(minor),
  };
}

/** `T2 done (verified), T4 to T11 began`: what is over before what began. */
function digestText(minor: readonly FeedItem[]): string {
  const ids = new Map<string, Set<string>>();
  const others: string[] = [];
  for (const { todo, did = '', text } of minor) {
    if (todo === undefined) {
      others.push(text);
      continue;
    }
    const known = ids.get(did);
    if (known) known.add(todo);
    else ids.set(did, new Set([todo]));
  }
  const order = (did: string) => (did.startsWith('done') ? 0 : did === 'began' ? 2 : 1);
  const parts = [...ids].sort(([a], [b]) => order(a) - order(b)).map(([did, of]) => `${names([...of], 4)} ${did}`);
  return [...parts, ...new Set(others)].join(', ');
}
