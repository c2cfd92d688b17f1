import { useMissionMoment, useApp } from '../../app/context';
import { t } from '../../app/l10n';
import { Icon } from '../../components/Icon';
import { IconButton } from '../../components/IconButton';
import { Text } from '../../components/Text';
import { Toolbar } from '../../components/Toolbar';
import type { AgentRow } from '../../../src/core/view/agentRow';
import { rowActions } from '../agents/agentActions';
import { AttemptList } from './AttemptList';
import { Facts } from './Facts';
import { FileList } from './FileList';
import { TodoFacts } from './TodoFacts';
import { TranscriptTail } from './TranscriptTail';
import { useAgent } from './useAgent';

interface AgentDetailsProps {
  /** The key of the agent’s row. */
  readonly agent: string;
  readonly onClose: () => void;
}

/** All about one agent: what it does, what it must do, what is proven, what it changed, its attempts, its transcript. */
export function AgentDetails({ agent, onClose }: AgentDetailsProps) {
  const { state } = useMissionMoment();
  const found = useAgent(agent);
  if (!found) {
    return (
      <section className="details" aria-label={t('Details')}>
        <DetailsHead row={undefined} onClose={onClose} />
        <p className="empty">{t('This agent is not part of this mission any more.')}</p>
      </section>
    );
  }
  const { row, attempts } = found;
  const todo = state.todos.get(row.todo ?? '');
  return (
    <section className="details" aria-label={nameOf(row)}>
      <DetailsHead row={row} onClose={onClose} />
      <div className="details-body">
        <Facts row={row} attempts={attempts} />
        {todo ? <TodoFacts todo={todo} /> : null}
        {todo ? (
          <div className="details-pair">
            <FileList todo={todo} />
            <AttemptList attempts={attempts} shown={row} />
          </div>
        ) : null}
      </div>
      <TranscriptTail key={row.session ?? ''} row={row} />
    </section>
  );
}

function DetailsHead({ row, onClose }: { readonly row: AgentRow | undefined; readonly onClose: () => void }) {
  const { act } = useApp();
  const actions = row ? rowActions(row).filter(({ act: { type } }) => type !== 'openTranscript') : [];
  return (
    <header className="details-head">
      {row ? <Icon name={row.state.name} /> : null}
      <h2 className="details-name">{row ? nameOf(row) : t('Agent')}</h2>
      <Text className="details-title">{row?.title ?? ''}</Text>
      <Toolbar label={t('Agent')}>
        {actions.map((action) => (
          <IconButton
            key={action.label}
            codicon={action.codicon}
            label={action.label}
            onPress={() => {
              act(action.act);
            }}
          />
        ))}
        <IconButton codicon="close" label={t('Close Details')} onPress={onClose} />
      </Toolbar>
    </header>
  );
}

function nameOf(row: AgentRow): string {
  switch (row.role) {
    case 'worker':
      return t('Worker of {0}', row.name);
    case 'reviewer':
      return row.todo === undefined ? t('Mission review') : t('Reviewer of {0}', row.name);
    case 'commander':
      return t('Commander');
    case 'planner':
      return t('Planner');
  }
}
