import { useCallback, useMemo } from 'react';
import { proofTable, type ProofRow } from '../../../src/core/view/proof';
import type { App } from '../../app/app';
import { isNarrow, useBand } from '../../app/band';
import { useApp, useView } from '../../app/context';
import { t } from '../../app/l10n';
import type { MenuItem } from '../../components/menuContext';
import { VirtualRows } from '../../components/VirtualRows';
import { useShownTodo } from '../todo/useShownTodo';
import { NarrowProof, ProofCells } from './ProofCells';

const rowHeight = 24;
const narrowHeight = 44;

/** What is proven, TODO by TODO, with what it took; the last row is the sum of all above it. */
export function ProofTable() {
  const app = useApp();
  const { state, version } = useView();
  const table = useMemo(() => (state ? proofTable(state) : undefined), [state, version]);
  const rows = useMemo(() => (table ? [...table.todos, table.review, table.leaders, table.total] : []), [table]);
  const ref = useShownTodo((id) => rows.some((row) => row.todo === id));
  const narrow = isNarrow(useBand());
  const render = useCallback(
    (row: ProofRow) => (narrow ? <NarrowProof row={row} /> : <ProofCells row={row} />),
    [narrow],
  );
  const attributesOf = useCallback(
    (row: ProofRow, index: number) => ({
      'aria-rowindex': index + 2,
      ...(row.todo === undefined ? { className: `proof-sum proof-${row.key.trim()}` } : {}),
    }),
    [],
  );
  const open = (row: ProofRow): void => {
    if (row.session !== undefined) app.act({ type: 'openTranscript', session: row.session });
    else if (row.todo !== undefined) app.act({ type: 'openTodoFiles', todo: row.todo });
  };
  return (
    <div className="proof">
      <VirtualRows
        ref={ref}
        items={rows}
        rowHeight={narrow ? narrowHeight : rowHeight}
        keyOf={keyOf}
        render={render}
        attributesOf={attributesOf}
        label={t('Proof')}
        role="grid"
        rowRole="row"
        aria={{ 'aria-rowcount': rows.length + 1, 'aria-colcount': narrow ? 1 : 10, 'aria-readonly': true }}
        wordsOf={wordsOf}
        onEnter={open}
        onOpen={open}
        menuOf={(row) => menuOf(row, app)}
        head={narrow ? undefined : <Head />}
      />
    </div>
  );
}

/** The columns’ classes and heads. */
function columns(): readonly (readonly [className: string | undefined, head: string])[] {
  return [
    [undefined, t('TODO')],
    [undefined, t('State')],
    ['proof-what', t('Proof')],
    ['proof-result', t('Result')],
    ['num proof-at', t('At')],
    ['num proof-attempts', t('Attempts')],
    ['num proof-files', t('Changes')],
    ['num proof-worked', t('Worked')],
    ['num proof-tokens', t('Tokens')],
    ['num', t('Cost')],
  ];
}

function Head() {
  return (
    <div role="rowgroup" className="proof-head">
      <div role="row" className="proof-row" aria-rowindex={1}>
        {columns().map(([className, head]) => (
          <span key={head} role="columnheader" className={className}>
            {head}
          </span>
        ))}
      </div>
    </div>
  );
}

function menuOf(row: ProofRow, app: App): MenuItem[] {
  const { session, todo, lines } = row;
  const items: MenuItem[] = [];
  if (session !== undefined) {
    items.push({
      label: t('Open Proof'),
      run: () => {
        app.act({ type: 'openTranscript', session });
      },
    });
  }
  if (todo !== undefined) {
    items.push({
      label: t('Open Changes'),
      run: () => {
        app.act({ type: 'openTodoFiles', todo });
      },
    });
  }
  if (todo !== undefined && lines !== undefined) {
    items.push({
      label: t('Revert Changes'),
      separated: true,
      run: () => {
        app.act({ type: 'revertTodo', todo });
      },
    });
  }
  return items;
}

function keyOf(row: ProofRow): string {
  return row.key;
}

function wordsOf(row: ProofRow): readonly string[] {
  return [row.name, row.title];
}
