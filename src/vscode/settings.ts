import * as vscode from 'vscode';
import { applySettings, defaultSettings } from '../core/mission/settings';
import type { Part, SettingsReader } from './desk';
import { pairsOf, usableSettings } from './settingPairs';

const section = 'orchestrator';

/** Reads the settings of VS Code; whoever made it disposes it. */
export function settingsReader(): SettingsReader & Part {
  const changes = new vscode.EventEmitter<void>();
  const watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(section)) changes.fire();
  });
  const of = (uri: vscode.Uri | undefined) => {
    const configuration = vscode.workspace.getConfiguration(section, uri ?? null);
    return (key: string): unknown => configuration.get<unknown>(key);
  };
  return {
    pairs: (uri) => pairsOf(of(uri)),
    read: (uri) => applySettings(defaultSettings, pairsOf(of(uri))),
    best: (uri) => usableSettings(of(uri)),
    onDidChange: changes.event,
    dispose() {
      watch.dispose();
      changes.dispose();
    },
  };
}
