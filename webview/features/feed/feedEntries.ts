import type { FeedDigest, FeedItem, FeedRow } from '../../../src/core/view/feed';
import type { TreePlace } from '../../components/rowKeys';

/** A row as it is shown: an item, one within an open digest, or a digest. */
export type FeedEntry =
  | {
      readonly type: 'item';
      readonly key: string;
      readonly item: FeedItem;
      readonly parent?: string;
      readonly tree: TreePlace;
    }
  | {
      readonly type: 'digest';
      readonly key: string;
      readonly row: FeedDigest;
      readonly isOpen: boolean;
      readonly tree: TreePlace;
    };

/** The rows with those of open digests below them. */
export function entriesOf(rows: readonly FeedRow[], open: ReadonlySet<string>): FeedEntry[] {
  return rows.flatMap((row, index): FeedEntry[] => {
    const tree = { level: 1, size: rows.length, place: index + 1 };
    if (row.type === 'item') return [{ type: 'item', key: row.key, item: row.item, tree }];
    const isOpen = open.has(row.key);
    const digest: FeedEntry = { type: 'digest', key: row.key, row, isOpen, tree: { ...tree, isOpen } };
    if (!isOpen) return [digest];
    const size = row.items.length;
    const inner = row.items.map((item, place): FeedEntry => {
      const inTree = { level: 2, size, place: place + 1, parent: row.key };
      return { type: 'item', key: `${row.key}/${item.key}`, item, parent: row.key, tree: inTree };
    });
    return [digest, ...inner];
  });
}

/** A part of an item’s text. */
export interface Piece {
  readonly kind: 'text' | 'id' | 'code';
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

/** An item’s text with its TODO’s id and its command told apart; put together they are the text. */
export function pieces({ text, todo, code }: Pick<FeedItem, 'text' | 'todo' | 'code'>): Piece[] {
  const codeAt = code === undefined || code === '' ? -1 : text.lastIndexOf(code);
  const idAt = todo === undefined ? -1 : wordAt(codeAt < 0 ? text : text.slice(0, codeAt), todo);
  const marks: Piece[] = [];
  if (idAt >= 0 && todo !== undefined) marks.push({ kind: 'id', text: todo, at: idAt });
  if (codeAt >= 0 && code !== undefined) marks.push({ kind: 'code', text: code, at: codeAt });
  const result: Piece[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.at > at) result.push({ kind: 'text', text: text.slice(at, mark.at), at });
    result.push(mark);
    at = mark.at + mark.text.length;
  }
  if (at < text.length) result.push({ kind: 'text', text: text.slice(at), at });
  return result;
}

/** Where an id stands as a word of its own; −1 nowhere. */
function wordAt(text: string, id: string): number {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + id.length] ?? ' '}`;
    if (!/[\w.-]\S?|\S[\w-]/.test(around)) return at;
  }
  return -1;
}
