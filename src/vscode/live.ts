import { env } from 'vscode';
import type { Recorded } from '../core/mission/facts';
import type { Moment } from '../core/view/moment';
import type { MissionFolder } from '../host/folder';
import { liveNews } from './news';

/** What comes from a folder, in the order in which it is to be taken. */
export interface LiveListener {
  /** Mode, mission, trouble or contact changed: read again. */
  changed(): void;
  /** On disk; the folder’s mission holds them already. */
  recorded(records: readonly Recorded[]): void;
  /** The news of a session changed or is forgotten. */
  heard(session: string): void;
}

/** A folder with the lossy news of its agents. */
export interface Live {
  /** Undefined without a mission. */
  readonly moment: Moment | undefined;
  listen(listener: LiveListener): () => void;
}

const lives = new WeakMap<MissionFolder, Live>();

/** The mission of a folder at this moment; undefined without one. */
export function momentOf(folder: MissionFolder): Moment | undefined {
  return liveOf(folder).moment;
}

/** The news of a folder, kept for as long as the folder is. */
export function liveOf(folder: MissionFolder): Live {
  const known = lives.get(folder);
  if (known) return known;
  const live = follow(folder);
  lives.set(folder, live);
  return live;
}

function follow(folder: MissionFolder): Live {
  const news = liveNews();
  const listeners = new Set<LiveListener>();
  let mission = folder.mission?.mission;
  const tell = (call: (listener: LiveListener) => void): void => {
    for (const listener of [...listeners]) call(listener);
  };
  folder.listen({
    changed() {
      if (folder.mission?.mission !== mission) news.clear();
      mission = folder.mission?.mission;
      tell((listener) => listener.changed());
    },
    recorded(records) {
      const gone = folder.mission ? news.recorded(records, folder.mission) : [];
      tell((listener) => {
        listener.recorded(records);
        for (const session of gone) listener.heard(session);
      });
    },
    signalled(signal) {
      const session = folder.mission && news.heard(signal, folder.mission, Date.now());
      if (session !== undefined) tell((listener) => listener.heard(session));
    },
  });
  return {
    get moment() {
      const state = folder.mission;
      if (!state) return undefined;
      const { lostContactSince } = folder;
      return { state, now: Date.now(), agents: news.agents, clock: localClock, lostContactSince };
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const clocks = new Map<boolean, Intl.DateTimeFormat>();

/** `14:32`, with seconds `14:32:07`: local time in the editor’s language, as wide in every language. */
export function localClock(at: number, seconds = false): string {
  let format = clocks.get(seconds);
  if (!format) {
    const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat(env.language, seconds ? { ...parts, second: '2-digit' } : parts);
    clocks.set(seconds, format);
  }
  return format.format(at);
}
