import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { useTab, type Part } from '../../app/selection';
import { IconButton } from '../../components/IconButton';
import { Tabs } from '../../components/Tabs';
import { Toolbar } from '../../components/Toolbar';
import { usePlanOpen } from '../plan/planParts';
import { AgentTools } from '../agents/AgentTools';

/** The id of the panel that shows the selected tab’s part. */
export const panelId = 'main-panel';

/** Which of the wide panel’s tabs is shown: a plan that waits first, a sealed mission’s proof, else the agents. */
export function useMainTab(isProven: boolean): [tab: 'plan' | 'proof' | 'agents', show: (tab: Part) => void] {
  const [tab, show] = useTab();
  const hasPlan = usePlanOpen();
  const isSealed = usePart((view) => view.state?.end?.state === 'sealed');
  const isWanted = isSealed ? tab !== 'agents' : tab === 'proof';
  if (hasPlan && tab !== 'agents' && tab !== 'proof') return ['plan', show];
  return [isProven && isWanted ? 'proof' : 'agents', show];
}

/** The tabs over the wide panel’s main part, with its tools. */
export function MainHead({ isProven }: { readonly isProven: boolean }) {
  const { act } = useApp();
  const [tab, show] = useMainTab(isProven);
  const hasPlan = usePlanOpen();
  const tabs = [
    ...(hasPlan ? [{ id: 'plan' as const, label: t('Plan') }] : []),
    ...(isProven ? [{ id: 'proof' as const, label: t('Proof') }] : []),
    { id: 'agents' as const, label: t('Agents') },
  ];
  return (
    <div className="pane-head">
      <Tabs label={t('Mission')} tabs={tabs} selected={tab} onSelect={show} panel={panelId} />
      {tab === 'agents' ? <AgentTools /> : null}
      {tab !== 'proof' ? null : (
        <Toolbar label={t('Proof')} className="pane-tools">
          <IconButton
            codicon="copy"
            label={t('Copy Proof')}
            onPress={() => {
              act({ type: 'copyProof' });
            }}
          />
          <IconButton
            codicon="export"
            label={t('Export Report')}
            onPress={() => {
              act({ type: 'exportReport' });
            }}
          />
        </Toolbar>
      )}
    </div>
  );
}
