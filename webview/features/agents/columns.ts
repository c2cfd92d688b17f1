import { isNarrow, type Band } from '../../app/band';
import { t } from '../../app/l10n';

/** A column of the table of agents. */
export type Column = 'agent' | 'state' | 'now' | 'model' | 'elapsed' | 'last' | 'tokens' | 'cost';

const all: readonly Column[] = ['agent', 'state', 'now', 'model', 'elapsed', 'last', 'tokens', 'cost'];
const some: readonly Column[] = ['agent', 'state', 'now', 'elapsed', 'last', 'cost'];
const few: readonly Column[] = ['agent', 'state', 'now', 'last', 'cost'];
const lines: readonly Column[] = ['agent', 'cost', 'state', 'last'];

/** The columns for which there is room; narrow: what stands in the two lines of a row. */
export function columnsFor(band: Band, hasDetails: boolean): readonly Column[] {
  if (isNarrow(band)) return lines;
  if (band === 'wide' && !hasDetails) return all;
  return band === 'mid' ? some : few;
}

/** The set of columns as a class, which gives them their widths. */
export function columnsClass(columns: readonly Column[]): string {
  return { 8: 'columns-all', 6: 'columns-some', 5: 'columns-few', 4: 'columns-lines' }[columns.length] ?? '';
}

/** The head of a column. */
export function columnTitle(column: Column): string {
  switch (column) {
    case 'agent':
      return t('Agent');
    case 'state':
      return t('State');
    case 'now':
      return t('Now');
    case 'model':
      return t('Model');
    case 'elapsed':
      return t('Elapsed');
    case 'last':
      return t('Last event');
    case 'tokens':
      return t('Tokens');
    case 'cost':
      return t('Cost');
  }
}
