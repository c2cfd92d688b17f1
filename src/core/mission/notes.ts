import { isClosed } from '../todo/model';
import { plain } from '../todo/text';
import type { FactOf } from './facts';
import type { MissionState, Note } from './state';
import { findTodo } from './todoIndex';

/** Characters a note may have. */
export const noteChars = 20_000;
const wholeChars = 40_000;
const shortenedChars = 200;
const shortenedMost = 40;

/** What is asked of a note beside its text. */
export interface NoteWish {
  /** The TODO whose worker it is for; otherwise the Commander. */
  readonly to?: string | undefined;
  readonly now?: boolean | undefined;
}

/** A note as a fact; for a TODO that cannot be worked on any more, the fold hands it to the Commander. */
export function noted(s: MissionState, text: string, { to, now }: NoteWish): FactOf<'note.added'> {
  return {
    ...{ type: 'note.added', text, id: nextNoteId(s) },
    ...(to !== undefined && { to: findTodo(s, to)?.id ?? to }),
    ...(now === true && { now }),
  };
}

/** Why a note is not taken, in one sentence; undefined when it is. */
export function refuseNote(s: MissionState | undefined, text: string, { to }: NoteWish): string | undefined {
  if (text.trim() === '') return 'The note is empty.';
  if (text.length > noteChars)
    return `A note has at most ${String(noteChars)} characters; this one has ${String(text.length)}. Put the details into a file and name it.`;
  if (to !== undefined && s && !findTodo(s, to)) return `There is no TODO ${plain(to, 64)}.`;
  return undefined;
}

/** Takes a note in; one of an earlier release has no id, and gets the same one with every fold. */
export function addNote(s: MissionState, fact: FactOf<'note.added'>, at: number): void {
  const { text, now = false } = fact;
  const to = fact.to === undefined ? undefined : (findTodo(s, fact.to)?.id ?? fact.to);
  const given = fact.id !== undefined && !s.notes.some(({ id }) => id === fact.id) ? fact.id : nextNoteId(s);
  s.notes.push({ id: given, text, at, to, now, read: false, moved: false });
  if (to === undefined) s.news.notes.push(text);
}

function nextNoteId(s: MissionState): string {
  return `N${String(s.notes.length + 1)}`;
}

/** A queued note is wanted to be delivered at once. */
export function hurryNote(s: MissionState, id: string): void {
  change(s, (note) =>
    note.id === id && isForCommander(note) && note.turn === undefined ? { ...note, now: true } : note,
  );
}

/** Whether somebody waits for a Commander’s turn at once. */
export function isHurried(s: MissionState): boolean {
  return s.notes.some((note) => note.now && note.turn === undefined && isForCommander(note));
}

/** The Commander’s turn has taken every note along that waited for it. */
export function toldCommander(s: MissionState, turn: string, iteration: number, at: number): void {
  const delivered = { turn, iteration, deliveredAt: at };
  change(s, (note) => (note.turn === undefined && isForCommander(note) ? { ...note, ...delivered } : note));
}

/** A worker’s turn has taken along what its TODO’s notes say; a lost turn’s are told again. */
export function toldWorker(s: MissionState, todo: string, turn: string, at: number): void {
  change(s, (note) => (isUnread(note, todo) ? { ...note, turn, deliveredAt: at } : note));
}

/** A worker has reported: what its turn was told is read. */
export function readByWorker(s: MissionState, turn: string): void {
  change(s, (note) => (note.turn === turn && note.to !== undefined ? { ...note, read: true } : note));
}

/** The notes of a TODO that its worker has not answered yet. */
export function unreadNotes(s: MissionState, todo: string): Note[] {
  return s.notes.filter((note) => isUnread(note, todo));
}

/** What was meant for a worker that will have no turn any more goes to the Commander, which is told so. */
export function moveNotes(s: MissionState): void {
  change(s, (note) => {
    if (note.to === undefined || note.read || note.moved) return note;
    const todo = s.todos.get(note.to);
    if (todo && !isClosed(todo)) return note;
    const why = todo ? `which is ${todo.state}` : 'which does not exist';
    s.news.notes.push(`For ${plain(note.to, 64)}, ${why}: ${note.text}`);
    return { ...note, moved: true, turn: undefined, deliveredAt: undefined };
  });
}

/** Notes as a prompt holds them: the newest whole, older ones shortened, the oldest counted. None is left out unsaid. */
export function boundNotes(texts: readonly string[]): string[] {
  const shown: string[] = [];
  let whole = 0;
  let shortened = 0;
  for (const text of texts.toReversed()) {
    const clipped = text.length > noteChars ? `${text.slice(0, noteChars)}…` : text;
    if (shortened === 0 && whole + clipped.length <= wholeChars) {
      whole += clipped.length;
      shown.push(clipped);
    } else if (shortened < shortenedMost) {
      shortened += 1;
      shown.push(text.length > shortenedChars ? `${text.slice(0, shortenedChars)}… (shortened)` : text);
    } else break;
  }
  const left = texts.length - shown.length;
  if (left > 0) shown.push(`${String(left)} older ${left === 1 ? 'note is' : 'notes are'} left out here.`);
  return shown.toReversed();
}

function isForCommander(note: Note): boolean {
  return note.to === undefined || note.moved;
}

function isUnread(note: Note, todo: string): boolean {
  return note.to === todo && !note.read && !note.moved;
}

function change(s: MissionState, to: (note: Note) => Note): void {
  if (s.notes.length > 0) s.notes = s.notes.map(to);
}
