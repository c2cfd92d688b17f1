import * as vscode from 'vscode';
import { iconOf } from '../core/view/icons';
import { statusItem } from '../core/view/status';
import { missionWord, sentence } from '../core/view/words';
import type { Desk, Part, Place } from './desk';
import { isLive } from './missions';
import { paced } from './pace';
import { steadyCommand } from './steadyCommand';

const everyMs = 500;
/** Stop stands first: the figures after it change their width, and a button must not move away under the pointer. */
const stopPriority = 91;
const priority = 90;

/** The mission in the status bar: how it stands, and Stop while it runs. Both are gone without a mission. */
export function statusBar(desk: Desk): Part {
  const item = vscode.window.createStatusBarItem('orchestrator.status', vscode.StatusBarAlignment.Left, priority);
  item.name = vscode.l10n.t('Orchestrator Mission');
  const stop = vscode.window.createStatusBarItem('orchestrator.stop', vscode.StatusBarAlignment.Left, stopPriority);
  stop.name = vscode.l10n.t('Stop Orchestrator Mission');
  const openCommand = steadyCommand('orchestrator.openDashboard', vscode.l10n.t('Open Dashboard'));
  const stopCommand = steadyCommand('orchestrator.stopMission', vscode.l10n.t('Stop Mission'));
  /** Missions that were seen alive in this window: how they ended is shown. */
  const seen = new Set<string>();

  const draw = (): void => {
    const place = shown(desk, seen);
    const moment = place?.moment();
    if (place?.folder.mode === 'starting') {
      item.text = `$(rocket) ${vscode.l10n.t('Starting…')}`;
      item.tooltip = vscode.l10n.t('OpenCode is being reached; then the Commander starts.');
      item.accessibilityInformation = { label: vscode.l10n.t('A mission is being started'), role: 'button' };
      item.backgroundColor = undefined;
      item.show();
      stop.hide();
      return;
    }
    if (!place || !moment) {
      item.hide();
      stop.hide();
      return;
    }
    if (isLive(place)) seen.add(moment.state.mission);
    const status = statusItem(moment);
    item.text = `$(${isCalm(status.icon) ? 'rocket' : iconOf(status.icon).codicon}) ${status.text}`;
    item.tooltip = tooltip(status.tooltip);
    item.accessibilityInformation = { label: status.spoken, role: 'button' };
    item.backgroundColor =
      status.needsYou && !moment.state.end ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.command = openCommand(place.key);
    item.show();
    drawStop(stop, place, stopCommand);
  };
  const soon = paced(desk.clock, everyMs, draw);
  const ask = (): void => soon.ask();
  const watches = [
    desk.missions.onDidChange(ask),
    desk.missions.onDidChangePlaces(ask),
    desk.missions.onDidRecord(ask),
    desk.missions.onDidHear(ask),
  ];
  draw();
  return {
    dispose() {
      soon.dispose();
      for (const each of [...watches, item, stop]) each.dispose();
    },
  };
}

function drawStop(stop: vscode.StatusBarItem, place: Place, stopCommand: (place: string) => vscode.Command): void {
  const state = place.folder.mission;
  if (!state || !isLive(place)) {
    stop.hide();
    return;
  }
  const isStopping = state.stop !== undefined;
  const words = isStopping ? sentence(missionWord(state).word).replace(/\.$/, '') : vscode.l10n.t('Stop');
  stop.text = `$(debug-stop) ${words}`;
  stop.tooltip = isStopping
    ? vscode.l10n.t('Waiting until every agent has confirmed that it stopped')
    : vscode.l10n.t('Stop the mission and all its agents');
  stop.accessibilityInformation = { label: isStopping ? words : vscode.l10n.t('Stop Mission'), role: 'button' };
  stop.command = isStopping ? undefined : stopCommand(place.key);
  stop.show();
}

/** The mission that is shown: one that needs a person, else one that runs, else one that can go on or just ended. */
function shown({ missions }: Desk, seen: ReadonlySet<string>): Place | undefined {
  const rank = (place: Place): number => {
    const state = place.folder.mission;
    if (place.folder.mode === 'starting') return 3;
    if (!state) return 0;
    if (isLive(place)) return state.asks.size > 0 ? 4 : 3;
    if (seen.has(state.mission)) return 2;
    return state.end?.state === 'sealed' ? 0 : 1;
  };
  const [first] = [...missions.places].sort((a, b) => rank(b) - rank(a));
  return first && rank(first) > 0 ? first : undefined;
}

function isCalm(icon: string): boolean {
  return icon === 'missionRunning' || icon === 'planning';
}

/** Plain text in paragraphs: nothing in it is markup. */
function tooltip(lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const line of lines) {
    if (line === '') continue;
    text.appendText(line);
    text.appendMarkdown('\n\n');
  }
  return text;
}
