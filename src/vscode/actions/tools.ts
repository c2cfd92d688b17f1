import * as vscode from 'vscode';
import type { Settings } from '../../core/mission/settings';
import type { MissionState } from '../../core/mission/state';
import type { Desk, Place } from '../desk';
import { DeskError } from '../errors';
import type { KeptTexts } from '../keptTexts';
import { requireFolder } from '../missions';
import type { Password } from '../password';
import { firstUnusable } from '../settingPairs';

/** What the actions work with. */
export interface Tools {
  /** Whole only once the workbench is open. */
  readonly desk: Desk;
  readonly kept: KeptTexts;
  readonly password: Password;
}

/** Who did it, in the journal. */
export const person = 'person';

/** The place of a key; without one the one that is meant or picked. Undefined when the person leaves. Throws a `DeskError`. */
export async function placeFor({ desk }: Tools, key: string | undefined): Promise<Place | undefined> {
  requireFolder();
  if (key === undefined) return await desk.missions.pick();
  const place = desk.missions.place(key);
  if (!place) throw new DeskError('input', vscode.l10n.t('This folder is no longer part of the workspace.'));
  return place;
}

/** The mission of a place. Throws a `DeskError` where there is none. */
export function missionOf(place: Place): MissionState {
  const { mission } = place.folder;
  if (!mission) throw new DeskError('input', vscode.l10n.t('There is no mission in {0} yet.', place.name));
  return mission;
}

/** The settings of a place. Throws a `DeskError` that names the first that cannot be used. */
export function settingsFor({ desk }: Tools, place: Place): Settings {
  const wrong = firstUnusable(desk.settings.pairs(place.uri));
  if (wrong) throw new DeskError('settings', wrong.sentence, wrong.key);
  return desk.settings.best(place.uri);
}

/** Says something small in the status bar for a while. */
export function whisper(sentence: string): void {
  vscode.window.setStatusBarMessage(sentence, 8_000);
}

/** Does something long, with a line in the status bar. */
export function withLine<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Window, title };
  return Promise.resolve(
    vscode.window.withProgress(options, (progress) => work((message) => progress.report({ message }))),
  );
}
