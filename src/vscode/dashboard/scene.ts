import type { Recorded } from '../../core/mission/facts';
import { encodeState } from '../../core/mission/snapshot';
import type { FeedItem } from '../../core/view/feed';
import type { Moment } from '../../core/view/moment';
import {
  protocolVersion,
  type AgentPatch,
  type ChatRow,
  type HostMessage,
  type Setup,
} from '../../protocol/hostMessages';
import type { Transcript } from '../../opencode/transcript';

/** What a dashboard shows: the mission of a folder, or a recorded one. */
export interface Scene {
  /** Undefined without a mission. */
  readonly moment: Moment | undefined;
  readonly feed: readonly FeedItem[];
  readonly chat: readonly ChatRow[];
  setup(): Setup;
  /** Calls back with what is new, until the returned function is called. */
  listen(listener: SceneListener): () => void;
  /** Follows a session; ends with the returned function. */
  watchTranscript(session: string, listener: (transcript: Transcript) => void): () => void;
}

export interface SceneListener {
  /** In order and without a gap; the moment’s state holds them already. */
  recorded(records: readonly Recorded[]): void;
  /** The news of a session changed or is forgotten. */
  heard(session: string): void;
  setupChanged(): void;
  /** Another mission, or one that was read anew. */
  replaced(): void;
  said(message: ChatRow): void;
}

/** Everything at once: for a page that has nothing yet. */
export function snapshotMessage(scene: Scene, now: number): HostMessage {
  const { moment } = scene;
  return {
    type: 'snapshot',
    version: protocolVersion,
    now,
    setup: scene.setup(),
    state: moment ? encodeState(moment.state) : null,
    feed: [...scene.feed],
    agents: newsOf(scene, moment?.agents.keys() ?? []),
    chat: [...scene.chat],
  };
}

/** The news of sessions as they are now; `null` for those that are forgotten. */
export function newsOf(scene: Scene, sessions: Iterable<string>): AgentPatch {
  const agents = scene.moment?.agents;
  return [...sessions].map((session) => {
    const news = agents?.get(session);
    return [session, news ? { ...news } : null];
  });
}
