import { isClosed, type Author, type Todo, type TodoDraft } from '../todo/model';
import { fileKey, key } from '../todo/graph';
import type { IssueDraft } from './facts';
import { mergeAskOf } from './mergeAsk';
import type { MissionState } from './state';

/** Puts a TODO in place and brings every index that speaks of it, or of what waits for it, up to date. */
export function putTodo(s: MissionState, todo: Todo): void {
  const before = s.todos.get(todo.id);
  s.todos.set(todo.id, todo);
  refresh(s, todo);
  if (before !== undefined && isClosed(before) === isClosed(todo)) return;
  for (const id of s.dependents.get(key(todo.id)) ?? []) {
    const dependent = s.todos.get(id);
    if (dependent) refresh(s, dependent);
  }
}

/** Changes some fields of a TODO; an unknown id is no change. */
export function patchTodo(s: MissionState, id: string | undefined, patch: Partial<Todo>): void {
  const todo = id === undefined ? undefined : s.todos.get(id);
  if (todo) putTodo(s, { ...todo, ...patch });
}

/** Brings in a new TODO, queued. */
export function addTodo(s: MissionState, draft: TodoDraft, by: Author, state: 'queued' | 'done' = 'queued'): void {
  s.keys.set(key(draft.id), draft.id);
  enterDependent(s.dependents, draft);
  putTodo(s, { ...draft, by, state, attempts: 0, tries: 0, reviews: 0, reviewsLost: 0, verified: false });
}

/** Changes what a TODO says; the files it holds and who waits for whom follow. */
export function changeTodo(s: MissionState, todo: Todo, patch: Partial<Todo>): void {
  // Let go of under its old files, it is held under the new ones when it is put back.
  if (s.active.has(todo.id)) hold(s, todo, false);
  putTodo(s, { ...todo, ...patch });
  if (patch.after) s.dependents = dependentsOf(s.todos.values());
}

/** Puts the TODOs in a person’s order; ids it does not name follow in the order they had. */
export function orderTodos(s: MissionState, order: readonly string[]): void {
  const ordered = new Map<string, Todo>();
  for (const id of [...order, ...s.todos.keys()]) {
    const todo = s.todos.get(id);
    if (todo) ordered.set(id, todo);
  }
  s.todos = ordered;
  s.ordered = true;
  s.ready = new Set([...ordered.keys()].filter((id) => s.ready.has(id)));
  // Those that become ready together do so in the new order.
  s.dependents = dependentsOf(ordered.values());
}

/** Who waits for each TODO (by its key), in the order of the TODOs. */
export function dependentsOf(todos: Iterable<TodoDraft>): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const todo of todos) enterDependent(dependents, todo);
  return dependents;
}

function enterDependent(dependents: Map<string, string[]>, { id, after }: TodoDraft): void {
  for (const other of after) {
    const list = dependents.get(key(other));
    if (list) list.push(id);
    else dependents.set(key(other), [id]);
  }
}

/** Takes a TODO from its agent; it is blocked until somebody decides, and the attempt is not spent. */
export function holdTodo(s: MissionState, id: string, reason: string): void {
  const todo = s.todos.get(id);
  if (!todo) return;
  dropTurn(s, id);
  const tries = Math.max(0, todo.tries - 1);
  const waits = { next: undefined, reviewAfter: undefined, reviewRepeated: false, ...outOfTheQueue(todo) };
  patchTodo(s, id, { state: 'blocked', reason, tries, ...waits });
}

/** Starts a TODO over with a fresh count of attempts. */
export function reopenTodo(s: MissionState, id: string, brief: string | undefined): void {
  dropTurn(s, id);
  patchTodo(s, id, {
    state: 'queued',
    tries: 0,
    reviewsLost: 0,
    verified: false,
    proof: undefined,
    reason: undefined,
    next: undefined,
    reviewAfter: undefined,
    reviewRepeated: false,
    closedAt: undefined,
    brief,
    ...outOfTheQueue(s.todos.get(id)),
  });
}

