import { env, EventEmitter, l10n, TreeItem, TreeItemCollapsibleState, window, type TreeDataProvider } from 'vscode';
import type { Desk, Place } from '../desk';
import { paced } from '../pace';
import { localClock } from '../live';
import type { Entry } from './entry';
import { entryItem } from './entryItem';
import type { MissionState } from '../../core/mission/state';
import { missionEntry, type MissionElement } from './missionsModel';

const viewId = 'orchestrator.missions';
const refreshMs = 1_000;
/** Missions of one folder that are listed at most. */
const mostMissions = 200;

/** The history: the missions of each folder, the newest first. It is read from disk when it is seen, and not before. */
export function registerMissionsView(desk: Desk): void {
  const { context, missions } = desk;
  const changes = new EventEmitter<MissionElement | undefined>();
  const elements = new Map<string, MissionElement>();
  const entries = new Map<string, Entry>();
  /** Lists as they were read; reading folds every journal of the folder. */
  const lists = new Map<string, readonly MissionElement[]>();

  const put = (place: Place, state: MissionState): MissionElement => {
    const key = `${place.key}/${state.mission}`;
    // The same object for the same mission, so that the selection stays.
    const element = elements.get(key) ?? { kind: 'mission', key, folder: place.key, mission: state.mission };
    const isLive = place.folder.mission?.mission === state.mission && place.folder.mode !== 'over';
    elements.set(key, element);
    entries.set(key, missionEntry(state, desk.clock.now(), { when: whenOf, isLive }));
    return element;
  };
  const listOf = async (place: Place): Promise<readonly MissionElement[]> => {
    const known = lists.get(place.key);
    if (known) return known;
    const found = await place.folder.missions();
    const list = found.slice(0, mostMissions).map(({ state }) => put(place, state));
    lists.set(place.key, list);
    return list;
  };
  const provider: TreeDataProvider<MissionElement> = {
    onDidChangeTreeData: changes.event,
    async getChildren(element) {
      if (element?.kind === 'mission') return [];
      const { places } = missions;
      const place = element ? missions.place(element.folder) : places.length === 1 ? places[0] : undefined;
      if (!place) return element ? [] : places.map(({ key, name }) => ({ kind: 'folder', key, folder: key, name }));
      try {
        return [...(await listOf(place))];
      } catch (error) {
        desk.log.error(`The missions of ${place.name} cannot be listed.`, error);
        return [];
      }
    },
    getParent: () => undefined,
    getTreeItem(element) {
      if (element.kind === 'folder') {
        const item = new TreeItem(element.name, TreeItemCollapsibleState.Expanded);
        item.id = element.key;
        return item;
      }
      return entryItem(element.key, entries.get(element.key), {
        command: 'orchestrator.openMission',
        title: l10n.t('Open Mission'),
        arguments: [element],
      });
    },
  };
  const view = window.createTreeView(viewId, { treeDataProvider: provider });
  /** The mission that goes on in a place is brought up to date alone; another one, or its end, lists the place anew. */
  const shown = new Map<string, string>();
  const touched = new Set<Place>();
  const refresh = paced(desk.clock, refreshMs, () => {
    if (!view.visible) return;
    for (const place of touched) {
      const { mission, mode } = place.folder;
      const standing = `${mission?.mission ?? ''} ${mode} ${mission?.end?.state ?? ''}`;
      const known = elements.get(`${place.key}/${mission?.mission ?? ''}`);
      if (shown.get(place.key) === standing && mission && known) {
        put(place, mission);
        changes.fire(known);
      } else {
        shown.set(place.key, standing);
        lists.delete(place.key);
        changes.fire(undefined);
      }
    }
    touched.clear();
  });
  const touch = (place: Place): void => {
    touched.add(place);
    refresh.ask();
  };
  const one = (id: string, run: (place: Place, mission: string) => Promise<unknown>) =>
    desk.command(id, async (given) => {
      const named = readListed(given) ?? readListed(view.selection[0]);
      const place = named && missions.place(named.folder);
      if (place) await run(place, named.mission);
    });

  context.subscriptions.push(
    view,
    changes,
    refresh,
    view.onDidChangeVisibility(() => refresh.ask()),
    missions.onDidChange(touch),
    missions.onDidChangePlaces(() => changes.fire(undefined)),
    missions.onDidRecord(({ place }) => touch(place)),
    desk.command('orchestrator.refreshMissions', () => {
      lists.clear();
      changes.fire(undefined);
    }),
    one('orchestrator.openMission', async (place, mission) => {
      if (place.folder.mission?.mission !== mission) await place.folder.open(mission);
      await desk.surfaces.dashboard.open({ key: place.key });
    }),
    one('orchestrator.resumeListedMission', async (place, mission) => {
      if (place.folder.mission?.mission !== mission) await place.folder.open(mission);
      await desk.act(place.key, { type: 'resume' });
    }),
  );
}

/** `14:32` today, else the day. */
function whenOf(at: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return localClock(at);
  return new Intl.DateTimeFormat(env.language, { dateStyle: 'medium' }).format(at);
}

/** An entry of the history, as a command is given it. */
export function readListed(given: unknown): { folder: string; mission: string } | undefined {
  if (typeof given !== 'object' || given === null || !('folder' in given) || !('mission' in given)) return undefined;
  const { folder, mission } = given;
  return typeof folder === 'string' && typeof mission === 'string' ? { folder, mission } : undefined;
}
