import * as vscode from 'vscode';
import { phase } from '../../core/mission/select';
import { firstLine, missionWord, sentence } from '../../core/view/words';
import { localClock } from '../live';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { isLive } from '../missions';
import { askText } from '../askLine';
import { reachPairs } from '../settingPairs';
import { missionOf, person, settingsFor, whisper, withLine, type Tools } from './tools';

/** Stops a place’s mission and says how many are confirmed; resolves when nothing runs any more. */
export async function stop({ desk }: Tools, place: Place): Promise<string> {
  if (!isLive(place)) throw new DeskError('input', vscode.l10n.t('No mission runs in {0}.', place.name));
  desk.log.info(`Stopping the mission of ${place.name}.`);
  const said = await withLine(vscode.l10n.t('Orchestrator'), async (say) => {
    const tell = (): void => {
      const { mission } = place.folder;
      if (mission) say(sentence(missionWord(mission).word).replace(/\.$/, ''));
    };
    const watch = desk.missions.onDidRecord((event) => {
      if (event.place === place) tell();
    });
    try {
      return sentence(missionWord(await place.folder.stop(person)).word);
    } finally {
      watch.dispose();
    }
  });
  desk.log.info(`${place.name}: ${said}`);
  whisper(said);
  return said;
}

/** No new turn starts; those that run end by themselves. */
export async function pause(place: Place): Promise<void> {
  requireRunning(place);
  if (place.folder.mission?.paused) throw new DeskError('input', vscode.l10n.t('The mission is paused already.'));
  await place.folder.pause(person);
}

/** Goes on with a paused mission, or with one that ended; with the named one, else the newest that can. */
export async function resume(tools: Tools, place: Place, id?: string): Promise<void> {
  const { mission } = place.folder;
  if (isLive(place)) {
    if (id !== undefined && id !== mission?.mission) {
      throw new DeskError('runs', vscode.l10n.t('A mission runs in this folder already.'));
    }
    requireRunning(place);
    if (!mission?.paused) throw new DeskError('input', vscode.l10n.t('The mission runs already.'));
    await place.folder.unpause(person);
    return;
  }
  const set = reachPairs(settingsFor(tools, place));
  await tools.password.ready;
  const went = await withLine(vscode.l10n.t('Resuming the mission…'), () => place.folder.resume(id, { set }));
  tools.desk.log.info(`Mission ${went} goes on in ${place.name}.`);
  tools.desk.surfaces.dashboard.open({ key: place.key }).catch((error: unknown) => tools.desk.complain(error));
}

/** Lets a person choose which of a place’s missions goes on, where there are several; undefined when they leave. */
export async function pickResumable(place: Place): Promise<string | undefined> {
  const open = (await place.folder.missions()).filter(({ state }) => state.end?.state !== 'sealed');
  const [first] = open;
  if (!first) throw new DeskError('input', vscode.l10n.t('There is no mission in {0} to resume.', place.name));
  if (open.length === 1) return first.state.mission;
  const items = open.map(({ state }) => ({
    label: firstLine(state.text),
    description: missionWord(state).word,
    detail: dateOf(state.lastAt),
    id: state.mission,
  }));
  const placeHolder = vscode.l10n.t('Which mission goes on?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.id;
}

/** Gives the Commander a note, which it reads with its next turn; or the worker of a TODO, before its review. */
export async function note(place: Place, text: string, to?: string): Promise<void> {
  if (text.trim() === '') throw new DeskError('input', vscode.l10n.t('The note is empty.'));
  requireRunning(place);
  await place.folder.note(text, { to });
}

/** Wants a queued note delivered at once; a sentence where there is something to know. */
export async function hurryNote(place: Place, id: string): Promise<string | undefined> {
  requireRunning(place);
  return (await place.folder.hurry(id)) ? undefined : vscode.l10n.t('The note was delivered already.');
}

/** Asks for a note and gives it. */
export async function sendNote(place: Place, to?: string): Promise<void> {
  requireRunning(place);
  const text = await askText({
    title: vscode.l10n.t('Send Note'),
    prompt:
      to === undefined
        ? vscode.l10n.t('The Commander reads it with its next turn.')
        : vscode.l10n.t('The worker of {0} reads it before its review.', to),
    placeholder: vscode.l10n.t('What should it know?'),
    refuse: (line) => (line.trim() === '' ? vscode.l10n.t('The note is empty.') : undefined),
  });
  if (text === undefined) return;
  await note(place, text, to);
  whisper(
    to === undefined
      ? vscode.l10n.t('Your note waits for the Commander’s next turn.')
      : vscode.l10n.t('Your note waits for the worker of {0}.', to),
  );
}

/** Throws where no mission runs, in this window or another. */
export function requireRunning(place: Place): void {
  const state = missionOf(place);
  if (!isLive(place) || state.end) {
    throw new DeskError('input', vscode.l10n.t('The mission is {0}: resume it first.', phase(state)));
  }
}

function dateOf(at: number): string {
  return `${new Date(at).toLocaleDateString(vscode.env.language)} ${localClock(at)}`;
}
