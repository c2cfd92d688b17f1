import { isCommandId } from '../../core/commands/model';
import type { MissionState } from '../../core/mission/state';
import { watchOutput } from '../../host/watchOutput';
import { workspaceAt } from '../../host/workspace';
import type { ChatRow } from '../../protocol/hostMessages';
import type { Desk, Place } from '../desk';
import { chatRows } from './chat';
import { historyInSlices, historyOf, isLong, type History } from './history';
import type { Scene, SceneListener } from './scene';
import { setupOf } from './setup';

/** The mission of a workspace folder, and the conversation that goes on beside it. */
export interface FolderScene extends Scene {
  /** Adds to the conversation, or goes on with a message of it. */
  talk(row: ChatRow): void;
  dispose(): void;
}

/** Watches the folder that `place` names each time it is asked: a folder may be gone, or not be there yet. */
export function folderScene(desk: Desk, place: () => Place | undefined): FolderScene {
  const { missions, settings } = desk;
  const listeners = new Set<SceneListener>();
  const chat = chatRows();
  let history: { readonly state: MissionState; readonly feed: History } | undefined;
  /** The mission whose long past is being folded. */
  let folding: MissionState | undefined;
  let shown = place()?.folder.mission;
  let setup = '';

  const tell = (call: (listener: SceneListener) => void): void => {
    for (const listener of [...listeners]) call(listener);
  };
  /** The feed of a long mission comes a moment after the rest. */
  const foldPast = (folder: Place['folder'], state: MissionState): void => {
    if (folding === state) return;
    folding = state;
    const isWanted = () => folding === state && folder.mission === state;
    void historyInSlices(() => folder.records, isWanted).then((feed) => {
      if (folding === state) folding = undefined;
      if (!feed) return;
      history = { state, feed };
      tell((listener) => listener.replaced());
    });
  };
  const isOurs = (other: Place): boolean => other.key === place()?.key;
  const tellSetup = (): void => {
    const next = JSON.stringify(setupOf(desk, place()));
    if (next === setup) return;
    setup = next;
    tell((listener) => listener.setupChanged());
  };
  const look = (): void => {
    const state = place()?.folder.mission;
    if (state !== shown) {
      shown = state;
      history = undefined;
      folding = undefined;
      tell((listener) => listener.replaced());
    }
    tellSetup();
  };
  const subscriptions = [
    missions.onDidChange((changed) => {
      if (isOurs(changed)) look();
    }),
    missions.onDidChangePlaces(look),
    settings.onDidChange(tellSetup),
    missions.onDidRecord((event) => {
      if (!isOurs(event.place)) return;
      const state = event.place.folder.mission;
      if (state !== shown) {
        look();
        return;
      }
      if (state && history?.state === state) history.feed.recorded(event.records);
      tell((listener) => listener.recorded(event.records));
      tellSetup();
    }),
    missions.onDidHear((event) => {
      if (!isOurs(event.place)) return;
      const moment = event.place.moment();
      if (moment && history?.state === moment.state) history.feed.heard(moment, event.session);
      tell((listener) => listener.heard(event.session));
    }),
  ];

  return {
    get moment() {
      return place()?.moment();
    },
    get feed() {
      const folder = place()?.folder;
      const state = folder?.mission;
      if (!folder || !state) return [];
      if (history?.state !== state) {
        if (isLong(folder.records)) {
          foldPast(folder, state);
          return [];
        }
        history = { state, feed: historyOf(folder.records) };
      }
      return history.feed.items;
    },
    get chat() {
      return chat.rows;
    },
    setup: () => setupOf(desk, place()),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchTranscript(session, listener) {
      const folder = place()?.folder;
      const mission = folder?.mission?.mission;
      if (!folder || mission === undefined || !isCommandId(session))
        return folder?.watchTranscript(session, listener) ?? (() => undefined);
      return watchOutput({ workspace: workspaceAt(folder.directory), mission, id: session }, listener);
    },
    talk(row) {
      const said = chat.put(row);
      tell((listener) => listener.said(said));
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      listeners.clear();
    },
  };
}
