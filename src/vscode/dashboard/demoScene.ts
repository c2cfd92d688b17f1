import { l10n } from 'vscode';
import type { Recorded } from '../../core/mission/facts';
import { emptyState } from '../../core/mission/state';
import { extendFeed, type FeedItem } from '../../core/view/feed';
import { reduceForFeed } from '../../core/view/feedItem';
import type { AgentNews } from '../../core/view/moment';
import type { Desk, Place } from '../desk';
import { localClock } from '../live';
import { playRecords } from './demo';
import type { Scene, SceneListener } from './scene';
import { demoSetup } from './setup';

const noNews: ReadonlyMap<string, AgentNews> = new Map();

/** A recorded mission that is played from its beginning; it ends with `dispose`. */
export interface DemoScene extends Scene {
  dispose(): void;
}

/** Plays a recording as if it happened now. Nothing can be done to it. */
export function demoScene(desk: Desk, place: () => Place | undefined, records: readonly Recorded[]): DemoScene {
  const state = emptyState();
  const listeners = new Set<SceneListener>();
  let feed: readonly FeedItem[] = [];
  const stop = playRecords(records, {
    clock: desk.clock,
    ended: () => undefined,
    recorded(played) {
      // A page that was shown nothing yet has no state that records could follow.
      const isFirst = state.seq === 0;
      for (const record of played) feed = extendFeed(feed, reduceForFeed(state, record));
      for (const listener of [...listeners]) {
        if (isFirst) listener.replaced();
        else listener.recorded(played);
      }
    },
  });
  return {
    get moment() {
      return state.seq === 0 ? undefined : { state, now: desk.clock.now(), agents: noNews, clock: localClock };
    },
    get feed() {
      return feed;
    },
    chat: [],
    setup: () => demoSetup(desk, place()),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchTranscript(session, listener) {
      const error = l10n.t('The demo has no transcripts: it is a recording of the mission alone.');
      listener({ session, entries: [], total: 0, busy: false, error });
      return () => undefined;
    },
    dispose() {
      stop();
      listeners.clear();
    },
  };
}
