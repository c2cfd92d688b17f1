import { useRef } from 'react';
import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { Button } from '../../components/Button';
import { IconButton } from '../../components/IconButton';
import { useMenu } from '../../components/menuContext';
import { Toolbar } from '../../components/Toolbar';
import { phase, type Phase } from '../../../src/core/mission/select';
import type { Moment } from '../../../src/core/view/moment';
import type { Act } from '../../../src/protocol/viewMessages';
import { headerMenu } from './headerMenu';

interface HeaderAction {
  readonly act: Act;
  readonly label: string;
  readonly codicon: string;
  readonly colour?: 'debugStop' | 'debugPause';
  readonly isPrimary?: boolean;
  readonly disabled?: boolean;
  /** Of its label only the icon is left where there is no room. */
  readonly isShy?: boolean;
}

/** After how long without a new confirmation the whole server may be restarted. */
const patienceMs = 10_000;

/** What can be done to the mission as it stands. */
export function HeaderActions({ moment }: { readonly moment: Moment }) {
  const app = useApp();
  const openMenu = useMenu();
  const isDemo = usePart((view) => view.setup?.demo === true);
  const waitsLong = useWaitsLong(moment);
  const { state } = moment;
  // While the strip shows, the one primary button is the strip’s.
  const isStripShown = state.asks.size > 0;
  return (
    <Toolbar label={t('Mission')} className="header-actions">
      {actionsOf(phase(state), waitsLong).map((action) => (
        <Button
          key={action.label}
          codicon={action.codicon}
          iconColour={action.colour}
          primary={action.isPrimary === true && !isStripShown}
          disabled={action.disabled === true || isDemo}
          isShy={action.isShy === true}
          title={action.isShy === true ? action.label : undefined}
          onPress={() => {
            app.act(action.act);
          }}
        >
          {action.label}
        </Button>
      ))}
      <IconButton
        codicon="ellipsis"
        label={t('More Actions')}
        hasMenu
        onPress={(event) => {
          openMenu(t('More Actions'), headerMenu(app.act, state, isDemo), event.currentTarget);
        }}
      />
    </Toolbar>
  );
}

function actionsOf(now: Phase, waitsLong: boolean): readonly HeaderAction[] {
  const stop: HeaderAction = { act: { type: 'stop' }, label: t('Stop'), codicon: 'debug-stop', colour: 'debugStop' };
  const resume: HeaderAction = {
    act: { type: 'resume' },
    label: t('Resume'),
    codicon: 'play',
    isPrimary: true,
  };
  const review: HeaderAction = { act: { type: 'reviewChanges' }, label: t('Review Changes'), codicon: 'diff-multiple' };
  const pause: HeaderAction = {
    ...{ act: { type: 'pause' }, label: t('Pause'), codicon: 'debug-pause' },
    ...{ colour: 'debugPause', isShy: true },
  };
  switch (now) {
    case 'planning':
    case 'running':
    case 'waiting':
      return [pause, stop];
    case 'paused':
      return [resume, stop];
    case 'stopping': {
      const stopping = { ...stop, label: t('Stopping…'), disabled: true };
      const restart = restartAction();
      return waitsLong ? [stopping, restart] : [stopping];
    }
    case 'stopped':
    case 'failed':
      return [resume, review];
    case 'exhausted':
      return [{ act: { type: 'raiseLimit' }, label: t('Raise Limit…'), codicon: 'dashboard', isPrimary: true }, review];
    case 'sealed':
      return [
        { ...review, isPrimary: true },
        { act: { type: 'openWorkLog' }, label: t('Open Report'), codicon: 'file-text' },
      ];
  }
}

function restartAction(): HeaderAction {
  return { act: { type: 'restartServer' }, label: t('Restart OpenCode'), codicon: 'debug-restart' };
}

/** Whether a stop has got no new confirmation for a while. */
function useWaitsLong({ state, now }: Moment): boolean {
  const last = useRef<{ left: number; at: number } | undefined>(undefined);
  if (!state.stop || state.end) {
    last.current = undefined;
    return false;
  }
  if (last.current?.left !== state.turns.size) last.current = { left: state.turns.size, at: now };
  return now - last.current.at > patienceMs;
}