/** Whoever works on it again is not to land meanwhile. */
function outOfTheQueue(todo: Todo | undefined): Partial<Todo> {
  return todo?.worktree ? { worktree: { ...todo.worktree, landing: undefined } } : {};
}

/** Ends a TODO, closes its issues and lets go of its turn. */
export function closeTodo(
  s: MissionState,
  id: string,
  state: 'done' | 'cancelled',
  patch: Partial<Todo>,
  at: number,
): void {
  closeIssues(s, id, at);
  dropTurn(s, id);
  patchTodo(s, id, { worktree: undefined, ...patch, state, next: undefined, reviewAfter: undefined, closedAt: at });
}

/** Nobody waits any more for the answer of the turn that works on this TODO. */
function dropTurn(s: MissionState, id: string): void {
  const turn = s.turns.get(s.turnOf.get(id) ?? '');
  if (turn) s.turns.set(turn.id, { ...turn, unwanted: true });
  s.turnOf.delete(id);
}

/** Says which turn works on a TODO, or that none does. */
export function setTurnOf(s: MissionState, id: string | undefined, turn: string | undefined): void {
  const todo = id === undefined ? undefined : s.todos.get(id);
  if (!todo) return;
  if (turn === undefined) s.turnOf.delete(todo.id);
  else s.turnOf.set(todo.id, turn);
  refresh(s, todo);
}

export function openIssue(s: MissionState, issue: IssueDraft, at: number): void {
  s.issuesOpened += 1;
  s.issues.set(issue.id, { ...issue, state: 'open', openedAt: at });
  const owner = issue.todo ?? '';
  const open = s.openIssues.get(owner);
  if (open) open.add(issue.id);
  else s.openIssues.set(owner, new Set([issue.id]));
}

/** Closes every open issue of a TODO, or the mission’s own for `''`. */
export function closeIssues(s: MissionState, owner: string, at: number): void {
  for (const id of s.openIssues.get(owner) ?? []) {
    const issue = s.issues.get(id);
    if (issue) s.issues.set(id, { ...issue, state: 'closed', closedAt: at });
  }
  s.openIssues.delete(owner);
}

/** The TODO that a possibly differently cased id names. */
export function findTodo(s: MissionState, id: string): Todo | undefined {
  return s.todos.get(s.keys.get(key(id)) ?? '');
}

function refresh(s: MissionState, todo: Todo): void {
  const { id } = todo;
  // Whatever else becomes of it, nobody waits for a person’s merge any more.
  if (s.asks.size > 0 && todo.state !== 'blocked') s.asks.delete(mergeAskOf(id));
  const active = todo.state === 'running' || todo.state === 'reviewing';
  if (active !== s.active.has(id)) hold(s, todo, active);
  toggle(s.open, id, !isClosed(todo));
  toggle(s.due, id, active && !s.turnOf.has(id) && todo.worktree?.landing === undefined);
  toggle(s.ready, id, todo.state === 'queued' && todo.after.every((other) => closed(s, other)));
}

function closed(s: MissionState, id: string): boolean {
  const todo = findTodo(s, id);
  return todo !== undefined && isClosed(todo);
}

function hold(s: MissionState, todo: Todo, active: boolean): void {
  toggle(s.active, todo.id, active);
  if (todo.isolated) return; // what it holds is in a worktree of its own
  if (todo.files.length === 0) toggle(s.alone, todo.id, active);
  for (const file of todo.files) {
    if (active) s.fileOwner.set(fileKey(file), todo.id);
    else if (s.fileOwner.get(fileKey(file)) === todo.id) s.fileOwner.delete(fileKey(file));
  }
}

function toggle(set: Set<string>, id: string, member: boolean): void {
  if (member) set.add(id);
  else set.delete(id);
}
