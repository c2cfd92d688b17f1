/** How a text is meant; `state` has its colour from `tone`. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** A cell of a table: one line of text, and a second one below it. */
export interface Cell {
  readonly text: string;
  readonly as?: 'code' | 'state' | undefined;
  readonly tone?: Tone | undefined;
  readonly note?: string | undefined;
}

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

/** What a section of a report is made of: texts are plain, each renderer makes them harmless in its own language. */
export type Block =
  | { readonly kind: 'words'; readonly text: string }
  /** Somebody’s own words, of several lines. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] }
  /** Facts with their names. */
  | { readonly kind: 'facts'; readonly items: readonly (readonly [string, Cell])[] }
  /** Things with details of their own. */
  | { readonly kind: 'entries'; readonly items: readonly Entry[] }
  /** The picture of the time line, which only HTML has. */
  | { readonly kind: 'picture' };

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly state: Cell;
  readonly blocks: readonly Block[];
}

export interface Section {
  /** Unique, for addresses in the page. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A cell of plain text; nothing that is there is a dash. */
export function cell(text: string | number | undefined, more: Omit<Cell, 'text'> = {}): Cell {
  return { text: text === undefined || text === '' ? '–' : String(text), ...more };
}
