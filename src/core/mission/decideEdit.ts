import * as z from 'zod';
import { checkTodos, quote } from '../answers/checkTodos';
import { fileKey, findCycle } from '../todo/graph';
import { isClosed, type Todo } from '../todo/model';
import type { FactOf, TodoChange } from './facts';
import { newTodoId } from './newTodoId';
import { stillHeld } from './isolation';
import type { MissionState } from './state';
import { findTodo } from './todoIndex';

const id = z.string().min(1).max(300);
const title = z.string().max(400);
const detail = z.string().max(20_000);
const files = z.array(z.string().max(1_000)).max(200).readonly();
const after = z.array(id).max(1_000).readonly();
const check = z.string().max(2_000);

/** A person’s command about one TODO as a view sends it. */
export const todoEditSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('tick'), todo: id, done: z.boolean() }),
  z.strictObject({ type: z.literal('cancel'), todo: id }),
  z.strictObject({ type: z.literal('retry'), todo: id }),
  /** Its agent is stopped, and nobody takes it up until somebody decides. */
  z.strictObject({ type: z.literal('hold'), todo: id }),
  /** Without `before`: to the end. */
  z.strictObject({ type: z.literal('move'), todo: id, before: id.optional() }),
  z.strictObject({
    type: z.literal('change'),
    change: z.strictObject({
      id,
      title: title.optional(),
      detail: detail.optional(),
      files: files.optional(),
      after: after.optional(),
      check: check.optional(),
    }),
  }),
  z.strictObject({
    type: z.literal('add'),
    draft: z.strictObject({
      id: id.optional(),
      title,
      detail,
      files,
      after,
      check: check.optional(),
      size: z.enum(['XS', 'S', 'M', 'L']).optional(),
    }),
  }),
]);

/** A person’s command about one TODO. */
export type TodoEdit = z.infer<typeof todoEditSchema>;
/** The fact that a command makes, or why it makes none. */
export type EditDecision =
  { readonly ok: true; readonly fact: FactOf<'todos.edited'> } | { readonly ok: false; readonly sentence: string };

type Leaves = (path: string) => boolean;

/** Turns a person’s command into its fact, checked as the Planner’s TODOs are; a refusal is one sentence for the person. */
export function decideEdit(s: MissionState, edit: TodoEdit, leaves: Leaves): EditDecision {
  if (edit.type === 'add') return decideAdd(s, edit.draft, leaves);
  const name = edit.type === 'change' ? edit.change.id : edit.todo;
  const todo = findTodo(s, name);
  if (!todo) return refused(`There is no TODO ${quote(name)}.`);
  switch (edit.type) {
    case 'tick':
      return edit.done ? decideTick(todo) : decideUntick(todo);
    case 'cancel':
      return isClosed(todo) ? refused(`${todo.id} is ${todo.state} already.`) : accepted({ cancelled: [todo.id] });
    case 'retry':
      return decideRetry(todo);
    case 'hold':
      return isAtWork(todo)
        ? accepted({ held: [todo.id] })
        : refused(`${todo.id} is ${todo.state}: it has no agent that could be stopped.`);
    case 'move':
      return decideMove(s, todo, edit.before);
    case 'change':
      return decideChange(s, todo, edit.change, leaves);
  }
}

function decideTick(todo: Todo): EditDecision {
  if (todo.state === 'done') return refused(`${todo.id} is done already.`);
  if (todo.state === 'cancelled') return refused(`${todo.id} is cancelled and cannot be ticked: retry it first.`);
  return accepted({ ticked: [todo.id] });
}

function decideUntick(todo: Todo): EditDecision {
  return todo.state === 'done'
    ? accepted({ unticked: [todo.id] })
    : refused(`${todo.id} is ${todo.state}, not done: there is no tick to take away.`);
}

function decideRetry(todo: Todo): EditDecision {
  if (todo.state === 'reviewing') return refused(`${todo.id} is being reviewed already.`);
  if (todo.state === 'running' || todo.state === 'queued') return refused(`${todo.id} is ${todo.state} already.`);
  return accepted({ retried: [todo.id] });
}

