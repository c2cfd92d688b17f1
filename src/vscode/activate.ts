import * as vscode from 'vscode';
import type { MissionStatus } from '../core/mission/select';
import { commandTable } from './commandTable';
import type { Workbench } from './workbench';

/** What other extensions may use. */
export interface OrchestratorApi {
  /** The missions of all workspace folders, as `status --json` has them; none before they were looked for. */
  missions(): MissionStatus[];
  /** A mission changed, a moment ago at most. */
  readonly onDidChange: vscode.Event<MissionStatus>;
}

let workbench: Promise<Workbench> | undefined;

/**
 * Starts the extension: names its commands and returns. Everything else is loaded a moment later, so that a window with this
 * extension is up as fast as one without.
 */
export function activate(context: vscode.ExtensionContext): OrchestratorApi {
  const changes = new vscode.EventEmitter<MissionStatus>();
  let missions = (): MissionStatus[] => [];
  const load = (): Promise<Workbench> =>
    (workbench ??= import('./workbench').then((module) => {
      const opened = module.openWorkbench(context, table, (status) => changes.fire(status));
      missions = () => opened.missions();
      return opened;
    }));
  const failed = (error: unknown): void => {
    void vscode.window.showErrorMessage(vscode.l10n.t('OpenCode Orchestrator could not start: {0}', said(error)));
  };
  const table = commandTable(commandsOf(context), load, (error) => {
    load().then((opened) => opened.complain(error), failed);
  });
  // The timer lets activation end first.
  const timer = setTimeout(() => void load().catch(failed), 0);
  context.subscriptions.push(changes, table, { dispose: () => clearTimeout(timer) });
  return { missions: () => missions(), onDidChange: changes.event };
}

/** Lets go of everything, in order; agents at work go on in their server. */
export async function deactivate(): Promise<void> {
  const opened = await workbench?.catch(() => undefined);
  workbench = undefined;
  await opened?.close();
}

function commandsOf(context: vscode.ExtensionContext): string[] {
  const manifest = context.extension.packageJSON as { contributes?: { commands?: { command: string }[] } };
  return (manifest.contributes?.commands ?? []).map(({ command }) => command);
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
