import type { MissionState } from '../../core/mission/state';
import type { Todo, TodoState } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { openBefore } from '../../core/view/waits';
import { names, restingState, todoWord, type StateWord } from '../../core/view/words';
import { lookOfState, type StateLook } from './looks';
import { row, widest } from './table';
import type { LiveView } from './view';

/** The order in which the line below the list counts what it leaves out. */
const counted: readonly TodoState[] = ['running', 'reviewing', 'failed', 'blocked', 'queued', 'done', 'cancelled'];

/** The checklist in at most `most` rows, in its own order; where it does not fit, what matters now and one line for the rest. */
export function todoRows(view: LiveView, most: number): string[] {
  const { state: s } = view;
  if (most < 1) return [];
  if (s.todos.size <= most) return tableOf(view, [...s.todos.values()]);
  const shown = chosen(s, most - 1);
  const more = moreLine(s, shown);
  const rows = tableOf(
    view,
    [...s.todos.values()].filter((todo) => shown.has(todo.id)),
  );
  const text = `${view.styles.symbols.ellipsis} ${more}`;
  return [...rows, row([{ text, width: view.width, tone: 'faint' }], view.styles)];
}

/** `4 running, 2 reviewing, 3 queued`: how many TODOs are in which state, those left out that are in `without`. */
export function stateCounts(s: MissionState, without?: ReadonlySet<string>): string {
  const counts = new Map<TodoState, number>();
  for (const todo of s.todos.values()) {
    if (without?.has(todo.id)) continue;
    const state = restingState(s, todo);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counted.flatMap((state) => (counts.has(state) ? [`${counts.get(state) ?? 0} ${state}`] : [])).join(', ');
}

function moreLine(s: MissionState, shown: ReadonlySet<string>): string {
  return `${s.todos.size - shown.size} more: ${stateCounts(s, shown)}`;
}

/** Those at work, then failed and blocked ones; the rest goes to the next queued and, about a third, to the latest done. */
function chosen(s: MissionState, room: number): Set<string> {
  const now: string[] = [];
  const stuck: string[] = [];
  const queued: string[] = [];
  const over: string[] = [];
  for (const todo of s.todos.values()) {
    const state = restingState(s, todo);
    const group =
      state === 'running' || state === 'reviewing'
        ? now
        : state === 'failed' || state === 'blocked'
          ? stuck
          : state === 'queued'
            ? queued
            : over;
    group.push(todo.id);
  }
  const first = [...now, ...stuck].slice(0, room);
  const left = room - first.length;
  const share = Math.min(over.length, Math.max(Math.floor(left / 3), left - queued.length));
  const next = [...s.ready, ...queued.filter((id) => !s.ready.has(id))].slice(0, left - share);
  return new Set([...first, ...next, ...latest(s, over, share)]);
}

/** Those whose last session began last: the journal’s fold keeps no time of being done. */
function latest(s: MissionState, ids: readonly string[], most: number): string[] {
  if (most <= 0) return [];
  const at = new Map<string, number>();
  for (const { todo, openedAt } of s.sessions.values()) if (todo !== undefined) at.set(todo, openedAt);
  return [...ids].sort((a, b) => (at.get(b) ?? 0) - (at.get(a) ?? 0)).slice(0, most);
}

interface TodoRow {
  readonly id: string;
  readonly title: string;
  readonly state: StateWord;
  readonly look: StateLook;
  readonly note: string;
}

function tableOf(view: LiveView, todos: readonly Todo[]): string[] {
  const { width, styles } = view;
  const rows = todos.map((todo) => rowOf(view, todo));
  const state = Math.min(width - 3, widest(rows.map((item) => item.state.word)));
  const id = Math.max(0, Math.min(widest(rows.map((item) => item.id)), 24, Math.floor((width - state) / 3)));
  const flexible = width - 2 - id - 2 - 2 - state;
  const notes = widest(rows.map((item) => item.note));
  // The note goes when it would take the title’s room: it is in the why-line or below the details of `status`.
  const note = notes > 0 && flexible >= 36 ? Math.min(notes, Math.floor(flexible / 3)) : 0;
  const titles = widest(rows.map((item) => styles.words(item.title)));
  const title = Math.max(0, Math.min(titles, flexible - (note > 0 ? note + 2 : 0)));
  return rows.map((item) =>
    row(
      [
        { text: styles.symbols[item.look.symbol], width: 1, tone: item.look.tone },
        { text: item.id, width: id, tone: 'strong', gap: 1 },
        { text: item.title, width: title },
        { text: item.state.word, width: state, tone: item.look.tone },
        { text: item.note, width: note, tone: 'faint' },
      ],
      styles,
    ),
  );
}

function rowOf(view: LiveView, todo: Todo): TodoRow {
  const state = todoWord(view, todo);
  const before = todo.state === 'queued' ? openBefore(view.state, todo) : [];
  const notes = [
    todo.attempts > 1 ? `attempt ${todo.attempts}` : '',
    before.length > 0 ? `after ${names(before)}` : '',
  ];
  return {
    id: plain(todo.id, 64),
    title: plain(todo.title, 400),
    state,
    look: lookOfState(state.name),
    note: notes.filter((text) => text !== '').join(', '),
  };
}
