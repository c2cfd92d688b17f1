import { Icon } from '../../components/Icon';
import { Num } from '../../components/Num';
import { Text } from '../../components/Text';
import { unpricedTooltip } from '../../../src/core/view/status';
import { Twistie } from './AgentLine';
import type { TableRow } from './agentRows';
import { NowWords } from './NowWords';
import { RowActions } from './RowActions';

/** A row of two lines, where the panel is narrow: id, title and cost; state, what it does and the last event. */
export function AgentLines({ row, onToggle }: { readonly row: TableRow; readonly onToggle: (key: string) => void }) {
  const { node } = row;
  const cost = (
    <Num isSum={node.kind === 'group'} value={row.cost} title={row.cost === 'n/a' ? unpricedTooltip : undefined} />
  );
  return (
    <>
      {node.kind === 'group' ? <Twistie row={row} onToggle={onToggle} /> : <Icon name={node.state.name} />}
      <span className="lines">
        <span className="line">
          <span role="gridcell" className="line-main">
            <Text className="agent-id">{node.name}</Text>
            {node.kind === 'group' ? (
              <span className="weak">{node.count}</span>
            ) : (
              <Text className="agent-title">{node.title}</Text>
            )}
          </span>
          <span role="gridcell">{cost}</span>
        </span>
        <span className="line line-second">
          {node.kind === 'group' ? (
            <span role="gridcell" className="line-main cut weak">
              {node.summary}
            </span>
          ) : (
            <span role="gridcell" className="line-main">
              <span className="line-state">{node.state.word}</span>
              {node.now === '' ? null : <span className="weak">·</span>}
              <NowWords words={node.now} />
              <RowActions row={node} />
            </span>
          )}
          <span role="gridcell" className="weak">
            <Num value={row.last} />
          </span>
        </span>
      </span>
    </>
  );
}
