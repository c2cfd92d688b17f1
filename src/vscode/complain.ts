import * as vscode from 'vscode';
import { answerNext } from './actions/answers';
import { offer } from './actions/openCode';
import { openSettings } from './actions/open';
import type { Tools } from './actions/tools';
import { act } from './actions/act';
import { DeskError, told, type ErrorKind } from './errors';

type Remedy = readonly [label: string, press: () => unknown];

/** Says an error in a notification with what helps against it; a defect of ours goes to the log with its stack. */
export function complain(tools: Tools, error: unknown, again?: () => void): void {
  if (error instanceof vscode.CancellationError) return;
  const { kind, sentence } = told(error);
  const { log } = tools.desk;
  if (kind === 'defect') log.error(sentence, error);
  else log.warn(sentence);
  const said =
    kind === 'missing'
      ? offer(tools, sentence, undefined, again)
      : say(kind, sentence, remedies(tools, kind, error, again));
  said.catch((failure: unknown) => log.error('An offer could not be carried out.', failure));
}

async function say(kind: ErrorKind, sentence: string, offered: readonly Remedy[]): Promise<void> {
  const labels = offered.map(([label]) => label);
  const show = isGrave(kind) ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const pressed = await show(sentence, ...labels);
  await offered.find(([label]) => label === pressed)?.[1]();
}

function isGrave(kind: ErrorKind): boolean {
  return kind === 'defect' || kind === 'start' || kind === 'bridge' || kind === 'protocol' || kind === 'unreachable';
}

function remedies(tools: Tools, kind: ErrorKind, error: unknown, again: (() => void) | undefined): Remedy[] {
  const doing = (wish: Parameters<typeof act>[2]) => async () => {
    try {
      await act(tools, undefined, wish);
    } catch (failure) {
      complain(tools, failure);
    }
  };
  const showLog: Remedy = [vscode.l10n.t('Show Log'), () => tools.desk.log.show()];
  const tryAgain: Remedy[] = again ? [[vscode.l10n.t('Try Again'), again]] : [];
  switch (kind) {
    case 'untrusted':
      return [[vscode.l10n.t('Manage Trust'), doing({ type: 'manageTrust' })]];
    case 'folder':
      return [[vscode.l10n.t('Open Folder'), doing({ type: 'openFolder' })]];
    case 'runs':
    case 'held':
      return [
        [vscode.l10n.t('Open Dashboard'), () => tools.desk.surfaces.dashboard.open({ focus: true })],
        [vscode.l10n.t('Stop It…'), doing({ type: 'stop' })],
      ];
    case 'settings': {
      const setting = error instanceof DeskError ? error.setting : undefined;
      return [[vscode.l10n.t('Open Settings'), () => openSettings(setting ?? '')], ...tryAgain];
    }
    case 'auth':
      return [[vscode.l10n.t('Set Password…'), doing({ type: 'useServer' })], ...tryAgain, showLog];
    case 'unreachable':
    case 'start':
    case 'bridge':
    case 'protocol':
      return [...tryAgain, showLog];
    case 'refused':
      return [[vscode.l10n.t('Use a Server…'), doing({ type: 'useServer' })], showLog];
    case 'silent':
      return [
        [vscode.l10n.t('Restart OpenCode'), doing({ type: 'restartServer' })],
        [vscode.l10n.t('Keep Waiting'), () => undefined],
        showLog,
      ];
    case 'unanswered':
      return [[vscode.l10n.t('Answer Again'), () => answerNext(tools, undefined)]];
    case 'defect':
      return [showLog];
    case 'missing':
    case 'input':
    case 'known':
      return [];
  }
}
