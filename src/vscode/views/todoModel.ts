import { mergeAskOf } from '../../core/mission/mergeAsk';
import type { Todo } from '../../core/todo/model';
import { isClosed } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { iconOf, type Icon } from '../../core/view/icons';
import type { Moment } from '../../core/view/moment';
import { byState, inOrder, todoRow, type TodoOrder } from '../../core/view/todos';
import { fileWait } from '../../core/view/waits';
import { restingState, todoWord } from '../../core/view/words';

/** A folder with a mission, as the tree shows it. */
export interface TodoSource {
  readonly key: string;
  readonly name: string;
  readonly moment: Moment;
  /** Whether a person’s changes can be taken into the mission now. */
  readonly editable: boolean;
}

/** An entry of the tree. The same object stands for the same thing as long as that is there. */
export type TodoElement =
  | { readonly kind: 'folder'; readonly key: string; readonly folder: string }
  | { readonly kind: 'group'; readonly key: string; readonly folder: string; readonly group: string }
  | { readonly kind: 'todo'; readonly key: string; readonly folder: string; readonly todo: string };

/** What an entry says; every text is plain. */
export interface TodoEntry {
  readonly label: string;
  readonly description: string;
  readonly spoken: string;
  readonly icon?: Icon | undefined;
  readonly checked?: boolean | undefined;
  /** What can be done about it, for the menus: words between dots. */
  readonly context: string;
}

/** What an update changed: everything, these entries alone, or nothing. */
export type Changed = 'all' | readonly TodoElement[];

/** The TODOs of all folders as a tree of entries. */
export interface TodoModel {
  /** Takes how things stand. By state there is a group for each; else the TODOs stand in a row. */
  update(sources: readonly TodoSource[], order: TodoOrder): Changed;
  roots(): readonly TodoElement[];
  children(element: TodoElement): readonly TodoElement[];
  parent(element: TodoElement): TodoElement | undefined;
  entry(element: TodoElement): TodoEntry;
  /** What is said of an entry when somebody asks for more. */
  tooltip(element: TodoElement): string;
  /** TODOs that are neither done nor cancelled. */
  readonly left: number;
}

/** Makes the model; entries keep their objects over updates, so that selection and focus stay. */
export function todoModel(): TodoModel {
  let sources = new Map<string, TodoSource>();
  let elements = new Map<string, TodoElement>();
  let entries = new Map<string, { readonly basis: Basis; readonly entry: TodoEntry }>();
  let below = new Map<string, readonly TodoElement[]>();
  let above = new Map<string, TodoElement>();
  let roots: readonly TodoElement[] = [];
  let shape = '';
  let left = 0;

  return {
    get left() {
      return left;
    },
    roots: () => roots,
    children: (element) => below.get(element.key) ?? [],
    parent: (element) => above.get(element.key),
    entry: (element) => entries.get(element.key)?.entry ?? nothing,
    tooltip(element) {
      const moment = sources.get(element.folder)?.moment;
      const todo = element.kind === 'todo' ? moment?.state.todos.get(element.todo) : undefined;
      return moment && todo ? tooltipOf(moment, todo) : (entries.get(element.key)?.entry.label ?? '');
    },
    update(given, order) {
      const before = { entries, shape };
      const built = build(given, order, elements);
      sources = new Map(given.map((source) => [source.key, source]));
      ({ elements, below, above, roots } = built);
      shape = built.shape;
      left = 0;
      entries = new Map();
      const changed: TodoElement[] = [];
      for (const element of elements.values()) {
        const old = before.entries.get(element.key);
        const basis = basisOf(element, sources, below.get(element.key)?.length ?? 0);
        const kept = old && sameBasis(old.basis, basis) ? old : { basis, entry: entryOf(element, sources, basis) };
        entries.set(element.key, kept);
        if (old && old !== kept && !same(old.entry, kept.entry)) changed.push(element);
      }
      for (const { moment } of given) for (const todo of moment.state.todos.values()) if (!isClosed(todo)) left += 1;
      return before.shape === shape ? changed : 'all';
    },
  };
}

const nothing: TodoEntry = { label: '', description: '', spoken: '', context: '' };

interface Built {
  readonly elements: Map<string, TodoElement>;
  readonly below: Map<string, readonly TodoElement[]>;
  readonly above: Map<string, TodoElement>;
  readonly roots: readonly TodoElement[];
  /** Which entries there are, in their order. */
  readonly shape: string;
}

function build(given: readonly TodoSource[], order: TodoOrder, known: ReadonlyMap<string, TodoElement>): Built {
  const elements = new Map<string, TodoElement>();
  const below = new Map<string, readonly TodoElement[]>();
  const above = new Map<string, TodoElement>();
  const add = (made: TodoElement): TodoElement => {
    const element = known.get(made.key) ?? made;
    elements.set(element.key, element);
    return element;
  };
  const put = (parent: TodoElement, children: readonly TodoElement[]): void => {
    below.set(parent.key, children);
    for (const child of children) above.set(child.key, parent);
  };
  const todosOf = (source: TodoSource): TodoElement[] => {
    const item = (todo: Todo) =>
      add({ kind: 'todo', key: `${source.key}/todo/${todo.id}`, folder: source.key, todo: todo.id });
    const { state } = source.moment;
    const groups = inOrder(state, order);
    if (order !== 'state') return groups.flatMap(({ todos }) => todos.map(item));
    return groups.map(({ key, todos }) => {
      const group = add({ kind: 'group', key: `${source.key}/group/${key}`, folder: source.key, group: key });
      put(group, todos.map(item));
      return group;
    });
  };
  const shown = given.filter(({ moment }) => moment.state.todos.size > 0);
  const roots =
    shown.length > 1
      ? shown.map((source) => {
          const folder = add({ kind: 'folder', key: `${source.key}/folder`, folder: source.key });
          put(folder, todosOf(source));
          return folder;
        })
      : shown.flatMap(todosOf);
  const shape = [...roots, ...[...below].flatMap(([key, items]) => [{ key }, ...items])].map(({ key }) => key);
  return { elements, below, above, roots, shape: shape.join('\n') };
}

