/** A row in a tree; without `isOpen` it is a leaf. */
export interface TreePlace {
  /** As `aria-level` counts. */
  readonly level: number;
  readonly isOpen?: boolean | undefined;
  /** How many siblings there are with it, and which of them it is, from 1. */
  readonly size: number;
  readonly place: number;
  /** Its parent’s key. */
  readonly parent?: string | undefined;
}

/** What a key does in rows. */
export type RowCommand =
  | { readonly type: 'go'; readonly index: number }
  | { readonly type: 'toggle' | 'actions' | 'enter' | 'open' | 'space' | 'menu' }
  | { readonly type: 'find'; readonly letter: string };

/** A key with its modifiers, as an event has them. */
export interface Key {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** The rows a key is pressed in. */
export interface KeyedRows {
  readonly count: number;
  readonly at: number;
  /** Rows that fit on a page. */
  readonly page: number;
  readonly tree: TreePlace | undefined;
  /** The row of the parent. */
  readonly parent: number | undefined;
  /** The next row that needs the person, downwards and upwards. */
  readonly needy: (step: 1 | -1) => number | undefined;
}

/** What a key means on a row; undefined: nothing. */
export function rowCommand(event: Key, rows: KeyedRows): RowCommand | undefined {
  const { count, at, page } = rows;
  const go = (index: number): RowCommand => ({ type: 'go', index: Math.max(0, Math.min(count - 1, index)) });
  if (event.altKey) return altCommand(event, rows);
  if (event.key === 'Enter') return { type: event.ctrlKey || event.metaKey ? 'open' : 'enter' };
  if (event.ctrlKey || event.metaKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(count - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'ArrowRight':
      if (rows.tree?.isOpen === undefined) return { type: 'actions' };
      return rows.tree.isOpen ? go(at + 1) : { type: 'toggle' };
    case 'ArrowLeft':
      if (rows.tree?.isOpen === true) return { type: 'toggle' };
      return rows.parent === undefined ? undefined : go(rows.parent);
    case ' ':
      return { type: rows.tree?.isOpen === undefined ? 'space' : 'toggle' };
    case 'ContextMenu':
      return { type: 'menu' };
    case 'F10':
      return event.shiftKey ? { type: 'menu' } : undefined;
    default:
      return event.key.length === 1 ? { type: 'find', letter: event.key } : undefined;
  }
}

function altCommand(event: Key, rows: KeyedRows): RowCommand | undefined {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : undefined;
  const index = step === undefined ? undefined : rows.needy(step);
  return index === undefined ? undefined : { type: 'go', index };
}

/** The next index after `at` for which `is` holds, ends met; undefined without one. */
export function nextWhere(count: number, at: number, step: 1 | -1, is: (index: number) => boolean): number | undefined {
  for (let moved = 1; moved <= count; moved += 1) {
    const index = (((at + step * moved) % count) + count) % count;
    if (is(index)) return index;
  }
  return undefined;
}

/** Letters that are typed within this time are one word. */
const wordMs = 800;

/** Collects letters to a word; the same letter again goes on to the next. */
export function makeTyped(now: () => number): (letter: string) => string {
  let word = '';
  let typedAt = -Infinity;
  return (letter) => {
    const isNew = now() - typedAt > wordMs;
    typedAt = now();
    const next = isNew ? letter : word + letter;
    // `ttt` goes from one T to the next; there is no id like that.
    word = new Set(next).size === 1 ? letter : next;
    return word.toLowerCase();
  };
}
