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
      /** TODOs whose lines are gone; they are shown again. */
      readonly missing: readonly string[];
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
  const lines = linesOf(current).filter((line) => line.trim() !== '');
  const mark = markOf(base);
  const found = markOf(current);
  if (mark && lines.length > 0 && found?.mission !== mark.mission) return { foreign: true };
  // An editor that was open while the file was written anew saves an older one: its boxes and details are of that time.
  const stale = mark !== undefined && found?.seq !== mark.seq;

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
  for (const [at, line] of changed.entries()) {
    const owner = owners.get(at);
    const before = owner && was.get(owner.id);
    if (owner && before) {
      const { item } = owner;
      const id = known.get(owner.id)?.id ?? owner.id;
      const stood = stale && item.word !== undefined ? item.word.startsWith('done') : before.ticked;
      const flipped = item.ticked !== stood && item.ticked !== before.ticked;
      if (flipped) (item.ticked ? edits.ticked : edits.unticked).push(id);
      const retitled = item.title !== '' && item.title !== before.title;
      if (retitled) edits.retitled.push({ id, title: item.title });
      const unclear = item.title === '' ? before.title !== '' : item.struck !== before.struck && !flipped && !retitled;
      if (!unclear) continue;
    } else {
      const item = line.startsWith('  ') ? undefined : readItem(line);
      const own = item && idOf(item, boldId);
      if (item && item.title !== '' && !(own !== undefined && was.has(own.id))) {
        if (!(stale && todos.some((todo) => todo.by === 'person' && plain(todo.title, titleChars) === item.title)))
          added.push({ title: item.title, ticked: item.ticked });
        continue;
      }
    }
    const old = stale && (isDetail(line) || untouched.has(keptLine(line)));
    if (kept.length < keptLines && !isOurs(line) && !old) kept.push(wellFormed(line.slice(0, keptChars)));
  }
  const missing = [...free].map((id) => known.get(id)?.id ?? id);
  return { ...edits, added, kept, missing };
}
