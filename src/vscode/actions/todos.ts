import * as vscode from 'vscode';
import type { TodoEdit } from '../../core/mission/decideEdit';
import type { TodoChange } from '../../core/mission/facts';
import { findTodo } from '../../core/mission/todoIndex';
import type { Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { restingWord } from '../../core/view/words';
import { askText } from '../askLine';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { missionOf } from './tools';

/** Takes a person’s change of a TODO into the mission. Throws a `DeskError` with the reason of a refusal. */
export async function edit(place: Place, wanted: TodoEdit): Promise<void> {
  const taken = await place.folder.edit(wanted);
  if (!taken.ok) throw new DeskError('input', taken.sentence);
}

/** The TODO of an id; without one a person picks it. Undefined when they leave. */
export async function todoFor(place: Place, id: string | undefined): Promise<Todo | undefined> {
  const state = missionOf(place);
  if (id !== undefined) {
    const todo = findTodo(state, id);
    if (!todo) throw new DeskError('input', vscode.l10n.t('There is no TODO {0}.', plain(id, 64)));
    return todo;
  }
  const items = [...state.todos.values()].map((todo) => ({
    label: `${plain(todo.id, 64)}  ${plain(todo.title, 200)}`,
    description: restingWord(state, todo).word,
    todo,
  }));
  if (items.length === 0) throw new DeskError('input', vscode.l10n.t('There is no TODO yet.'));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which TODO?') }))?.todo;
}

/** Asks for a new TODO: its title, its files and its check. */
export async function addTodo(place: Place): Promise<void> {
  missionOf(place);
  const title = await askText({
    title: vscode.l10n.t('Add TODO (1/3)'),
    prompt: vscode.l10n.t('What is to be done?'),
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('A TODO needs a title.') : undefined),
  });
  if (title === undefined) return;
  const files = await askText({
    title: vscode.l10n.t('Add TODO (2/3)'),
    prompt: vscode.l10n.t('Files that it changes, with commas between them. Without any it runs alone.'),
    placeholder: 'src/a.ts, src/b.ts',
  });
  if (files === undefined) return;
  const check = await askText({
    title: vscode.l10n.t('Add TODO (3/3)'),
    prompt: vscode.l10n.t('Command that proves it. Without one it is done (unverified).'),
    placeholder: 'npm test',
  });
  if (check === undefined) return;
  const draft = { title, detail: title, files: listOf(files), after: [], ...(check === '' ? {} : { check }) };
  await edit(place, { type: 'add', draft });
}

/** Asks which part of a TODO changes, and to what. */
export async function editTodo(place: Place, id: string | undefined): Promise<void> {
  const todo = await todoFor(place, id);
  if (!todo) return;
  const parts = [
    { label: vscode.l10n.t('Title'), description: plain(todo.title, 200), part: 'title' },
    { label: vscode.l10n.t('Details'), description: plain(todo.detail, 200), part: 'detail' },
    { label: vscode.l10n.t('Files'), description: plain(todo.files.join(', '), 200), part: 'files' },
    { label: vscode.l10n.t('Waits For'), description: todo.after.join(', '), part: 'after' },
    { label: vscode.l10n.t('Check'), description: plain(todo.check ?? '', 200), part: 'check' },
  ] as const;
  const placeHolder = vscode.l10n.t('What of {0} changes?', plain(todo.id, 64));
  const picked = await vscode.window.showQuickPick(parts, { placeHolder });
  if (picked) await changePart(place, todo, picked.part, picked.label);
}

/** Asks for the command that proves a TODO. */
export async function addCheck(place: Place, id: string | undefined): Promise<void> {
  const todo = await todoFor(place, id);
  if (todo) await changePart(place, todo, 'check', vscode.l10n.t('Check'));
}

type Part = Exclude<keyof TodoChange, 'id'>;

async function changePart(place: Place, todo: Todo, part: Part, label: string): Promise<void> {
  const text = await askText({
    title: `${plain(todo.id, 64)} · ${label}`,
    prompt: promptOf(part),
    value: valueOf(todo, part),
    refuse: (line) => (part === 'title' && line.trim() === '' ? vscode.l10n.t('A TODO needs a title.') : undefined),
  });
  if (text === undefined) return;
  const value = part === 'files' || part === 'after' ? listOf(text) : text;
  await edit(place, { type: 'change', change: { id: todo.id, [part]: value } });
}

function promptOf(part: Part): string {
  switch (part) {
    case 'title':
      return vscode.l10n.t('What is to be done?');
    case 'detail':
      return vscode.l10n.t('What its worker and its reviewer read.');
    case 'files':
      return vscode.l10n.t('Files that it changes, with commas between them. Without any it runs alone.');
    case 'after':
      return vscode.l10n.t('Ids of the TODOs that must be done before it, with commas between them.');
    case 'check':
      return vscode.l10n.t('Command that proves it. Without one it is done (unverified).');
  }
}

function valueOf(todo: Todo, part: Part): string {
  const value = todo[part];
  return typeof value === 'string' ? value : (value ?? []).join(', ');
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
