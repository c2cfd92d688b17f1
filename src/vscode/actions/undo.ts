import * as vscode from 'vscode';
import { buildsOn, undoneOf, undoneOfMission } from '../../core/mission/undo';
import { lineWords } from '../../core/todo/changes';
import { isClosed, type Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { listed } from '../../core/view/words';
import { revertMission, revertTodo, undoRevert, type LeftAlone, type Undid, type UndoWish } from '../../host/undo';
import { openMerge } from '../changes';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { todoFor } from './todos';
import { missionOf, withLine, type Tools } from './tools';

/** Files and TODOs that a sentence names. */
const mostNamed = 5;

/**
 * Takes back what a TODO changed, or one file of it, once the person has confirmed it; without an id they pick. Throws a
 * `DeskError` or a `HostError`.
 */
export async function takeBackTodo(tools: Tools, place: Place, id: string | undefined, file?: string): Promise<void> {
  const todo = await todoFor(place, id);
  if (!todo) return;
  const name = plain(todo.id, 64);
  const paths = changedBy(todo);
  requireSaved(place, file === undefined ? paths : [file]);
  const what =
    file === undefined
      ? vscode.l10n.t('Take back what {0} changed?', name)
      : vscode.l10n.t('Take back what {0} changed in {1}?', name, plain(file, 200));
  const later = buildsOn(missionOf(place), todo);
  const detail = [
    later.length > 0 ? vscode.l10n.t('Later TODOs build on it: {0}.', some(later)) : '',
    file === undefined ? vscode.l10n.t('Files: {0}.', some(paths)) : '',
    vscode.l10n.t('What others changed in the same files stays.'),
  ];
  if (!(await isConfirmed(what, detail, vscode.l10n.t('Revert Changes')))) return;
  const files = file === undefined ? [] : [file];
  const undid = await carryOut(tools, place, (wish) => revertTodo({ ...wish, todo: todo.id, files, force: true }));
  const words = (count: number): string =>
    count === 1
      ? vscode.l10n.t('1 file is as it was before {0}.', name)
      : vscode.l10n.t('{0} files are as they were before {1}.', count, name);
  tell(tools, place, undid, words, canBeRetried(place, todo.id) ? todo.id : undefined);
}

/** The same for one file, which the person picks. */
export async function takeBackFile(tools: Tools, place: Place, id: string | undefined): Promise<void> {
  const todo = await todoFor(place, id);
  if (!todo) return;
  const placeHolder = vscode.l10n.t('Which file?');
  changedBy(todo);
  const items = (todo.changes?.files ?? []).map((file) => ({
    label: plain(file.path, 200),
    description: file.from === undefined ? lineWords([file]) : plain(file.from, 200),
    file,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (picked) await takeBackTodo(tools, place, todo.id, picked.file.path);
}

/** Takes back what all TODOs of the mission changed, once the person has confirmed it. Throws as `takeBackTodo`. */
export async function takeBackMission(tools: Tools, place: Place): Promise<void> {
  missionOf(place);
  const paths = [...new Set(undoneOfMission(place.folder.records, []).map(({ path }) => path))];
  requireSaved(place, paths);
  const detail = [
    paths.length > 0 ? vscode.l10n.t('Files: {0}.', some(paths)) : '',
    vscode.l10n.t('What you changed besides stays.'),
  ];
  const what = vscode.l10n.t('Take back everything that the mission’s TODOs changed?');
  if (!(await isConfirmed(what, detail, vscode.l10n.t('Revert Mission')))) return;
  const undid = await carryOut(tools, place, revertMission);
  const words = (count: number): string =>
    count === 1
      ? vscode.l10n.t('1 file is as it was before the mission.')
      : vscode.l10n.t('{0} files are as they were before the mission.', count);
  tell(tools, place, undid, words);
}

/** Takes back the last revert. Throws as `takeBackTodo`. */
export async function undoLastRevert(tools: Tools, place: Place): Promise<void> {
  const undid = await carryOut(tools, place, undoRevert);
  const words = (count: number): string =>
    count === 1
      ? vscode.l10n.t('1 file is as it was before the revert.')
      : vscode.l10n.t('{0} files are as they were before the revert.', count);
  tell(tools, place, undid, words);
}

function changedBy(todo: Todo): string[] {
  const paths = undoneOf(todo).map(({ path }) => path);
  if (paths.length === 0)
    throw new DeskError('input', vscode.l10n.t('Nothing is known that {0} changed.', plain(todo.id, 64)));
  return paths;
}

/** What is written on disk under an unsaved editor is lost with its next save, or it is. */
function requireSaved(place: Place, paths: readonly string[]): void {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.toString());
  const path = paths.find((one) => unsaved.includes(vscode.Uri.joinPath(place.uri, one).toString()));
  if (path !== undefined)
    throw new DeskError('input', vscode.l10n.t('{0} is not saved: save it or let it go first.', plain(path, 200)));
}

async function isConfirmed(question: string, detail: readonly string[], button: string): Promise<boolean> {
  const options = { modal: true, detail: detail.filter((line) => line !== '').join('\n\n') };
  return (await vscode.window.showWarningMessage(question, options, button)) === button;
}

async function carryOut({ desk }: Tools, place: Place, run: (wish: UndoWish) => Promise<Undid>): Promise<Undid> {
  const { mission } = missionOf(place);
  const log = (sentence: string): void => desk.log.warn(sentence);
  return await withLine(vscode.l10n.t('Reverting'), () => run({ directory: place.uri.fsPath, mission, log }));
}

/** Whether the mission goes on, so that somebody would take the TODO up. */
function canBeRetried(place: Place, id: string): boolean {
  const state = missionOf(place);
  const todo = state.todos.get(id);
  return !state.end && todo !== undefined && (isClosed(todo) || todo.state === 'failed' || todo.state === 'blocked');
}

type Offer = readonly [label: string, press: () => unknown];

/** Says what became of it, without waiting for an answer; what is left opens for a person to merge. */
function tell(
  { desk }: Tools,
  place: Place,
  { mission, revert, conflicts }: Undid,
  words: (count: number) => string,
  retry?: string,
): void {
  const { key } = place;
  const merged = conflicts.filter(({ trees }) => trees !== undefined);
  const merge = (): Promise<void> => openMerge(place, mission, merged);
  const offers: Offer[] = [];
  if (retry !== undefined && revert)
    offers.push([vscode.l10n.t('Retry'), () => desk.act(key, { type: 'edit', edit: { type: 'retry', todo: retry } })]);
  if (revert && revert.undoes === undefined)
    offers.push([vscode.l10n.t('Undo Revert'), () => desk.act(key, { type: 'undoRevert' })]);
  if (merged.length > 0) offers.push([vscode.l10n.t('Merge…'), merge]);
  const how = merged.length > 0 ? vscode.l10n.t('Choose in the merge editor what is kept, and save it.') : '';
  const all = [revert ? words(revert.paths.length) : '', ...leftWords(conflicts), how];
  const said = all.filter((line) => line !== '');
  const text = said.length > 0 ? said.join(' ') : vscode.l10n.t('Nothing had to be changed.');
  const show = conflicts.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const shown = async (): Promise<void> => {
    const pressed = show(text, ...offers.map(([label]) => label));
    if (merged.length > 0) await merge();
    const label = await pressed;
    await offers.find(([one]) => one === label)?.[1]();
  };
  shown().catch((error: unknown) => desk.complain(error));
}

function leftWords(conflicts: readonly LeftAlone[]): string[] {
  const left = (why: LeftAlone['why']): string =>
    some(conflicts.filter((one) => one.why === why).map(({ path }) => path));
  const [since, large, meanwhile] = [left('changed since'), left('too large'), left('changed meanwhile')];
  return [
    since && vscode.l10n.t('Left as it is, since it was changed in the same place later: {0}.', since),
    large && vscode.l10n.t('Left as it is, since it is too large to be kept: {0}.', large),
    meanwhile && vscode.l10n.t('Left as it is, since it was changed at this moment: {0}.', meanwhile),
  ];
}

/** The first few by name, and how many more there are. */
function some(names: readonly string[]): string {
  const named = names.slice(0, mostNamed).map((name) => plain(name, 200));
  const more = names.length - named.length;
  return more > 0 ? vscode.l10n.t('{0} and {1} more', named.join(', '), more) : listed(named);
}
