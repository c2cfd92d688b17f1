import type * as vscode from 'vscode';
import type { Recorded } from '../core/mission/facts';
import type { Settings, SettingsResult } from '../core/mission/settings';
import type { Moment } from '../core/view/moment';
import type { MissionFolder } from '../host/folder';
import type { FoundOpenCode } from '../host/folderTypes';
import type { HostMessage } from '../protocol/hostMessages';
import type { Act } from '../protocol/viewMessages';
import type { Clock } from '../runtime/ports';

/** Something that is up until it is disposed. */
export interface Part {
  dispose(): void;
}

/** What every part of the interface works with: made once the extension has something to do, given to each part. */
export interface Desk {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly missions: Missions;
  readonly settings: SettingsReader;
  readonly surfaces: Surfaces;
  /** Starts a mission in a folder and returns its id. Rejects with an error for `sentence`. */
  start(key: string, text: string): Promise<string>;
  /**
   * Does what a person asked for by a button, a key or a menu; without a key in the folder that is meant or picked.
   * Resolves with a sentence where there is something to know. Rejects with an error for `sentence`.
   */
  act(key: string | undefined, act: Act): Promise<string | undefined>;
  /** A note to the Commander, or to the worker of a TODO, of the folder’s running mission. Rejects with an error for `sentence`. */
  note(key: string, text: string, to?: string): Promise<void>;
  /** The one sentence that a person reads of an error; a defect of ours is logged with its stack. */
  sentence(error: unknown): string;
  /** Says an error in a notification, with what can be done about it; nothing is thrown away, `again` is offered where it helps. */
  complain(error: unknown, again?: () => void): void;
  /** Gives a command of the manifest what it does. It runs on demand, also before this was called, and its errors are complained of. */
  command(id: string, run: (...args: readonly unknown[]) => unknown): vscode.Disposable;
}

/** The log channel; secrets that are known are masked. */
export interface Log {
  info(sentence: string): void;
  warn(sentence: string): void;
  /** With the stack of a defect, which only the log gets. */
  error(sentence: string, cause?: unknown): void;
  show(): void;
}

/** A workspace folder on disk, and its missions. */
export interface Place {
  /** The folder’s address as text. */
  readonly key: string;
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly folder: MissionFolder;
  /** Its mission as it stands now, or none; `liveOf(folder)` has more of it. */
  moment(): Moment | undefined;
  /** What was found when it was looked for last; undefined before. */
  readonly openCode: FoundOpenCode | undefined;
  /** Looks for OpenCode again; `onDidChange` tells. */
  look(): Promise<FoundOpenCode>;
}

/** The missions of all workspace folders. Nothing is there before the workspace is trusted. */
export interface Missions {
  readonly trusted: boolean;
  /** In the workspace’s order. */
  readonly places: readonly Place[];
  place(key: string | undefined): Place | undefined;
  /** The place that is meant where none is named: the only one, the one with a running mission, or that of the active editor. */
  meant(): Place | undefined;
  /** The same, else the person picks one; undefined when they do not. Rejects where there is no folder or no trust. */
  pick(): Promise<Place | undefined>;
  /** Mode, mission, trouble, contact or OpenCode of a place changed. */
  readonly onDidChange: vscode.Event<Place>;
  /** The folders changed, or trust was given. */
  readonly onDidChangePlaces: vscode.Event<void>;
  /** Facts are on disk; the mission holds them already. */
  readonly onDidRecord: vscode.Event<{ readonly place: Place; readonly records: readonly Recorded[] }>;
  /** The news of an agent changed or is forgotten. */
  readonly onDidHear: vscode.Event<{ readonly place: Place; readonly session: string }>;
}

/** The settings of a folder. */
export interface SettingsReader {
  /** Everything that is not the default, as `KEY=VALUE`. */
  pairs(uri: vscode.Uri | undefined): string[];
  /** All of them, or the sentence that names the first that cannot be used. */
  read(uri: vscode.Uri | undefined): SettingsResult;
  /** All of them, with the default for what cannot be used. */
  best(uri: vscode.Uri | undefined): Settings;
  /** A setting of ours changed. */
  readonly onDidChange: vscode.Event<void>;
}

/** How a mission’s dashboard is brought up. */
export interface DashboardShow {
  /** Whose mission; the one shown, else the one that is meant. */
  readonly key?: string | undefined;
  /** Give it the focus; it is left where it is otherwise. */
  readonly focus?: boolean | undefined;
  /** What to put the focus on in it, and which text to put there. */
  readonly show?: Omit<Extract<HostMessage, { type: 'show' }>, 'type'> | undefined;
}

/** The dashboard, as the other parts know it; `registerDashboard` returns it. */
export interface DashboardSurface {
  open(how?: DashboardShow): Promise<void>;
  /** Whether that of a folder is on the screen now. */
  shows(key: string): boolean;
  playDemo(): Promise<void>;
}

/** The transcripts, as the other parts know them; `registerTranscripts` returns it. */
export interface TranscriptSurface {
  open(key: string, session: string): Promise<void>;
}

/** The parts that other parts bring up. */
export interface Surfaces {
  readonly dashboard: DashboardSurface;
  readonly transcripts: TranscriptSurface;
}
