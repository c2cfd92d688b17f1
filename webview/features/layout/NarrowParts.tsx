import { t } from '../../app/l10n';
import { useMissionMoment } from '../../app/context';
import { useTab, type Part } from '../../app/selection';
import { Tabs, type Tab } from '../../components/Tabs';
import { openCommands } from '../../../src/core/commands/select';
import { tally } from '../../../src/core/view/words';
import { AgentsPane, type Return } from '../agents/AgentsPane';
import { CommandList } from '../commands/CommandList';
import { Feed } from '../feed/Feed';
import { PlanEditor } from '../plan/PlanEditor';
import { usePlanOpen } from '../plan/planParts';
import { TodoList } from '../todo/TodoList';
import { panelId } from './MainHead';
import { SealedParts } from './SealedParts';

interface NarrowPartsProps {
  readonly back: Return | undefined;
  readonly isProven: boolean;
}

/** The mission’s parts as tabs. */
export function NarrowParts({ back, isProven }: NarrowPartsProps) {
  const { state } = useMissionMoment();
  const [chosen, show] = useTab();
  const { done, of } = tally(state);
  const hasPlan = usePlanOpen();
  const open = openCommands(state).length;
  const tabs: readonly Tab<Part>[] = [
    ...(hasPlan ? [{ id: 'plan' as const, label: t('Plan') }] : []),
    ...(isProven ? [{ id: 'proof' as const, label: t('Proof') }] : []),
    { id: 'agents', label: t('Agents'), count: String(state.end ? 0 : state.turns.size) },
    { id: 'todo', label: t('TODO'), count: `${done}/${of}` },
    { id: 'feed', label: t('Notifications') },
    { id: 'commands', label: t('Commands'), ...(open > 0 && { count: String(open) }) },
  ];
  const first = hasPlan ? 'plan' : isProven && state.end?.state === 'sealed' ? 'proof' : 'agents';
  const tab = tabs.find(({ id }) => id === chosen)?.id ?? first;
  return (
    <>
      <div className="pane-head">
        <Tabs label={t('Mission')} tabs={tabs} selected={tab} onSelect={show} panel={panelId} />
      </div>
      {tab === 'proof' ? (
        <SealedParts />
      ) : (
        <div id={panelId} role="tabpanel" aria-labelledby={`tab-${tab}`} className={`tab-panel tab-panel-${tab}`}>
          {tab === 'plan' ? <PlanEditor /> : null}
          {tab === 'agents' ? <AgentsPane back={back} /> : null}
          {tab === 'todo' ? <TodoList /> : null}
          {tab === 'feed' ? <Feed /> : null}
          {tab === 'commands' ? <CommandList /> : null}
        </div>
      )}
    </>
  );
}
