import * as vscode from 'vscode';
import type { Password } from './password';
import type { Desk, Part, Place } from './desk';
import { told } from './errors';
import { firstLine } from '../core/view/words';
import { plain } from '../core/todo/text';

/** Looks, in each folder, for a mission that never ended, and takes it over: its agents went on while nobody watched. */
export function adoptUnfinished(desk: Desk, password: Password): Part {
  const looked = new WeakSet<Place>();
  const look = (): void => {
    for (const place of desk.missions.places) {
      if (looked.has(place)) continue;
      looked.add(place);
      adopt(desk, place, password).catch((error: unknown) => {
        const { kind, sentence } = told(error);
        if (kind === 'defect') desk.log.error(sentence, error);
        else desk.log.warn(`${place.name}: ${sentence}`);
      });
    }
  };
  look();
  return desk.missions.onDidChangePlaces(look);
}

async function adopt(desk: Desk, place: Place, password: Password): Promise<void> {
  await place.folder.look();
  const id = await place.folder.unfinished();
  if (id === undefined) return;
  await password.ready;
  desk.log.info(`Mission ${id} of ${place.name} never ended and is taken over.`);
  await place.folder.resume(id, { adopt: true });
  const title = plain(firstLine(place.folder.mission?.text ?? ''), 60);
  vscode.window.setStatusBarMessage(vscode.l10n.t('The mission “{0}” goes on.', title), 10_000);
}
