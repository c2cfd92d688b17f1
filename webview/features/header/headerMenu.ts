import { t } from '../../app/l10n';
import type { MenuItem } from '../../components/menuContext';
import type { MissionState } from '../../../src/core/mission/state';
import type { Act } from '../../../src/protocol/viewMessages';

/** The header’s further actions. */
export function headerMenu(act: (act: Act) => void, state: MissionState, isDemo: boolean): MenuItem[] {
  const item = (label: string, what: Act, more: Partial<MenuItem> = {}): MenuItem => ({
    label,
    disabled: isDemo,
    run: () => {
      act(what);
    },
    ...more,
  });
  const isOver = state.end !== undefined;
  return [
    item(t('Open Changes'), { type: 'openMissionChanges' }),
    item(t('Review Changes'), { type: 'reviewChanges' }),
    item(t('Open Work Log'), { type: 'openWorkLog' }),
    item(t('Open TODO File'), { type: 'openTodoFile' }),
    item(t('Open Issues'), { type: 'openIssues' }),
    item(t('Export Report'), { type: 'exportReport' }),
    ...(isOver ? [item(t('Copy Proof'), { type: 'copyProof' })] : []),
    item(t('Undo Revert'), { type: 'undoRevert' }, { separated: true }),
    ...(isOver ? [item(t('Revert Mission'), { type: 'revertMission' })] : []),
    item(t('Add TODO…'), { type: 'addTodo' }, { separated: true }),
    ...(state.end?.state === 'sealed' ? [] : [item(t('Raise Limit…'), { type: 'raiseLimit' })]),
    ...(isOver ? [item(t('New Mission…'), { type: 'newMission' }, { disabled: false })] : []),
    item(t('Settings'), { type: 'openSettings', setting: 'orchestrator' }, { separated: true, disabled: false }),
    ...(isOver ? [] : [item(t('Restart OpenCode'), { type: 'restartServer' })]),
    item(t('Show Log'), { type: 'showLog' }, { disabled: false }),
  ];
}
