import type { Author, Todo, TodoDraft } from '../todo/model';
import type { FactOf, TodoChange } from './facts';
import type { MissionState } from './state';
import { addTodo, changeTodo, closeTodo, holdTodo, orderTodos, patchTodo, reopenTodo } from './todoIndex';

const marks = {
  ticked: 'ticked by a person',
  unticked: 'unticked by a person',
  cancelled: 'cancelled by a person',
  retried: 'retried by a person',
  held: 'its agent was stopped by a person',
} as const;

/** Whether a reason only says that a person wants another attempt: it means nothing once that one has begun. */
export function isPersonsMark(reason: string | undefined): boolean {
  return reason === marks.unticked || reason === marks.retried;
}

/** Takes a person’s edits of the TODOs in. */
export function edited(s: MissionState, fact: FactOf<'todos.edited'>, at: number): void {
  for (const id of fact.ticked)
    closeTodo(s, id, 'done', { verified: false, proof: undefined, reason: marks.ticked }, at);
  for (const id of fact.unticked) startOver(s, id, marks.unticked);
  for (const { id, title } of fact.retitled) patchTodo(s, id, { title });
  addDrafts(s, fact.added, 'person');
  for (const id of fact.done) closeTodo(s, id, 'done', { reason: marks.ticked }, at);
  s.kept.push(...fact.kept);
  const { changed = [], cancelled = [], retried = [], held = [] } = fact;
  for (const change of changed) changeOne(s, change);
  for (const id of cancelled) closeTodo(s, id, 'cancelled', { reason: marks.cancelled }, at);
  for (const id of retried) startOver(s, id, marks.retried);
  for (const id of held) holdTodo(s, id, marks.held);
  if (fact.order) orderTodos(s, fact.order);
  // An order changes no work, and what was held is not done: a review of it comes with whatever ends it.
  const lists = [fact.ticked, fact.unticked, fact.retitled, fact.added, changed, cancelled, retried];
  if (lists.some((list) => list.length > 0)) s.missionReview.due = true;
}

/** Brings new TODOs in; whatever was reviewed before is not the whole any more. */
export function addDrafts(s: MissionState, drafts: readonly TodoDraft[], by: Author): void {
  for (const draft of drafts) addTodo(s, draft, by);
  if (drafts.length > 0) s.missionReview.due = true;
}

function startOver(s: MissionState, id: string, reason: string): void {
  reopenTodo(s, id, undefined);
  patchTodo(s, id, { reason });
}

function changeOne(s: MissionState, { id, check, ...rest }: TodoChange): void {
  const todo = s.todos.get(id);
  if (!todo) return;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const patch: Partial<Todo> = Object.fromEntries(given);
  if (check === undefined) return changeTodo(s, todo, patch);
  const wanted = check === '' ? undefined : check;
  // What was proven is another command’s exit code.
  const doubt = wanted === todo.check ? {} : { verified: false, proof: undefined };
  changeTodo(s, todo, { ...patch, ...doubt, check: wanted });
}
