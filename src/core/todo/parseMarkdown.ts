import { key } from './graph';
import { keptHeading, stateWords } from './markdown';
import type { Todo } from './model';
import { plain, unescapeMarkdown } from './text';

/** What a person changed in `todo.md`. */
export type TodoEdits =
  | {
      readonly ticked: readonly string[];
      readonly unticked: readonly string[];
      readonly retitled: readonly { readonly id: string; readonly title: string }[];
      readonly added: readonly { readonly title: string; readonly ticked: boolean }[];
      /** Lines that could not be understood, word for word. */
      readonly kept: readonly string[];
      /** TODOs whose lines are gone; they are shown again. */
      readonly missing: readonly string[];
    }
  /** The file is another mission’s, or nobody’s, or far too large. */
  | { readonly foreign: true };

const fileChars = 2_000_000;
const keptLines = 200;
const keptChars = 2_000;
const titleChars = 300;

const checkbox = /^\s{0,3}[-*+] \[([ xX])\]\s+(.*)$/;
const withId = /^(?:~~)?(?:\*\*|__)?([A-Za-z0-9._-]{1,64}?)(?:\*\*|__)?(?::|\s)\s*(.*)$/;

/**
 * Reads a person’s edits: the difference between the file as it was rendered last (`base`) and as it is now. What the mission
 * changed meanwhile is no edit. Never throws.
 */
export function readTodoEdits(base: string, current: string, todos: readonly Todo[]): TodoEdits {
  if (current.length > fileChars) return { foreign: true };
  const lines = linesOf(current);
  if (markOf(base) !== undefined && lines.some((line) => line.trim() !== '') && markOf(current) !== markOf(base))
    return { foreign: true };
  const known = new Map(todos.map((todo) => [key(todo.id), todo]));
  const was = todoLines(linesOf(base), known);
  const untouched = multiset(linesOf(base));
  const edits = { ticked: [] as string[], unticked: [] as string[], retitled: [] as { id: string; title: string }[] };
  const added: { title: string; ticked: boolean }[] = [];
  const kept: string[] = [];
  const seen = new Set(todoLines(lines, known).keys());
  const changed = new Set<string>();
  for (const line of lines) {
    if (take(untouched, line) || line.trim() === '') continue;
    const item = readItem(line, known);
    if (item?.todo && was.has(key(item.todo.id)) && !changed.has(key(item.todo.id))) {
      changed.add(key(item.todo.id));
      const before = was.get(key(item.todo.id));
      if (before?.ticked === false && item.ticked) edits.ticked.push(item.todo.id);
      if (before?.ticked === true && !item.ticked) edits.unticked.push(item.todo.id);
      if (item.title !== '' && item.title !== before?.title)
        edits.retitled.push({ id: item.todo.id, title: item.title });
    } else if (item && !item.todo && item.title !== '' && !line.startsWith('  ')) {
      added.push({ title: item.title, ticked: item.ticked });
    } else if (kept.length < keptLines && !isOurs(line)) {
      kept.push(line.slice(0, keptChars));
    }
  }
  const missing = [...was.keys()].filter((id) => !seen.has(id)).map((id) => known.get(id)?.id ?? id);
  return { ...edits, added, kept, missing };
}

interface Item {
  readonly ticked: boolean;
  readonly title: string;
  readonly todo?: Todo;
}

function readItem(line: string, known: ReadonlyMap<string, Todo>): Item | undefined {
  const box = checkbox.exec(line);
  if (!box) return undefined;
  const ticked = box[1] !== ' ';
  const rest = box[2] ?? '';
  const named = withId.exec(rest);
  const todo = named ? known.get(key(named[1] ?? '')) : undefined;
  if (todo) return { ticked, title: titleOf(named?.[2] ?? ''), todo };
  return { ticked, title: titleOf(rest) };
}

function titleOf(text: string): string {
  const cut = text.lastIndexOf(' — ');
  const ends = cut >= 0 && stateWords.includes(text.slice(cut + 3).trim());
  return plain(unescapeMarkdown(ends ? text.slice(0, cut) : text), titleChars);
}

/** The known TODOs’ lines by their key; the first of each counts. */
function todoLines(lines: readonly string[], known: ReadonlyMap<string, Todo>): Map<string, Item> {
  const found = new Map<string, Item>();
  for (const line of lines) {
    const item = readItem(line, known);
    if (item?.todo && !found.has(key(item.todo.id))) found.set(key(item.todo.id), item);
  }
  return found;
}

/** Lines of the frame we render around the list; changed by us or by a person, they carry nothing. */
function isOurs(line: string): boolean {
  return (
    /^(# TODO$|<!-- opencode-orchestrator |The mission is \w+, iteration |You may tick or untick )/.test(line) ||
    line === keptHeading
  );
}

function markOf(text: string): string | undefined {
  return /^\ufeff?<!-- opencode-orchestrator mission: ([A-Za-z0-9-]+)/.exec(text)?.[1];
}

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r?\n/);
}

function multiset(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, line: string): boolean {
  const left = counts.get(line) ?? 0;
  if (left === 0) return false;
  counts.set(line, left - 1);
  return true;
}
