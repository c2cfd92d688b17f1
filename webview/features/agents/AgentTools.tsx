import { t } from '../../app/l10n';
import { useMission } from '../../app/context';
import { IconButton } from '../../components/IconButton';
import { useMenu } from '../../components/menuContext';
import { Toolbar } from '../../components/Toolbar';
import { activeWords } from '../../../src/core/view/status';
import { agentFilters } from './agentFilter';
import { useAgentView } from './useAgentView';

/** How many are active, and the table’s tools: filter, collapse all. */
export function AgentTools() {
  const state = useMission();
  const openMenu = useMenu();
  const { filter, setFilter, collapseAll } = useAgentView();
  const filters = (element: Element): void => {
    const items = agentFilters().map((one) => ({
      label: one.label,
      checked: one.filter === filter,
      run: () => {
        setFilter(one.filter);
      },
    }));
    openMenu(t('Filter Agents'), items, element);
  };
  return (
    <>
      <span className="pane-note">{state === undefined ? '' : activeWords(state)}</span>
      <Toolbar label={t('Agents')} className="pane-tools">
        <IconButton
          codicon={filter === 'all' ? 'filter' : 'filter-filled'}
          label={t('Filter Agents')}
          hasMenu
          onPress={(event) => {
            filters(event.currentTarget);
          }}
        />
        <IconButton codicon="collapse-all" label={t('Collapse All')} onPress={collapseAll} />
      </Toolbar>
    </>
  );
}
