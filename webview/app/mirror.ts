import { factSchema, type Recorded } from '../../src/core/mission/facts';
import { decodeState } from '../../src/core/mission/snapshot';
import type { MissionState } from '../../src/core/mission/state';
import { extendFeed, feedItemSchema, type FeedItem } from '../../src/core/view/feed';
import { rateLimitItem, reduceForFeed } from '../../src/core/view/feedItem';
import type { AgentNews } from '../../src/core/view/moment';
import { hostMessageSchema, protocolVersion, type AgentPatch, type HostMessage } from '../../src/protocol/hostMessages';
import { momentOf } from './moment';
import type { Ticker } from './ticker';
import { emptyView, type View } from './view';

type MessageOf<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** What the mirror needs beside messages. */
export interface MirrorPorts {
  readonly ticker: Ticker;
  /** Asks for a snapshot. */
  readonly resync: () => void;
  /** The host’s answer to something that was asked. */
  readonly done: (message: MessageOf<'done'>) => void;
}

/** The page’s copy of the mission, kept up by the host’s messages. */
export interface Mirror {
  /** Takes a message as it came; what is of no known kind is dropped. */
  receive(raw: unknown): void;
  readonly view: () => View;
  readonly subscribe: (listener: () => void) => () => void;
  /** Says why something was refused; nothing: takes the sentence away. */
  refuse(sentence: string | undefined): void;
  /** The transcript of another session is wanted, or none. */
  forgetTranscript(): void;
}

/** After how long a snapshot that does not come is asked for again. */
const askAgainMs = 5_000;
/** Chat messages that are kept. */
const mostChat = 200;

/** Folds what the host says into views. */
export function makeMirror(ports: MirrorPorts): Mirror {
  const listeners = new Set<() => void>();
  let view = emptyView;
  let askedAt = -Infinity;
  let shows = 0;

  const change = (next: Partial<View>): void => {
    view = { ...view, ...next, version: view.version + 1 };
    for (const listener of [...listeners]) listener();
  };
  const resync = (): void => {
    if (Date.now() - askedAt < askAgainMs) return;
    askedAt = Date.now();
    ports.resync();
  };

  const snapshot = (message: MessageOf<'snapshot'>): void => {
    if (message.version !== protocolVersion) return;
    const state = message.state === null ? null : decoded(message.state);
    if (state === undefined) {
      resync();
      return;
    }
    askedAt = -Infinity;
    ports.ticker.set(message.now);
    change({
      isLoaded: true,
      setup: message.setup,
      state: state ?? undefined,
      agents: patched(new Map(), message.agents),
      feed: message.feed.flatMap((item) => feedItemSchema.safeParse(item).data ?? []),
      chat: message.chat,
      transcript: state?.mission === view.state?.mission ? view.transcript : undefined,
    });
  };

  const patch = (message: MessageOf<'patch'>): void => {
    // Until the snapshot that was asked for comes, nothing fits.
    if (!view.isLoaded || askedAt !== -Infinity) return;
    ports.ticker.set(message.now);
    const feed = message.records.length === 0 ? view.feed : folded(view.state, message.records, view.feed);
    if (feed === undefined) {
      resync();
      return;
    }
    const agents = message.agents.length === 0 ? view.agents : patched(view.agents, message.agents);
    change({ agents, feed: withLimits({ ...view, agents, feed }, message.agents, message.now) });
  };

  const take = (message: HostMessage): void => {
    switch (message.type) {
      case 'snapshot':
        return snapshot(message);
      case 'patch':
        return patch(message);
      case 'setup':
        ports.ticker.set(message.now);
        return change({ setup: message.setup });
      case 'transcript':
        return change({ transcript: message });
      case 'chat': {
        const others = view.chat.filter((row) => row.id !== message.message.id);
        const at = view.chat.findIndex((row) => row.id === message.message.id);
        const chat = at < 0 ? [...others, message.message] : others.toSpliced(at, 0, message.message);
        return change({ chat: chat.slice(-mostChat) });
      }
      case 'done':
        return ports.done(message);
      case 'show':
        shows += 1;
        return change({ show: { ...message, number: shows } });
    }
  };

  return {
    receive(raw) {
      const parsed = hostMessageSchema.safeParse(raw);
      if (parsed.success) take(parsed.data);
    },
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    refuse(sentence) {
      if (view.refusal !== sentence) change({ refusal: sentence });
    },
    forgetTranscript() {
      if (view.transcript) change({ transcript: undefined });
    },
  };
}

/** The state that a snapshot carries; undefined when it cannot be read. */
function decoded(value: unknown): MissionState | undefined {
  try {
    return decodeState(value);
  } catch {
    return undefined;
  }
}

function patched(agents: ReadonlyMap<string, AgentNews>, changes: AgentPatch): ReadonlyMap<string, AgentNews> {
  const next = new Map(agents);
  for (const [session, news] of changes) {
    if (news === null) next.delete(session);
    else next.set(session, news);
  }
  return next;
}

/** Takes records into the state, and what they are worth into the feed; undefined when they do not fit. */
function folded(
  state: MissionState | undefined,
  records: MessageOf<'patch'>['records'],
  before: readonly FeedItem[],
): readonly FeedItem[] | undefined {
  if (!state) return undefined;
  let feed = before;
  for (const { seq, at, fact } of records) {
    if (seq <= state.seq) continue;
    const known = factSchema.safeParse(fact);
    if (seq !== state.seq + 1 || !known.success) return undefined;
    const record: Recorded = { seq, at, fact: known.data };
    try {
      feed = extendFeed(feed, reduceForFeed(state, record));
    } catch {
      return undefined;
    }
  }
  return feed;
}

/** Waits for a provider are no facts: each that is news comes into the feed here. */
function withLimits(view: View, changes: AgentPatch, now: number): readonly FeedItem[] {
  const moment = momentOf(view, now);
  let { feed } = view;
  if (!moment) return feed;
  for (const [session, news] of changes) {
    if (news?.retryUntil === undefined) continue;
    const item = rateLimitItem(moment, session, news);
    if (item && !feed.some(({ key }) => key === item.key)) feed = extendFeed(feed, item);
  }
  return feed;
}
