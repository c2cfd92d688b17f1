import { l10n, window, type Disposable } from 'vscode';
import type { Todo } from '../../core/todo/model';
import type { Moment } from '../../core/view/moment';
import { inOrder, todoRow, type TodoOrder } from '../../core/view/todos';
import type { Act } from '../../protocol/viewMessages';
import type { Desk } from '../desk';
import { DeskError } from '../errors';
import { todoWords, sessionOf, type TodoElement } from './todoModel';

/** A TODO of a folder’s mission. */
interface Named {
  readonly folder: string;
  readonly todo: string;
}

export interface TodoChoice {
  /** What is selected in the tree: meant where a command names nothing. */
  readonly selection: () => TodoElement | undefined;
  readonly order: () => TodoOrder;
}

/** Gives the commands of the TODO view what they do: on an entry of the tree, else on the selected one, else on one that is picked. */
export function registerTodoCommands(desk: Desk, choice: TodoChoice): Disposable[] {
  const one = (id: string, fits: string, run: (named: Named, moment: Moment) => Promise<unknown>): Disposable =>
    desk.command(id, async (given) => {
      const named = read(given) ?? readFitting(desk, choice.selection(), fits) ?? (await pick(desk, fits));
      if (!named) return;
      const moment = desk.missions.place(named.folder)?.moment();
      if (moment?.state.todos.has(named.todo) !== true) {
        throw new DeskError('input', l10n.t('The TODO {0} is not there any more.', named.todo));
      }
      await run(named, moment);
    });
  const act = (make: (todo: string) => Act) => (named: Named) => desk.act(named.folder, make(named.todo));

  return [
    desk.command('orchestrator.addTodo', async () => {
      const place = await desk.missions.pick();
      if (place) await desk.act(place.key, { type: 'addTodo' });
    }),
    one('orchestrator.showTodo', 'todo', ({ folder, todo }) =>
      desk.surfaces.dashboard.open({ key: folder, show: { what: 'todo', id: todo } }),
    ),
    one(
      'orchestrator.openTodoFiles',
      'files',
      act((todo) => ({ type: 'openTodoFiles', todo })),
    ),
    one(
      'orchestrator.revertTodo',
      'changes',
      act((todo) => ({ type: 'revertTodo', todo })),
    ),
    one(
      'orchestrator.revertFile',
      'changes',
      act((todo) => ({ type: 'revertFile', todo })),
    ),
    one(
      'orchestrator.editTodo',
      'edit',
      act((todo) => ({ type: 'editTodo', todo })),
    ),
    one(
      'orchestrator.addCheck',
      'nocheck',
      act((todo) => ({ type: 'addCheck', todo })),
    ),
    one(
      'orchestrator.retryTodo',
      'retry',
      act((todo) => ({ type: 'edit', edit: { type: 'retry', todo } })),
    ),
    one(
      'orchestrator.cancelTodo',
      'cancel',
      act((todo) => ({ type: 'edit', edit: { type: 'cancel', todo } })),
    ),
    one(
      'orchestrator.tickTodo',
      'tick',
      act((todo) => ({ type: 'edit', edit: { type: 'tick', todo, done: true } })),
    ),
    one(
      'orchestrator.untickTodo',
      'untick',
      act((todo) => ({ type: 'edit', edit: { type: 'tick', todo, done: false } })),
    ),
    one('orchestrator.openTodoTranscript', 'transcript', async ({ folder, todo }, moment) => {
      const session = sessionOf(moment, todo);
      if (session === undefined) throw new DeskError('input', l10n.t('No agent has worked on {0} yet.', todo));
      await desk.act(folder, { type: 'openTranscript', session });
    }),
    one('orchestrator.moveTodoUp', 'edit', (named, moment) => move(desk, named, moment, choice.order(), -1)),
    one('orchestrator.moveTodoDown', 'edit', (named, moment) => move(desk, named, moment, choice.order(), 1)),
  ];
}

/** Moves a TODO past its neighbour as the tree shows it: within those that wait for the same, or are in the same state. */
async function move(desk: Desk, named: Named, { state }: Moment, by: TodoOrder, step: -1 | 1): Promise<void> {
  const group = inOrder(state, by).find(({ todos }) => todos.some(({ id }) => id === named.todo));
  const place = group?.todos.findIndex(({ id }) => id === named.todo) ?? -1;
  const neighbour = group?.todos[place + step];
  if (!neighbour) {
    const text =
      step < 0
        ? l10n.t('{0} is the first of its kind.', named.todo)
        : l10n.t('{0} is the last of its kind.', named.todo);
    throw new DeskError('input', text);
  }
  const order = [...state.todos.keys()];
  const before = step < 0 ? neighbour.id : order[order.indexOf(neighbour.id) + 1];
  const target = before === undefined ? {} : { before };
  await desk.act(named.folder, { type: 'edit', edit: { type: 'move', todo: named.todo, ...target } });
}

function read(given: unknown): Named | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  if (!('folder' in given) || !('todo' in given)) return undefined;
  const { folder, todo } = given;
  return typeof folder === 'string' && typeof todo === 'string' ? { folder, todo } : undefined;
}

function readFitting(desk: Desk, given: unknown, fits: string): Named | undefined {
  const named = read(given);
  const place = named && desk.missions.place(named.folder);
  const moment = place?.moment();
  const todo = named && moment?.state.todos.get(named.todo);
  if (!place || !moment || !todo) return undefined;
  return todoWords(moment, todo, isEditable(desk, place.key)).includes(fits) ? named : undefined;
}

function isEditable(desk: Desk, key: string): boolean {
  const mode = desk.missions.place(key)?.folder.mode;
  return mode === 'drives' || mode === 'watches';
}

/** Lets a person choose among the TODOs of all missions with which it can be done; undefined when they leave. */
async function pick(desk: Desk, fits: string): Promise<Named | undefined> {
  const items = desk.missions.places.flatMap((place) => {
    const moment = place.moment();
    if (!moment) return [];
    const fit = (todo: Todo) => todoWords(moment, todo, isEditable(desk, place.key)).includes(fits);
    return [...moment.state.todos.values()].filter(fit).map((todo) => {
      const row = todoRow(moment, todo);
      return {
        label: row.name,
        description: row.title,
        detail: row.state.word,
        named: { folder: place.key, todo: todo.id },
      };
    });
  });
  if (items.length === 0) throw new DeskError('input', l10n.t('There is no TODO with which this could be done now.'));
  const placeHolder = l10n.t('Which TODO?');
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.named;
}
