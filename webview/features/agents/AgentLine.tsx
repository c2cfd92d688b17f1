import { t } from '../../app/l10n';
import { Icon } from '../../components/Icon';
import { Num } from '../../components/Num';
import { State } from '../../components/State';
import { Text } from '../../components/Text';
import type { AgentGroup } from '../../../src/core/view/agents';
import type { AgentRow } from '../../../src/core/view/agentRow';
import { unpricedTooltip } from '../../../src/core/view/status';
import { foldKey, modelWarning } from './agentWords';
import type { TableRow } from './agentRows';
import type { Column } from './columns';
import { NowWords } from './NowWords';
import { RowActions } from './RowActions';

interface AgentLineProps {
  readonly row: TableRow;
  readonly columns: readonly Column[];
  readonly onToggle: (key: string) => void;
}

/** A row of one line: an agent, or a group with its sums. */
export function AgentLine({ row, columns, onToggle }: AgentLineProps) {
  const { node } = row;
  return (
    <>
      <span role="gridcell" className="agent-agent">
        <Twistie row={row} onToggle={onToggle} />
        {node.kind === 'group' ? <GroupName group={node} /> : <AgentName row={node} />}
      </span>
      {node.kind === 'group' ? (
        <GroupCells row={row} group={node} columns={columns} />
      ) : (
        columns.slice(1).map((column) => <AgentCell key={column} column={column} row={row} node={node} />)
      )}
    </>
  );
}

/** The sign before a row that can be folded. */
export function Twistie({ row, onToggle }: { readonly row: TableRow; readonly onToggle: (key: string) => void }) {
  const { isOpen } = row.tree;
  if (isOpen === undefined) return <span className="twistie" />;
  return (
    <span
      className="twistie"
      onClick={(event) => {
        event.stopPropagation();
        onToggle(foldKey(row));
      }}
    >
      <Icon codicon={isOpen ? 'chevron-down' : 'chevron-right'} />
    </span>
  );
}

function GroupName({ group }: { readonly group: AgentGroup }) {
  return (
    <>
      <span className="agent-group-name">{group.name}</span>
      <span className="weak">{group.count}</span>
    </>
  );
}

function AgentName({ row }: { readonly row: AgentRow }) {
  if (row.title === '') return <Text className={row.role === 'commander' ? 'strong' : ''}>{row.name}</Text>;
  return (
    <>
      <Text className="agent-id">{row.name}</Text>
      <Text className="agent-title">{row.title}</Text>
    </>
  );
}

function AgentCell({
  column,
  row,
  node,
}: {
  readonly column: Column;
  readonly row: TableRow;
  readonly node: AgentRow;
}) {
  switch (column) {
    case 'agent':
      return null;
    case 'state':
      return (
        <span role="gridcell" className="agent-state">
          <State word={node.state} />
        </span>
      );
    case 'now':
      return (
        <span role="gridcell" className="agent-now">
          <NowWords words={node.now} />
          <RowActions row={node} />
        </span>
      );
    case 'model': {
      const { name, expected } = node.model;
      return (
        <span role="gridcell" className="agent-model" title={expected && modelWarning(name, expected)}>
          {expected === undefined ? null : <Icon name="warning" />}
          <Text>{name}</Text>
          {expected === undefined ? null : <span className="unseen">{t('configured is {0}', expected)}</span>}
        </span>
      );
    }
    case 'elapsed':
    case 'last':
    case 'tokens':
      return (
        <span role="gridcell" className={`agent-${column}`}>
          <Num value={row[column]} />
        </span>
      );
    case 'cost':
      return (
        <span role="gridcell" className="agent-cost">
          <Num value={row.cost} title={row.cost === 'n/a' ? unpricedTooltip : undefined} />
        </span>
      );
  }
}

interface GroupCellsProps {
  readonly row: TableRow;
  readonly group: AgentGroup;
  readonly columns: readonly Column[];
}

function GroupCells({ row, group, columns }: GroupCellsProps) {
  const hasTokens = columns.includes('tokens');
  // The words may run on to where the sums begin.
  const span = columns.length - (hasTokens ? 3 : 2);
  return (
    <>
      <span role="gridcell" className="agent-summary" aria-colspan={span} style={{ gridColumn: `span ${span}` }}>
        {group.summary}
      </span>
      {hasTokens ? (
        <span role="gridcell" className="agent-tokens">
          <Num isSum value={row.tokens} />
        </span>
      ) : null}
      <span role="gridcell" className="agent-cost">
        <Num isSum value={row.cost} title={row.cost === 'n/a' ? unpricedTooltip : undefined} />
      </span>
    </>
  );
}
