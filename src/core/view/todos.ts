import { isToBeIsolated } from '../mission/isolation';
import type { MissionState } from '../mission/state';
import { lineWords } from '../todo/changes';
import { fileKey, key } from '../todo/graph';
import { isClosed, type Todo, type TodoState } from '../todo/model';
import { plain } from '../todo/text';
import type { Moment } from './moment';
import { personsMark, proofLine } from './proofWords';
import { names, plural, restingState, todoWord, type StateWord } from './words';

/** A TODO as lists show it; every text is cut and cleaned. */
export interface TodoRow {
  /** As the mission knows it; `name` is what is shown. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly state: StateWord;
  /** The result before the command: `exit 0 · npm test`, `check npm test`, `no check, only read`. */
  readonly proof: string;
  /** The command at the end of `proof`, for type of its own; empty without one. */
  readonly command: string;
  /** `after T2`, `after T4 to T9`; empty. */
  readonly after: string;
  /** `attempt 2 of 4`, once done `2 attempts`; empty for the first. */
  readonly attempt: string;
  /** `ticked by you`, `cancelled by you`, `edits kept`, `review again`; empty. */
  readonly mark: string;
  /** Lines that it changed, `+12 −4`; empty where that is not known. */
  readonly lines: string;
  readonly checked: boolean;
  /** The accessible name. */
  readonly spoken: string;
}

/** The row of a TODO. */
export function todoRow(moment: Moment, todo: Todo): TodoRow {
  const { state: s } = moment;
  const state = todoWord(moment, todo);
  const { proof, command } = proofLine(s, todo);
  const row = {
    name: plain(todo.id, 64),
    title: plain(todo.title, 400),
    after: todo.after.length === 0 ? '' : `after ${names(todo.after)}`,
    attempt: attemptWords(s, todo),
    mark: markOf(s, todo, state),
    lines: todo.changes && todo.changes.files.length > 0 ? lineWords(todo.changes.files) : '',
  };
  const parts = [row.name, row.title, state.word, row.attempt, row.mark, row.after, proof, row.lines];
  const spoken = parts.filter((part) => part !== '').join(', ');
  return { id: todo.id, ...row, state, proof, command, checked: todo.state === 'done', spoken };
}

/** `attempt 2 of 4`; a fresh count after a retry moves the end of the row of attempts. */
export function attemptWords(s: MissionState, todo: Todo): string {
  if (todo.attempts < 2) return '';
  if (isClosed(todo)) return plural(todo.attempts, 'attempt');
  return `attempt ${todo.attempts} of ${attemptsAllowed(s, todo)}`;
}

/** The number of the last attempt a TODO may have as things stand. */
export function attemptsAllowed(s: MissionState, todo: Todo): number {
  return Math.max(todo.attempts, todo.attempts - todo.tries + s.settings['limits.recoveryAttempts'] + 1);
}

function markOf(s: MissionState, todo: Todo, state: StateWord): string {
  if (state.name === 'queued' && todo.state === 'running') return 'edits kept';
  if (state.name === 'queued' && todo.state === 'reviewing') return 'review again';
  return personsMark(todo);
}

/** How TODOs are put in order: as the mission’s list has them, what waits for others below them, or by their states. */
export const todoOrders = ['list', 'dependency', 'state'] as const;
export type TodoOrder = (typeof todoOrders)[number];

/** The TODOs in an order, in the groups within which one may be moved; the groups of the last one have headings. */
export function inOrder(s: MissionState, order: TodoOrder): TodoGroup[] {
  switch (order) {
    case 'list':
      return [{ key: 'all', label: '', todos: [...s.todos.values()] }];
    case 'dependency':
      return byDependency(s);
    case 'state':
      return byState(s);
  }
}

/** TODOs under a heading. */
export interface TodoGroup {
  readonly key: string;
  readonly label: string;
  readonly todos: readonly Todo[];
}

/** The TODOs in levels: each waits only for TODOs of earlier ones. In linear time; the order within a level is the list’s. */
export function byDependency(s: MissionState): TodoGroup[] {
  const level = new Map<string, number>();
  const left = new Map<string, number>();
  for (const todo of s.todos.values()) {
    const known = new Set(todo.after.map(key).filter((id) => s.keys.has(id)));
    left.set(todo.id, known.size);
  }
  const next = [...s.todos.keys()].filter((id) => left.get(id) === 0);
  for (const id of next) {
    const after = (level.get(id) ?? 0) + 1;
    for (const dependent of new Set(s.dependents.get(key(id)))) {
      const count = (left.get(dependent) ?? 0) - 1;
      left.set(dependent, count);
      level.set(dependent, Math.max(level.get(dependent) ?? 0, after));
      if (count === 0) next.push(dependent);
    }
  }
  return collect(s, (todo) => level.get(todo.id) ?? 0).map(([number, todos]) => ({
    key: `level-${number}`,
    label: number === 0 ? 'From the start' : `Step ${number + 1}`,
    todos,
  }));
}

const states: readonly TodoState[] = ['running', 'reviewing', 'failed', 'blocked', 'queued', 'done', 'cancelled'];
const labels: Readonly<Record<TodoState, string>> = {
  running: 'Running',
  reviewing: 'Reviewing',
  failed: 'Failed',
  blocked: 'Blocked',
  queued: 'Queued',
  done: 'Done',
  cancelled: 'Cancelled',
};

/** The TODOs by state, those at work first; states without any are left out. */
export function byState(s: MissionState): TodoGroup[] {
  return collect(s, (todo) => states.indexOf(restingState(s, todo))).map(([index, todos]) => {
    const state = states[index] ?? 'queued';
    return { key: state, label: labels[state], todos };
  });
}

function collect(s: MissionState, of: (todo: Todo) => number): [number, Todo[]][] {
  const groups = new Map<number, Todo[]>();
  for (const todo of s.todos.values()) {
    const group = groups.get(of(todo));
    if (group) group.push(todo);
    else groups.set(of(todo), [todo]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

/** How many TODOs could run side by side as they depend on each other and share files: those of the widest level, as far as sessions go. */
export function sideBySide(s: MissionState): number {
  const widest = Math.max(0, ...byDependency(s).map(({ todos }) => besideEachOther(s, todos)));
  return Math.min(widest, s.settings['limits.parallelSessions']);
}

/** One that names no file is alone, but for those in worktrees. */
function besideEachOther(s: MissionState, todos: readonly Todo[]): number {
  const taken = new Set<string>();
  let count = 0;
  for (const todo of todos) {
    const isApart = isToBeIsolated(s, todo);
    const keys = isApart ? [] : todo.files.map(fileKey);
    if (!isApart && (keys.length === 0 || keys.some((file) => taken.has(file)))) continue;
    for (const file of keys) taken.add(file);
    count += 1;
  }
  return Math.max(count, 1);
}
