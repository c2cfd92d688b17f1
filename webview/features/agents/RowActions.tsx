import { useApp } from '../../app/context';
import { IconButton } from '../../components/IconButton';
import type { AgentRow } from '../../../src/core/view/agentRow';
import { rowActions } from './agentActions';

/** What can be done to an agent, at most three; seen while the row is pointed at or has the focus. */
export function RowActions({ row }: { readonly row: AgentRow }) {
  const { act } = useApp();
  return (
    <span className="row-actions">
      {rowActions(row).map((action) => (
        <IconButton
          key={action.label}
          codicon={action.codicon}
          label={action.label}
          tabIndex={-1}
          onPress={() => {
            act(action.act);
          }}
        />
      ))}
    </span>
  );
}
