import { useMemo, useRef, type Ref } from 'react';
import { isNarrow, useBand } from '../../app/band';
import { t } from '../../app/l10n';
import { useApp, useMissionMoment } from '../../app/context';
import { useSelectedAgent } from '../../app/selection';
import { LinkButton } from '../../components/LinkButton';
import { VirtualRows, type RowsHandle } from '../../components/VirtualRows';
import type { RowAttributes } from '../../components/VirtualRow';
import { agentMenu } from './agentActions';
import { noneOf } from './agentFilter';
import { AgentLine } from './AgentLine';
import { AgentLines } from './AgentLines';
import { inOrderOf, keepSame, tableRows, type TableRow } from './agentRows';
import { foldKey, tooltipOf } from './agentWords';
import { columnsClass, columnsFor, columnTitle, type Column } from './columns';
import { useAgentView } from './useAgentView';

/** The agents as a tree with their figures: who does what, since when, and for how much. */
export function AgentTable({ ref }: { readonly ref?: Ref<RowsHandle> }) {
  const moment = useMissionMoment();
  const { act } = useApp();
  const band = useBand();
  const narrow = isNarrow(band);
  const [selected, select] = useSelectedAgent();
  const { folded, toggle, filter: chosen, setFilter } = useAgentView();
  // There is no room for the filter’s button, and a filter that nobody sees would hide agents.
  const filter = narrow ? 'all' : chosen;
  const columns = columnsFor(band, selected !== null);
  const held = useHeld();
  const before = useRef<readonly TableRow[]>([]);

  const rows = useMemo(() => {
    const now = tableRows(moment, { folded, filter, isNarrow: narrow });
    const ordered = held.isHeld() ? inOrderOf(before.current, now) : now;
    before.current = keepSame(before.current, ordered);
    return before.current;
  }, [moment, folded, filter, narrow, held]);

  const render = useMemo(
    () => (row: TableRow) =>
      narrow ? <AgentLines row={row} onToggle={toggle} /> : <AgentLine row={row} columns={columns} onToggle={toggle} />,
    [columns, narrow, toggle],
  );
  const attributesOf = useMemo(
    () =>
      (row: TableRow, index: number): RowAttributes => ({
        className: `agent-row agent-level-${row.tree.level}${row.node.kind === 'group' ? ' agent-group' : ''}`,
        title: tooltipOf(row),
        'aria-rowindex': index + 2,
        'aria-selected': row.key === selected,
      }),
    [selected],
  );

  if (rows.length === 0) {
    return (
      <p className="empty">
        {filter === 'all' ? t('No agent yet. The Commander starts first.') : `${noneOf(filter)} `}
        {filter === 'all' ? null : (
          <LinkButton
            onPress={() => {
              setFilter('all');
            }}
          >
            {t('Show All')}
          </LinkButton>
        )}
      </p>
    );
  }
  const open = (row: TableRow): void => {
    if (row.node.kind === 'agent') select(row.key);
    else toggle(row.key);
  };
  return (
    <div className={`agent-table ${columnsClass(columns)}`} {...held.handlers}>
      <VirtualRows
        ref={ref}
        items={rows}
        rowHeight={narrow ? 44 : 24}
        keyOf={keyOf}
        render={render}
        attributesOf={attributesOf}
        label={t('Agents')}
        role="treegrid"
        rowRole="row"
        aria={{ 'aria-rowcount': rows.length + 1, 'aria-colcount': columns.length }}
        head={<Head columns={columns} isUnseen={narrow} />}
        treeOf={treeOf}
        wordsOf={wordsOf}
        needsYou={needsYou}
        onPress={open}
        onEnter={open}
        onOpen={(row) => {
          const session = row.node.kind === 'agent' ? row.node.session : undefined;
          if (session !== undefined) act({ type: 'openTranscript', session });
        }}
        onSpace={open}
        onToggle={(row) => {
          toggle(foldKey(row));
        }}
        menuOf={(row) =>
          row.node.kind === 'agent'
            ? agentMenu(row.node, act, () => {
                select(row.key);
              })
            : [
                {
                  label: row.tree.isOpen === true ? t('Collapse') : t('Expand'),
                  run: () => {
                    toggle(row.key);
                  },
                },
              ]
        }
      />
    </div>
  );
}

function keyOf(row: TableRow): string {
  return row.key;
}

function treeOf(row: TableRow) {
  return row.tree;
}

function wordsOf(row: TableRow): readonly string[] {
  return row.node.kind === 'agent' ? [row.node.name, row.node.title] : [row.node.name];
}

function needsYou(row: TableRow): boolean {
  // A group that is open says it by its members.
  return row.node.needsYou && (row.node.kind === 'agent' || row.tree.isOpen !== true);
}

function Head({ columns, isUnseen }: { readonly columns: readonly Column[]; readonly isUnseen: boolean }) {
  return (
    <div role="row" aria-rowindex={1} className={isUnseen ? 'unseen' : 'agent-head'}>
      {columns.map((column) => (
        <span key={column} role="columnheader" className={`agent-${column}`}>
          {columnTitle(column)}
        </span>
      ))}
    </div>
  );
}

/** Whether the pointer is over the table or the focus in it: then no row moves. */
function useHeld() {
  const inside = useRef({ pointer: false, focus: false });
  return useMemo(
    () => ({
      isHeld: () => inside.current.pointer || inside.current.focus,
      handlers: {
        onPointerEnter: () => {
          inside.current.pointer = true;
        },
        onPointerLeave: () => {
          inside.current.pointer = false;
        },
        onFocus: () => {
          inside.current.focus = true;
        },
        onBlur: (event: React.FocusEvent<HTMLElement>) => {
          inside.current.focus =
            event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        },
      },
    }),
    [],
  );
}
