import { cell, columns, fit, right } from './columns';
import type { Styles, Tone } from './style';

/** A piece of a row with its room; what is longer is cut. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  readonly tone?: Tone | undefined;
  readonly align?: 'right' | undefined;
  /** Columns left empty before it; 2 unless told. */
  readonly gap?: number | undefined;
}

/** One line of cells side by side, without blanks at its end. */
export function row(cells: readonly Cell[], styles: Styles): string {
  const last = cells.findLastIndex((item) => item.text !== '' && item.width > 0);
  let line = '';
  cells.slice(0, last + 1).forEach((item, index) => {
    if (item.width <= 0) return;
    if (index > 0) line += ' '.repeat(item.gap ?? 2);
    line += filled(item, styles, index === last);
  });
  return line;
}

function filled(item: Cell, styles: Styles, isLast: boolean): string {
  const { ellipsis } = styles.symbols;
  const text = fit(styles.words(item.text), item.width, ellipsis);
  const painted = styles.paint(item.tone, text);
  const blank = item.width - columns(text);
  if (item.align === 'right') return right(text, item.width).replace(text, () => painted);
  return isLast ? painted : painted + cell('', blank);
}

/** The widest of some texts, in columns. */
export function widest(texts: Iterable<string>): number {
  let most = 0;
  for (const text of texts) most = Math.max(most, columns(text));
  return most;
}
