import * as vscode from 'vscode';
import { mergeAskOf } from '../../core/mission/mergeAsk';
import { mergeAnswers } from '../../core/mission/reduceLanding';
import type { Todo, Worktree } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { stillMarked, worktreeOf } from '../../host/worktrees';
import { openMergeEditor } from '../changes';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { missionOf, type Tools } from './tools';

/** The TODOs whose saves are listened to already, by folder and TODO. */
const listening = new Set<string>();

/**
 * Opens what a TODO and the folder both changed in VS Code’s merge editor, the file in the TODO’s worktree as the result; of
 * several TODOs or files the person picks one. Once no conflict is left, it offers to say so. Throws a `DeskError`.
 */
export async function resolveConflict(tools: Tools, place: Place, id: string | undefined): Promise<void> {
  const todo = await inConflict(place, id);
  if (!todo) return;
  const { mission } = missionOf(place);
  const name = plain(todo.id, 64);
  const { conflicts = [], sides } = todo.worktree;
  if (!sides || conflicts.length === 0) throw new DeskError('input', vscode.l10n.t('{0} has no merge conflict.', name));
  const marked = await stillMarked(mission, todo.id, conflicts);
  const items = conflicts.map((path) => ({
    label: plain(path, 200),
    description: marked.includes(path) ? '' : vscode.l10n.t('resolved'),
    path,
  }));
  const placeHolder = vscode.l10n.t('Which file do you merge?');
  const picked = items.length < 2 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked) return;
  offerToSaySo(tools, place, mission, todo);
  const { path } = picked;
  await openMergeEditor(place, mission, {
    path,
    base: sides.base,
    ours: { tree: sides.ours, title: vscode.l10n.t('Folder'), description: vscode.l10n.t('as others left it') },
    theirs: { tree: sides.theirs, title: name, description: plain(todo.title, 100) },
    output: vscode.Uri.joinPath(vscode.Uri.file(worktreeOf(mission, todo.id)), path),
    otherwise: vscode.l10n.t('{0} (by {1}, and in the folder)', plain(path, 200), name),
  });
}

type Conflicting = Todo & { readonly worktree: Worktree };

async function inConflict(place: Place, id: string | undefined): Promise<Conflicting | undefined> {
  const { todos, asks } = missionOf(place);
  const all = [...todos.values()].filter((todo): todo is Conflicting => todo.worktree !== undefined);
  const open = all.filter((todo) => (id === undefined ? asks.has(mergeAskOf(todo.id)) : todo.id === id));
  if (open.length === 0) throw new DeskError('input', vscode.l10n.t('No TODO has a merge conflict.'));
  if (open.length === 1) return open[0];
  const items = open.map((todo) => ({ label: plain(todo.id, 64), description: plain(todo.title, 200), todo }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which TODO?') }))?.todo;
}

/** Looks after each save in the worktree, and when an editor closes, whether every conflict is resolved, until it is or nobody asks. */
function offerToSaySo({ desk }: Tools, place: Place, mission: string, { id, worktree }: Conflicting): void {
  const key = `${place.key}/${id}`;
  if (listening.has(key)) return;
  listening.add(key);
  const folder = vscode.Uri.file(worktreeOf(mission, id)).path;
  const ask = mergeAskOf(id);
  const isAsked = (): boolean => place.folder.mission?.mission === mission && place.folder.mission.asks.has(ask);
  const stop = (): void => {
    listening.delete(key);
    for (const listener of listeners) listener.dispose();
  };
  const look = async (): Promise<void> => {
    if (!isAsked()) {
      stop();
      return;
    }
    if ((await stillMarked(mission, id, worktree.conflicts ?? [])).length > 0 || !listening.has(key)) return;
    stop();
    const label = vscode.l10n.t('I Resolved It');
    const said = vscode.l10n.t('No conflict of {0} is left. It is reviewed again, and then merged.', plain(id, 64));
    if ((await vscode.window.showInformationMessage(said, label)) !== label || !isAsked()) return;
    await desk.act(place.key, { type: 'answer', ask, reply: { type: 'commander', answer: mergeAnswers.resolved } });
  };
  const lookNow = (): void => {
    look().catch((error: unknown) => desk.complain(error));
  };
  const isInside = ({ uri }: vscode.TextDocument): boolean => uri.path.startsWith(`${folder}/`);
  const decided = new Set<string>();
  const listeners = [
    vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      if (isInside(document) && isDecided(document, reason)) decided.add(document.uri.path);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (decided.delete(document.uri.path)) lookNow();
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.length > 0) lookNow();
    }),
  ];
}

/** The merge editor begins with the base of both sides, without markers: saved by itself, that is nobody’s decision. */
function isDecided({ uri }: vscode.TextDocument, reason: vscode.TextDocumentSaveReason): boolean {
  if (reason === vscode.TextDocumentSaveReason.Manual) return true;
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.path === uri.path);
}
