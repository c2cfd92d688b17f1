import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { useTab, type Part } from '../../app/selection';
import { IconButton } from '../../components/IconButton';
import { Tabs } from '../../components/Tabs';
import { Toolbar } from '../../components/Toolbar';
import { AgentTools } from '../agents/AgentTools';

/** The id of the panel that shows the selected tab’s part. */
export const panelId = 'main-panel';

/** Which of the wide panel’s tabs is shown: a sealed mission shows its proof first, one that may go on its agents. */
export function useMainTab(isProven: boolean): [tab: 'proof' | 'agents', show: (tab: Part) => void] {
  const [tab, show] = useTab();
  const isSealed = usePart((view) => view.state?.end?.state === 'sealed');
  const isWanted = isSealed ? tab !== 'agents' : tab === 'proof';
  return [isProven && isWanted ? 'proof' : 'agents', show];
}

/** The tabs over the wide panel’s main part, with its tools. */
export function MainHead({ isProven }: { readonly isProven: boolean }) {
  const { act } = useApp();
  const [tab, show] = useMainTab(isProven);
  const tabs = [
    ...(isProven ? [{ id: 'proof' as const, label: t('Proof') }] : []),
    { id: 'agents' as const, label: t('Agents') },
  ];
  return (
    <div className="pane-head">
      <Tabs label={t('Mission')} tabs={tabs} selected={tab} onSelect={show} panel={panelId} />
      {tab === 'agents' ? (
        <AgentTools />
      ) : (
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
