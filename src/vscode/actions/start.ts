import * as vscode from 'vscode';
import type { LimitWords } from '../settingPairs';
import { limitsLine } from '../settingPairs';
import { cost, tokens } from '../../core/todo/text';
import { OpenCodeError } from '../../opencode/errors';
import { askLine } from '../askLine';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { isLive, requireFolder } from '../missions';
import { about } from './aboutSelection';
import { placeFor, settingsFor, withLine, type Tools } from './tools';

/** Starts a mission and shows its dashboard without taking the focus; returns its id. The text is kept until it is a mission. */
export async function start(tools: Tools, key: string, text: string): Promise<string> {
  const { desk, kept, password } = tools;
  const place = await placeFor(tools, key);
  if (!place) throw new DeskError('folder', vscode.l10n.t('Open a folder first.'));
  if (text.trim() === '') throw new DeskError('input', blank());
  kept.keep(key, text);
  refuseSecond(place);
  settingsFor(tools, place);
  await password.ready;
  const id = await withLine(vscode.l10n.t('Starting the mission…'), () => begin(place, text));
  kept.forget(key);
  desk.log.info(`Mission ${id} began in ${place.name}.`);
  showDashboard(tools, key);
  return id;
}

async function begin(place: Place, text: string): Promise<string> {
  try {
    return await place.folder.start(text);
  } catch (error) {
    if (!(error instanceof OpenCodeError) || error.kind !== 'missing') throw error;
    // The views say it, too; and in the editor’s words.
    const found = await place.look();
    throw found.ok ? error : new OpenCodeError('missing', found.sentence, { cause: error });
  }
}

function showDashboard({ desk }: Tools, key: string): void {
  desk.surfaces.dashboard.open({ key }).catch((error: unknown) => desk.complain(error));
}

/** Asks for what is missing of a mission, then starts it; undefined when the person leaves. */
export async function startMission(tools: Tools, text: unknown, folder: unknown): Promise<string | undefined> {
  requireFolder();
  const place = await placeFor(tools, keyOf(folder));
  if (!place) return undefined;
  refuseSecond(place);
  if (typeof text === 'string' && text.trim() !== '') return await tryStart(tools, place.key, text);
  const asked = await askMission(tools, place);
  return asked === undefined ? undefined : await tryStart(tools, place.key, asked);
}

/** Starts, and offers it again with the same text where it failed. */
export async function tryStart(tools: Tools, key: string, text: string): Promise<string | undefined> {
  try {
    return await start(tools, key, text);
  } catch (error) {
    tools.desk.complain(error, () => void tryStart(tools, key, text));
    return undefined;
  }
}

function refuseSecond(place: Place): void {
  if (isLive(place)) throw new DeskError('runs', vscode.l10n.t('A mission runs in this folder already.'));
}

function blank(): string {
  return vscode.l10n.t('The mission is empty: say in a sentence or more what is to be done.');
}

async function askMission(tools: Tools, place: Place): Promise<string | undefined> {
  const { desk, kept } = tools;
  const openField = (text: string): void => {
    kept.keep(place.key, text);
    const show = { what: 'mission', text } as const;
    desk.surfaces.dashboard.open({ key: place.key, focus: true, show }).catch((error: unknown) => desk.complain(error));
  };
  const line = await askLine({
    title: vscode.l10n.t('Start Mission'),
    prompt: vscode.l10n.t('In {0} · {1}', place.name, limitsLine(desk.settings.best(place.uri), words())),
    placeholder: vscode.l10n.t('Say what should be true at the end'),
    value: kept.get(place.key),
    refuse: (text) => (text.trim() === '' ? blank() : undefined),
    buttons: [
      { icon: 'edit', tooltip: vscode.l10n.t('Write in the Large Field'), press: openField },
      {
        icon: 'settings-gear',
        tooltip: vscode.l10n.t('Change Settings'),
        press: (text) => {
          kept.keep(place.key, text);
          void vscode.commands.executeCommand('workbench.action.openSettings', 'orchestrator.');
        },
      },
    ],
  });
  if (line.ok) return line.text;
  kept.keep(place.key, line.left);
  return undefined;
}

function words(): LimitWords {
  return {
    defaultModel: vscode.l10n.t('OpenCode’s default model'),
    models: (count) => vscode.l10n.t('{0} models', count),
    sessions: (most) => vscode.l10n.t('at most {0} sessions', most),
    usd: (budget) => vscode.l10n.t('budget {0}', cost(budget)),
    tokens: (budget) => vscode.l10n.t('budget {0} tokens', tokens(budget)),
    minutes: (budget) => vscode.l10n.t('budget {0} min', budget),
    noBudget: vscode.l10n.t('no budget'),
  };
}

/** A folder as a command was given it: its address, its path, or a folder of VS Code’s. */
export function keyOf(folder: unknown): string | undefined {
  if (folder instanceof vscode.Uri)
    return vscode.workspace.getWorkspaceFolder(folder)?.uri.toString() ?? folder.toString();
  if (typeof folder === 'string' && folder !== '') {
    return /^[a-z][a-z0-9+.-]+:/i.test(folder) ? folder : vscode.Uri.file(folder).toString();
  }
  const uri = typeof folder === 'object' && folder !== null && 'uri' in folder ? folder.uri : undefined;
  return uri instanceof vscode.Uri ? uri.toString() : undefined;
}

/** Brings the selection into the large field, for the person to say what is to be done about it. */
export async function startAboutSelection(tools: Tools): Promise<void> {
  requireFolder();
  const editor = vscode.window.activeTextEditor;
  const folder = editor && vscode.workspace.getWorkspaceFolder(editor.document.uri);
  const place = tools.desk.missions.place(folder?.uri.toString());
  if (!editor || !place)
    throw new DeskError('input', vscode.l10n.t('Select something in a file of this workspace first.'));
  refuseSecond(place);
  const { document, selection } = editor;
  const path = vscode.workspace.asRelativePath(document.uri, false);
  const text = about({
    path,
    first: selection.start.line + 1,
    last:
      selection.end.character === 0 && selection.end.line > selection.start.line
        ? selection.end.line
        : selection.end.line + 1,
    language: document.languageId,
    text: document.getText(selection),
  });
  const before = tools.kept.get(place.key);
  const whole = before.includes(text.trim())
    ? before
    : [before.trimEnd(), text].filter((part) => part !== '').join('\n\n');
  tools.kept.keep(place.key, whole);
  await tools.desk.surfaces.dashboard.open({ key: place.key, focus: true, show: { what: 'mission', text: whole } });
}