/** Everything an entry is made of: as long as it is the same, so is the entry. */
type Basis = readonly unknown[];

function basisOf(element: TodoElement, sources: ReadonlyMap<string, TodoSource>, children: number): Basis {
  const source = sources.get(element.folder);
  if (!source || element.kind !== 'todo') return [source?.name, children];
  const { state } = source.moment;
  const todo = state.todos.get(element.todo);
  if (!todo) return [];
  // A TODO is never changed in place.
  const word = todoWord(source.moment, todo);
  const asks = state.asks.has(mergeAskOf(todo.id));
  return [todo, word.name, word.word, source.editable, restingState(state, todo), state.settings, asks];
}

function sameBasis(a: Basis, b: Basis): boolean {
  return a.length === b.length && a.every((value, place) => value === b[place]);
}

function entryOf(element: TodoElement, sources: ReadonlyMap<string, TodoSource>, basis: Basis): TodoEntry {
  const source = sources.get(element.folder);
  if (!source) return nothing;
  if (element.kind === 'folder') {
    const label = plain(source.name, 200);
    return { label, description: '', spoken: label, context: 'folder' };
  }
  if (element.kind === 'group') {
    const label = byState(source.moment.state).find((group) => group.key === element.group)?.label ?? '';
    const count = String(basis[1]);
    return { label, description: count, spoken: `${label}, ${count}`, context: 'group' };
  }
  const todo = source.moment.state.todos.get(element.todo);
  return todo ? todoEntry(source, todo) : nothing;
}

function todoEntry({ moment, editable }: TodoSource, todo: Todo): TodoEntry {
  const row = todoRow(moment, todo);
  // In a side bar there is room for little: the tooltip has the proof and its command.
  const isStuck = row.state.name === 'failed' || row.state.name === 'blocked';
  const more = isStuck ? row.proof : row.state.name === 'queued' ? row.after : '';
  const description = [row.state.word, row.attempt, row.mark, more].filter((part) => part !== '').join(' · ');
  return {
    label: `${row.name}  ${row.title}`,
    description,
    spoken: row.spoken,
    icon: iconOf(row.state.name),
    checked: row.checked,
    context: `.${todoWords(moment, todo, editable).join('.')}.`,
  };
}

function tooltipOf(moment: Moment, todo: Todo): string {
  const row = todoRow(moment, todo);
  const words = [row.state.word, row.attempt, row.mark, row.after, fileWait(moment.state, todo), row.proof];
  const files = todo.files.length > 0 ? todo.files : (todo.reported ?? []);
  const shownFiles = files.slice(0, 12).map((file) => plain(file, 200));
  const more = files.length > shownFiles.length ? ` … ${files.length}` : '';
  return [
    `${row.name}  ${row.title}`,
    words.filter((word) => word !== '').join(' · '),
    plain(todo.detail, 600),
    shownFiles.length > 0 ? `${shownFiles.join(', ')}${more}` : '',
    plain(todo.summary ?? '', 400),
  ]
    .filter((line) => line !== '')
    .join('\n\n');
}

/** The session that worked on a TODO last, or works on it now. */
export function sessionOf(moment: Moment, id: string): string | undefined {
  const turn = moment.state.turns.get(moment.state.turnOf.get(id) ?? '');
  if (turn?.session !== undefined) return turn.session;
  let last: string | undefined;
  for (const [session, record] of moment.state.sessions) if (record.todo === id) last = session;
  return last;
}

/** What can be done about a TODO, as the menus ask for it. */
export function todoWords(moment: Moment, todo: Todo, editable: boolean): string[] {
  const words = ['todo'];
  const hasChanges = (todo.changes?.files.length ?? 0) > 0;
  if (hasChanges || todo.files.length > 0 || (todo.reported ?? []).length > 0) words.push('files');
  if (hasChanges) words.push('changes');
  if (todo.attempts > 0 || todo.reviews > 0) words.push('transcript');
  if (!editable) return words;
  const state = restingState(moment.state, todo);
  words.push('edit');
  if (todo.state !== 'cancelled') words.push(todo.state === 'done' ? 'untick' : 'tick');
  if (state === 'failed' || state === 'blocked' || state === 'cancelled') words.push('retry');
  if (!isClosed(todo)) words.push('cancel');
  if (todo.check === undefined) words.push('nocheck');
  if (moment.state.asks.has(mergeAskOf(todo.id))) words.push('merge');
  return words;
}

function same(a: TodoEntry, b: TodoEntry): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.spoken === b.spoken &&
    a.checked === b.checked &&
    a.context === b.context &&
    a.icon?.codicon === b.icon?.codicon &&
    a.icon?.colour === b.icon?.colour
  );
}
