import * as vscode from 'vscode';
import { phase } from '../core/mission/select';
import type { Recorded } from '../core/mission/facts';
import { MissionFolder } from '../host/folder';
import type { FoundOpenCode } from '../host/folderTypes';
import type { Log, Missions, Place, SettingsReader } from './desk';
import { DeskError } from './errors';
import { liveOf, momentOf } from './live';

/** Milliseconds that letting go of all folders may take. */
const detachMs = 3_500;

export interface MissionsPorts {
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: SettingsReader;
  readonly log: Log;
}

/** The missions of all workspace folders, and how they are let go of. */
export interface OpenMissions extends Missions {
  /** Lets go of every folder; agents go on. Ends within 3.5 s, whatever hangs. */
  close(): Promise<void>;
}

interface OpenPlace extends Place {
  readonly close: () => Promise<void>;
}

/** Holds one `MissionFolder` for each workspace folder on disk, once the workspace is trusted. */
export function openMissions(ports: MissionsPorts): OpenMissions {
  const changed = new vscode.EventEmitter<Place>();
  const placesChanged = new vscode.EventEmitter<void>();
  const recorded = new vscode.EventEmitter<{ place: Place; records: readonly Recorded[] }>();
  const heard = new vscode.EventEmitter<{ place: Place; session: string }>();
  let places: OpenPlace[] = [];
  let closing = false;

  const open = (folder: vscode.WorkspaceFolder): OpenPlace =>
    openPlace(folder, ports, {
      changed: (place) => changed.fire(place),
      recorded: (place, records) => recorded.fire({ place, records }),
      heard: (place, session) => heard.fire({ place, session }),
    });
  const sync = (): void => {
    if (closing) return;
    const wanted = vscode.workspace.isTrusted ? foldersOnDisk() : [];
    const next = wanted.map((folder) => places.find(({ key }) => key === folder.uri.toString()) ?? open(folder));
    for (const place of places) {
      if (next.includes(place)) continue;
      place.close().catch((error: unknown) => ports.log.error(`Letting go of ${place.name} failed.`, error));
    }
    places = next;
    placesChanged.fire();
  };
  const watches = [
    vscode.workspace.onDidChangeWorkspaceFolders(sync),
    vscode.workspace.onDidGrantWorkspaceTrust(sync),
    ports.settings.onDidChange(() => {
      // What was found depends on the path and the URL.
      for (const place of places) if (place.openCode !== undefined) void place.look();
    }),
  ];
  sync();

  const meant = (): Place | undefined => {
    const [only] = places;
    if (places.length < 2) return only;
    const live = places.filter(isLive);
    if (live.length === 1) return live[0];
    const editor = vscode.window.activeTextEditor?.document.uri;
    const key = editor && vscode.workspace.getWorkspaceFolder(editor)?.uri.toString();
    const among = live.length > 0 ? live : places;
    const withMission = among.filter(({ folder }) => folder.mission !== undefined);
    return among.find((place) => place.key === key) ?? (withMission.length === 1 ? withMission[0] : undefined);
  };
  return {
    get trusted() {
      return vscode.workspace.isTrusted;
    },
    get places() {
      return places;
    },
    place: (key) => places.find((place) => place.key === key),
    meant,
    pick: async () => meant() ?? (await pickPlace(places)),
    onDidChange: changed.event,
    onDidChangePlaces: placesChanged.event,
    onDidRecord: recorded.event,
    onDidHear: heard.event,
    async close() {
      closing = true;
      for (const watch of watches) watch.dispose();
      await within(detachMs, Promise.allSettled(places.map((place) => place.close())));
      for (const emitter of [changed, placesChanged, recorded, heard]) emitter.dispose();
    },
  };
}

/** Whether a mission goes on in a place, in this window or another. */
export function isLive({ folder }: Place): boolean {
  if (folder.mode === 'starting') return true;
  return (folder.mode === 'drives' || folder.mode === 'watches') && folder.mission?.end === undefined;
}

/** Throws the sentence for a workspace in which nothing can start. */
export function requireFolder(): void {
  if (foldersOnDisk().length === 0) throw new DeskError('folder', vscode.l10n.t('Open a folder first.'));
  if (!vscode.workspace.isTrusted) {
    throw new DeskError('untrusted', vscode.l10n.t('This folder is not trusted, so nothing starts here.'));
  }
}

/** Lets a person choose a folder; undefined when they leave. */
export async function pickPlace(places: readonly Place[]): Promise<Place | undefined> {
  requireFolder();
  if (places.length < 2) return places[0];
  const items = places.map((place) => ({
    label: place.name,
    description: place.folder.mission && isLive(place) ? phase(place.folder.mission) : '',
    detail: vscode.workspace.asRelativePath(place.uri, true),
    place,
  }));
  const placeHolder = vscode.l10n.t('In which folder?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.place;
}

function foldersOnDisk(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

interface PlaceListener {
  changed(place: Place): void;
  recorded(place: Place, records: readonly Recorded[]): void;
  heard(place: Place, session: string): void;
}

function openPlace({ uri, name }: vscode.WorkspaceFolder, ports: MissionsPorts, listener: PlaceListener): OpenPlace {
  const folder = new MissionFolder({
    directory: uri.fsPath,
    bridge: ports.bridge,
    env: ports.env,
    settings: () => ports.settings.pairs(uri),
    log: (sentence) => ports.log.info(`${name}: ${sentence}`),
  });
  let openCode: FoundOpenCode | undefined;
  const place: OpenPlace = {
    key: uri.toString(),
    name,
    uri,
    folder,
    moment: () => momentOf(folder),
    get openCode() {
      return openCode;
    },
    async look() {
      openCode = worded(await folder.findOpenCode(), ports.settings.best(uri)['opencode.path']);
      listener.changed(place);
      return openCode;
    },
    async close() {
      forget();
      await folder.detach();
    },
  };
  const forget = liveOf(folder).listen({
    changed: () => listener.changed(place),
    recorded: (records) => listener.recorded(place, records),
    heard: (session) => listener.heard(place, session),
  });
  return place;
}

/** What was not found, as a person in the editor can mend it: the host’s own sentence names the command line’s option. */
function worded(found: FoundOpenCode, path: string): FoundOpenCode {
  if (found.ok || found.kind !== 'missing' || path !== '') return found;
  const sentence = vscode.l10n.t('OpenCode was not found. It is not on PATH, and no path or server is set.');
  return { ...found, sentence };
}

/** Waits, but not for longer than so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
