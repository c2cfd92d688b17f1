import { key } from './graph';
import { keptHeading, keptLine, stateWords } from './markdown';
import type { Todo } from './model';
import { plain, unescapeMarkdown, wellFormed } from './text';

/** What a person changed in `todo.md`. */
export type TodoEdits =
  | {
      readonly ticked: readonly string[];
      readonly unticked: readonly string[];
      readonly retitled: readonly { readonly id: string; readonly title: string }[];
      readonly added: readonly { readonly title: string; readonly ticked: boolean }[];
      /** Lines that could not be understood, word for word. */
      readonly kept: readonly string[];
      /** Lines of the base that are there no more, but for those of TODOs that have another; they are shown again. */
      readonly gone: readonly string[];
    }
  /** The file is another mission’s, or nobody’s, or far too large. */
  | { readonly foreign: true };

const fileChars = 2_000_000;
const keptLines = 200;
const keptChars = 2_000;
const titleChars = 300;

const checkbox = /^\s{0,3}[-*+] \[([ xX])\](?:\s+(.*))?$/;
const boldId = /^(~~)?(?:\*\*|__)([A-Za-z0-9._-]{1,64}?)(?:\*\*|__)(?::|\s|$)\s*(.*)$/;
const bareId = /^(~~)?([A-Za-z0-9._-]{1,64}?)(?::|\s|$)\s*(.*)$/;

/**
 * Reads a person’s edits: the difference between the file as it was rendered last (`base`) and as it is now. What the mission
 * changed meanwhile is no edit. Never throws.
 */
export function readTodoEdits(base: string, current: string, todos: readonly Todo[]): TodoEdits {
  if (current.length > fileChars) return { foreign: true };
  const lines = linesOf(current);
  const mark = markOf(base);
  const found = markOf(current);
  if (mark && lines.length > 0 && found?.mission !== mark.mission) return { foreign: true };
  // An editor that was open while the file was written anew saves an older one: its boxes and details are of that time.
  const stale = mark !== undefined && found?.seq !== mark.seq;
  // What such an editor added before may have been taken in already.
  const persons = todos.filter((todo) => stale && todo.by === 'person');
  const taken = new Set(persons.map((todo) => plain(todo.title, titleChars)));

  const known = new Map(todos.map((todo) => [key(todo.id), todo]));
  const was = new Map(claim(linesOf(base), new Set(known.keys())).map(({ id, item }) => [id, item]));
  const untouched = multiset(linesOf(base));
  const changed: string[] = [];
  const same: string[] = [];
  for (const line of lines) (take(untouched, line) ? same : changed).push(line);
  // Lines as they were claim their TODO first: then a copy of one, or a title that begins like an id, is no edit of it.
  const free = new Set(was.keys());
  claim(same, free);
  const owners = new Map(claim(changed, free).map((owner) => [owner.at, owner]));

  const edits = { ticked: [] as string[], unticked: [] as string[], retitled: [] as { id: string; title: string }[] };
  const added: { title: string; ticked: boolean }[] = [];
  const kept: string[] = [];
  const keep = (line: string): void => {
    const old = stale && (/^ {2}- (after |files: |check: )/.test(line) || untouched.has(keptLine(line)));
    if (kept.length < keptLines && !old && !isOurs(line)) kept.push(wellFormed(line.slice(0, keptChars)));
  };
  for (const [at, line] of changed.entries()) {
    const owner = owners.get(at);
    const before = owner && was.get(owner.id);
    const item = owner?.item ?? readItem(line);
    if (owner && before && item) {
      const id = known.get(owner.id)?.id ?? owner.id;
      const stood = stale && item.word !== undefined ? item.word.startsWith('done') : before.ticked;
      const flipped = item.ticked !== stood && item.ticked !== before.ticked;
      if (flipped) (item.ticked ? edits.ticked : edits.unticked).push(id);
      const retitled = item.title !== '' && item.title !== before.title;
      if (retitled) edits.retitled.push({ id, title: item.title });
      // An emptied title and a line struck through may mean something, but nothing that can be done.
      if (item.title === '' ? before.title !== '' : item.struck && !flipped && !retitled) keep(line);
    } else {
      // A line of its own: what looks like an id in front belongs to the title, unless it is a copy of a TODO's line.
      const copied = item?.bold && was.has(item.id ?? '');
      const title = item === undefined || copied || line.startsWith('  ') ? '' : titleOf(item.text).title;
      if (!item || title === '') keep(line);
      else if (!taken.has(title)) added.push({ title, ticked: item.ticked });
    }
  }
  // The line of a TODO that now has another one is not gone.
  const isElsewhere = (id: string | undefined): boolean => id !== undefined && was.has(id) && !free.has(id);
  const gone = linesOf(base).filter((line) => take(untouched, line) && !isElsewhere(readItem(line)?.id));
  return { ...edits, added, kept, gone };
}

interface Item {
  readonly ticked: boolean;
  /** All that stands behind the box. */
  readonly text: string;
  /** The key of the id it begins with, if it is one. */
  readonly id?: string;
  readonly bold: boolean;
  readonly struck: boolean;
  /** Without id and state. */
  readonly title: string;
  /** The state at its end. */
  readonly word?: string;
}

function readItem(line: string): Item | undefined {
  const box = checkbox.exec(line);
  if (!box) return undefined;
  const ticked = box[1] !== ' ';
  const text = box[2] ?? '';
  const inBold = boldId.exec(text);
  const named = inBold ?? bareId.exec(text);
  const bold = inBold !== null;
  if (!named) return { ticked, text, bold, struck: false, ...titleOf(text) };
  const struck = named[1] !== undefined;
  const rest = named[3] ?? '';
  const read = titleOf(struck ? rest.replace('~~', '') : rest);
  return { ticked, text, id: key(named[2] ?? ''), bold, struck, ...read };
}

/** The title, and the state behind it: the last ` — ` before a word that names one. */
function titleOf(text: string): { readonly title: string; readonly word?: string } {
  const padded = ` ${text}`;
  const cut = padded.lastIndexOf(' — ');
  const word = padded.slice(cut + 3).trim();
  const ends = cut >= 0 && stateWords.includes(word);
  const title = plain(unescapeMarkdown(ends ? padded.slice(0, cut) : padded), titleChars);
  return ends ? { title, word } : { title };
}

interface Owner {
  readonly at: number;
  readonly id: string;
  readonly item: Item;
}

/** Which line speaks for which TODO, taken out of `free`: one with the id in bold before one that only begins with it. */
function claim(lines: readonly string[], free: Set<string>): Owner[] {
  const items = [...lines.entries()].flatMap(([at, line]) => {
    const item = readItem(line);
    return item?.id === undefined ? [] : [{ at, id: item.id, item }];
  });
  return [true, false].flatMap((bold) => items.filter(({ item, id }) => item.bold === bold && free.delete(id)));
}

/** Lines of the frame we render around the list; changed by us or by a person, they carry nothing. */
function isOurs(line: string): boolean {
  return (
    /^(# TODO$|<!-- opencode-orchestrator |The mission is \w+, iteration |You may tick or untick )/.test(line) ||
    line === keptHeading
  );
}

function markOf(text: string): { mission: string | undefined; seq: string | undefined } | undefined {
  const mark = /^\ufeff?<!-- opencode-orchestrator mission: ([A-Za-z0-9-]+)(?: seq: (\d+))?/m.exec(text);
  return mark ? { mission: mark[1], seq: mark[2] } : undefined;
}

/** The lines that are not blank. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
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