function decideMove(s: MissionState, todo: Todo, before: string | undefined): EditDecision {
  const target = before === undefined ? undefined : findTodo(s, before);
  if (before !== undefined && !target)
    return refused(`There is no TODO ${quote(before)} to put ${todo.id} in front of.`);
  const ids = [...s.todos.keys()];
  const order = ids.filter((other) => other !== todo.id);
  if (target?.id !== todo.id) order.splice(target ? order.indexOf(target.id) : order.length, 0, todo.id);
  if (target?.id === todo.id || order.every((other, place) => other === ids[place]))
    return refused(`${todo.id} is there already.`);
  return accepted({ order });
}

function decideAdd(s: MissionState, draft: Extract<TodoEdit, { type: 'add' }>['draft'], leaves: Leaves): EditDecision {
  const known = [...s.todos.keys()];
  const wire = { ...draft, id: draft.id ?? newTodoId(known), files: [...draft.files], after: [...draft.after] };
  const checked = checkTodos([wire], { ids: known, limit: s.settings['limits.tasks'], leaves });
  return checked.ok ? accepted({ added: checked.todos }) : refused(checked.sentence);
}

function decideChange(s: MissionState, todo: Todo, wanted: TodoChange, leaves: Leaves): EditDecision {
  const others = [...s.todos.keys()].filter((other) => other !== todo.id);
  // Only what is said is checked: a file that was named long ago is no reason to refuse another title.
  const wire = {
    id: todo.id,
    title: wanted.title ?? todo.title,
    detail: wanted.detail ?? todo.detail,
    files: [...(wanted.files ?? [])],
    after: [...(wanted.after ?? [])],
    check: wanted.check,
  };
  const checked = checkTodos([wire], { ids: others, limit: s.todos.size, leaves });
  if (!checked.ok) return refused(checked.sentence);
  const [sound = wire] = checked.todos;
  const change: TodoChange = {
    id: todo.id,
    ...(sound.title === todo.title ? {} : { title: sound.title }),
    ...(sound.detail === todo.detail ? {} : { detail: sound.detail }),
    ...(wanted.files === undefined || same(sound.files, todo.files) ? {} : { files: sound.files }),
    ...(wanted.after === undefined || same(sound.after, todo.after) ? {} : { after: sound.after }),
    ...(wanted.check === undefined || sound.check === todo.check ? {} : { check: sound.check ?? '' }),
  };
  if (Object.keys(change).length === 1) return refused(`That changes nothing about ${todo.id}.`);
  const sentence = cycleOf(s, todo, change.after) ?? clashOf(s, todo, change.files);
  return sentence === undefined ? accepted({ changed: [change] }) : refused(sentence);
}

function cycleOf(s: MissionState, todo: Todo, after: readonly string[] | undefined): string | undefined {
  if (after === undefined) return undefined;
  const nodes = [...s.todos.values()].map((other) => (other.id === todo.id ? { id: todo.id, after } : other));
  const cycle = findCycle(nodes);
  return cycle && `The TODOs would wait for each other in a cycle: ${cycle.slice(0, 20).join(' → ')}.`;
}

/** Two TODOs at work never share a file, and an agent may write what it was told until it is idle. */
function clashOf(s: MissionState, todo: Todo, files: readonly string[] | undefined): string | undefined {
  if (files === undefined) return undefined;
  for (const turn of s.turns.values())
    if (turn.role === 'worker' && turn.todo === todo.id)
      return `The agent of ${todo.id} still works on its files: stop it, or wait for it, before you change them.`;
  if (!s.active.has(todo.id)) return undefined;
  const { taken, alone } = stillHeld(s);
  const besideOthers = s.active.size > 1 || taken.size > 0 || alone;
  if (files.length === 0 && besideOthers)
    return `${todo.id} is at work beside others, so it must name its files: without any it would have to be alone.`;
  const clash = files.find((file) => {
    const owner = s.fileOwner.get(fileKey(file));
    return (owner !== undefined && owner !== todo.id) || taken.has(fileKey(file));
  });
  if (clash === undefined) return undefined;
  const owner = s.fileOwner.get(fileKey(clash));
  return `${todo.id} is at work, and the file ${quote(clash)} is ${owner === undefined ? 'still written by another agent' : `held by ${owner}`}.`;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, place) => item === other[place]);
}

function isAtWork(todo: Todo): boolean {
  return todo.state === 'running' || todo.state === 'reviewing';
}

function accepted(lists: Partial<Omit<FactOf<'todos.edited'>, 'type'>>): EditDecision {
  const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };
  return { ok: true, fact: { type: 'todos.edited', ...none, ...lists } };
}

function refused(sentence: string): EditDecision {
  return { ok: false, sentence };
}
