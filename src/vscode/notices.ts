import type { FeedItem } from '../core/view/feed';
import { foldFeed } from '../core/view/feed';
import type { Clock } from '../runtime/ports';

/** How much is announced, as the setting has it. */
export type NoticeLevel = 'digest' | 'all' | 'attention';

/** Milliseconds between two digests. */
export const digestMs = 60_000;
/** Asks that come within so many milliseconds are one notice. */
const gatherMs = 800;
/** Who sees the dashboard sees the asks: they are told when it is left, which is looked at so often. */
const lookMs = 5_000;
/** Items that wait for a digest; the work log has all of them. */
const mostWaiting = 500;

/** What is to be said in a notification. */
export interface Notice {
  readonly kind: 'needsYou' | 'sealed' | 'exhausted' | 'failed' | 'item' | 'digest' | 'warned';
  /** Which folder’s mission. */
  readonly key: string;
  /** Of asks: how many are open. */
  readonly count: number;
  /** The text of an item or a digest; empty for the others, which are worded from the mission. */
  readonly text: string;
}

export interface NoticePorts {
  readonly clock: Clock;
  readonly level: () => NoticeLevel;
  /** A person sees the folder’s dashboard. */
  readonly watched: (key: string) => boolean;
  /** The window has the focus. */
  readonly focused: () => boolean;
  /** Resolves when the notification is gone. */
  readonly show: (notice: Notice) => Promise<unknown>;
}

/** Decides what is said, and when: what needs a person and how a mission ended at once, all else in a digest. */
export interface Notices {
  /** The ids of the asks of a folder’s mission that are open now. */
  asks(key: string, open: readonly string[]): void;
  /** How a folder’s mission ended. */
  ended(key: string, how: 'sealed' | 'exhausted' | 'failed'): void;
  /** Something is not as it was configured: said at once, in these words, unless the dashboard is watched. */
  warned(key: string, text: string): void;
  /** What is new in a folder’s feed. */
  items(key: string, items: readonly FeedItem[]): void;
  /** The window got the focus, or the dashboard was shown: a digest may be due, or not needed any more. */
  looked(): void;
  dispose(): void;
}

interface Folder {
  open: readonly string[];
  /** Asks that were announced. */
  readonly told: Set<string>;
  /** A notification about asks is on the screen. */
  isShown: boolean;
  /** Forgets the next look at its asks. */
  forget: (() => void) | undefined;
  waiting: FeedItem[];
}

/** Makes the notices of one window. */
export function noticeBook(ports: NoticePorts): Notices {
  const { clock } = ports;
  const folders = new Map<string, Folder>();
  const timers = new Set<() => void>();
  let digestTimer: (() => void) | undefined;
  let lastDigest = -Infinity;

  const folderOf = (key: string): Folder => {
    const known = folders.get(key);
    if (known) return known;
    const made: Folder = { open: [], told: new Set(), isShown: false, forget: undefined, waiting: [] };
    folders.set(key, made);
    return made;
  };
  const later = (ms: number, act: () => void): (() => void) => {
    const forget = clock.after(ms, () => {
      timers.delete(forget);
      act();
    });
    timers.add(forget);
    return forget;
  };
  const show = (notice: Notice): Promise<void> =>
    ports.show(notice).then(
      () => undefined,
      () => undefined,
    );

  const tellSoon = (key: string, folder: Folder, ms: number): void => {
    folder.forget ??= later(ms, () => {
      folder.forget = undefined;
      tellAsks(key, folder);
    });
  };
  /** One notification about asks at a time: what comes while it is shown is told when it is gone. */
  const tellAsks = (key: string, folder: Folder): void => {
    if (folder.isShown) return;
    const fresh = folder.open.filter((ask) => !folder.told.has(ask));
    if (fresh.length === 0) return;
    if (ports.watched(key)) {
      tellSoon(key, folder, lookMs);
      return;
    }
    for (const ask of fresh) folder.told.add(ask);
    folder.isShown = true;
    void show({ kind: 'needsYou', key, count: folder.open.length, text: '' }).then(() => {
      folder.isShown = false;
      tellAsks(key, folder);
    });
  };

  const digest = (): void => {
    digestTimer = undefined;
    for (const [key, folder] of folders) if (ports.watched(key)) folder.waiting = [];
    // Nobody is there to read it: it grows until somebody is.
    if (!ports.focused()) return;
    for (const [key, folder] of folders) {
      const items = folder.waiting;
      folder.waiting = [];
      if (items.length === 0) continue;
      lastDigest = clock.now();
      void show({ kind: 'digest', key, count: items.length, text: digestText(items) });
    }
  };
  const planDigest = (): void => {
    if (digestTimer || ![...folders.values()].some(({ waiting }) => waiting.length > 0)) return;
    const waitMs = Math.min(digestMs, Math.max(lastDigest + digestMs - clock.now(), gatherMs));
    digestTimer = later(lastDigest === -Infinity ? digestMs : waitMs, digest);
  };

  return {
    asks(key, open) {
      const folder = folderOf(key);
      folder.open = open;
      for (const ask of folder.told) if (!open.includes(ask)) folder.told.delete(ask);
      if (open.some((ask) => !folder.told.has(ask))) tellSoon(key, folder, gatherMs);
    },
    ended(key, how) {
      // What led to the end is in it.
      folderOf(key).waiting = [];
      void show({ kind: how, key, count: 0, text: '' });
    },
    warned(key, text) {
      if (!ports.watched(key)) void show({ kind: 'warned', key, count: 1, text });
    },
    items(key, items) {
      const level = ports.level();
      const told = items.filter(({ kind }) => kind !== 'needsYou');
      if (level === 'attention' || told.length === 0 || ports.watched(key)) return;
      if (level === 'all') {
        for (const { text } of told) void show({ kind: 'item', key, count: 1, text });
        return;
      }
      const folder = folderOf(key);
      folder.waiting = [...folder.waiting, ...told].slice(-mostWaiting);
      planDigest();
    },
    looked: planDigest,
    dispose() {
      for (const forget of timers) forget();
      timers.clear();
    },
  };
}

/** What happened, in a line: `T2 done (verified), T4 to T11 began`; at most three things, the newest first. */
function digestText(items: readonly FeedItem[]): string {
  const rows = foldFeed(items, Number.MAX_SAFE_INTEGER);
  const texts = rows.map((row) => (row.type === 'item' ? row.item.text : row.text));
  const shown = texts.slice(0, 3).join('. ');
  return texts.length > 3 ? `${shown}. …` : `${shown}.`;
}
