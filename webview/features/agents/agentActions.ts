import { t } from '../../app/l10n';
import type { MenuItem } from '../../components/menuContext';
import type { AgentRow } from '../../../src/core/view/agentRow';
import type { Act } from '../../../src/protocol/viewMessages';

/** Something that can be done to an agent. */
export interface AgentAction {
  readonly label: string;
  readonly codicon: string;
  readonly act: Act;
}

/** At most three, for the row itself. */
export function rowActions(row: AgentRow): readonly AgentAction[] {
  const { todo, session, turn, state } = row;
  const open: AgentAction[] =
    session === undefined
      ? []
      : [{ label: t('Open Transcript'), codicon: 'output', act: { type: 'openTranscript', session } }];
  if (todo === undefined) return open;
  if (state.name === 'stalled') return [...open, retry(todo), giveUp(todo)];
  const changes: AgentAction = {
    ...{ label: t('Open Changes'), codicon: 'diff-multiple' },
    act: { type: 'openTodoFiles', todo },
  };
  return [...open, changes, ...(turn === undefined || state.name === 'stopping' ? [] : [hold(todo)])];
}

/** All of them, for the row’s menu; `details` opens the row’s own. */
export function agentMenu(row: AgentRow, act: (act: Act) => void, details: () => void): MenuItem[] {
  const { todo, turn } = row;
  const all = [...rowActions(row)];
  const add = (action: AgentAction): void => {
    if (!all.some(({ label }) => label === action.label)) all.push(action);
  };
  if (todo !== undefined) {
    if (turn !== undefined) add(hold(todo));
    add(retry(todo));
    add({ label: t('Edit TODO…'), codicon: 'edit', act: { type: 'editTodo', todo } });
    add(giveUp(todo));
  }
  return [
    { label: t('Show Details'), run: details },
    ...all.map((action) => ({
      label: action.label,
      run: () => {
        act(action.act);
      },
    })),
  ];
}

function hold(todo: string): AgentAction {
  return { label: t('Stop Agent'), codicon: 'debug-stop', act: { type: 'edit', edit: { type: 'hold', todo } } };
}

function retry(todo: string): AgentAction {
  return { label: t('Restart'), codicon: 'debug-restart', act: { type: 'edit', edit: { type: 'retry', todo } } };
}

function giveUp(todo: string): AgentAction {
  return { label: t('Give Up'), codicon: 'close', act: { type: 'edit', edit: { type: 'cancel', todo } } };
}
