import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { changesOfMission } from '../../core/mission/undo';
import { proofTable } from '../../core/view/proof';
import { agentName, firstLine, missionWord } from '../../core/view/words';
import { lineWords } from '../../core/todo/changes';
import { isCommandId } from '../../core/commands/model';
import { plain } from '../../core/todo/text';
import { commandFile } from '../../persistence/commandFiles';
import { commandDir } from '../../persistence/workspaceFiles';
import { openChanges, shownChanges } from '../changes';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { todoFor } from './todos';
import { missionOf, whisper, type Tools } from './tools';

/** One of the files that the mission renders for people. */
export async function openRendered(place: Place, name: 'todo.md' | 'work-log.md' | 'sync-issues.md'): Promise<void> {
  const uri = vscode.Uri.joinPath(place.uri, '.opencode', name);
  if (!(await exists(uri)))
    throw new DeskError('input', vscode.l10n.t('There is no {0} in {1} yet.', name, place.name));
  await vscode.window.showTextDocument(uri, { preview: true });
}

/** Opens the file that a background command writes to. Throws a `DeskError` while there is none. */
export async function openOutput(place: Place, command: string): Promise<void> {
  const { mission } = missionOf(place);
  const dir = isCommandId(command) ? commandDir(place.uri.fsPath, mission, command) : undefined;
  const uri = dir === undefined ? undefined : vscode.Uri.file(commandFile(dir, 'output'));
  if (!uri || !(await exists(uri)))
    throw new DeskError('input', vscode.l10n.t('The command {0} has no output yet.', plain(command, 40)));
  await vscode.window.showTextDocument(uri, { preview: true });
}

/** Opens a file that an agent named. Throws a `DeskError` for one outside the folder, also through a link. */
export async function openFile(place: Place, named: string, line?: number): Promise<void> {
  const uri = await insideUri(place, named);
  const at = line === undefined ? undefined : new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, { preview: true, ...(at ? { selection: new vscode.Range(at, at) } : {}) });
}

async function insideUri(place: Place, named: string): Promise<vscode.Uri> {
  const shown = plain(named, 200);
  const root = await realpath(place.uri.fsPath);
  const real = await realpath(path.resolve(root, named)).catch(() => undefined);
  if (real === undefined) throw new DeskError('input', vscode.l10n.t('There is no file {0}.', shown));
  if (real !== root && !real.startsWith(root + path.sep)) {
    throw new DeskError('input', vscode.l10n.t('The path {0} is outside the folder, so it is not opened.', shown));
  }
  return vscode.Uri.file(real);
}

/**
 * Opens what a TODO changed, from before its first worker to after its last. Where that is not known the file that it names: as
 * changes where git knows them, else as it is; with several the person picks.
 */
export async function openTodoFiles(place: Place, id: string | undefined): Promise<void> {
  const todo = await todoFor(place, id);
  if (!todo) return;
  if (todo.changes && todo.changes.files.length > 0) {
    const title = `${plain(todo.id, 64)}: ${plain(todo.title, 40)} ${lineWords(todo.changes.files)}`;
    await openChanges(place, missionOf(place).mission, title, shownChanges(todo.changes));
    return;
  }
  const files = todo.files.length > 0 ? todo.files : (todo.reported ?? []);
  if (files.length === 0) throw new DeskError('input', vscode.l10n.t('{0} names no file.', plain(todo.id, 64)));
  const picked =
    files.length === 1
      ? files[0]
      : await vscode.window.showQuickPick([...files], { placeHolder: vscode.l10n.t('Which file?') });
  if (picked === undefined) return;
  const uri = await insideUri(place, picked);
  if (await isChanged(uri)) await vscode.commands.executeCommand('git.openChange', uri);
  else await vscode.window.showTextDocument(uri, { preview: true });
}

/** Opens what all TODOs of the mission changed, each file from before the first of them to after the last. */
export async function openMissionChanges(place: Place): Promise<void> {
  const { mission, text } = missionOf(place);
  const files = changesOfMission(place.folder.records).map(({ path, from, to, wasThere, isThere }) => ({
    path,
    before: wasThere ? { tree: from, path } : undefined,
    after: isThere ? { tree: to, path } : undefined,
  }));
  if (files.length === 0) throw new DeskError('input', vscode.l10n.t('Nothing is known that the mission changed.'));
  await openChanges(place, mission, plain(firstLine(text), 80), files);
}

/** Whether git’s own command can show changes of a file. */
async function isChanged(uri: vscode.Uri): Promise<boolean> {
  const git = vscode.extensions.getExtension<GitExports>('vscode.git');
  if (git?.isActive !== true) return false;
  const repository = git.exports.getAPI(1).getRepository(uri);
  const changes = repository === null ? [] : [...repository.state.workingTreeChanges, ...repository.state.indexChanges];
  return changes.some((change) => change.uri.fsPath === uri.fsPath);
}

/** What is used of the exports of VS Code’s git extension. */
interface GitExports {
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): {
      readonly state: {
        readonly workingTreeChanges: readonly { readonly uri: vscode.Uri }[];
        readonly indexChanges: readonly { readonly uri: vscode.Uri }[];
      };
    } | null;
  };
}

/** VS Code’s own view of what changed. */
export async function reviewChanges(): Promise<void> {
  await vscode.commands.executeCommand('workbench.view.scm');
}

/** Opens the transcript of a session; without one the person picks an agent. */
export async function openTranscript({ desk }: Tools, place: Place, session: string | undefined): Promise<void> {
  const state = missionOf(place);
  if (session !== undefined) {
    await desk.surfaces.transcripts.open(place.key, session);
    return;
  }
  const atWork = new Set([...state.turns.values()].map((turn) => turn.session));
  const items = [...state.sessions]
    .reverse()
    .sort(([a], [b]) => Number(atWork.has(b)) - Number(atWork.has(a)))
    .map(([id, record]) => ({
      label: agentLabel(agentName(record), record.attempt),
      description: atWork.has(id) ? vscode.l10n.t('at work') : '',
      detail: record.todo === undefined ? '' : plain(state.todos.get(record.todo)?.title ?? '', 200),
      id,
    }));
  if (items.length === 0) throw new DeskError('input', vscode.l10n.t('No agent yet. The Commander starts first.'));
  const placeHolder = vscode.l10n.t('Whose transcript?');
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  if (picked) await desk.surfaces.transcripts.open(place.key, picked.id);
}

function agentLabel(name: string, attempt: number): string {
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return attempt > 1 ? vscode.l10n.t('{0}, attempt {1}', capital, attempt) : capital;
}

/** The settings page with one of ours, or all of them. */
export async function openSettings(setting: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `orchestrator.${setting}`);
}

/** Puts the table of proofs on the clipboard, a line each. */
export async function copyProof(place: Place): Promise<void> {
  const state = missionOf(place);
  const { todos, review, total } = proofTable(state);
  const lines = [...todos, review, total].map((row) =>
    [row.name, row.title, row.state?.word ?? '', row.result, row.proof].filter((part) => part !== '').join(' · '),
  );
  const title = `${plain(state.text, 200)} (${missionWord(state).word})`;
  await vscode.env.clipboard.writeText([title, '', ...lines, ''].join('\n'));
  whisper(vscode.l10n.t('The proof is on the clipboard.'));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
