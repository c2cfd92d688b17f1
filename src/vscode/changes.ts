import * as vscode from 'vscode';
import type { FileChange } from '../core/todo/changes';
import { plain } from '../core/todo/text';
import { readTreeFile } from '../host/trees';
import type { Missions, Part, Place } from './desk';

/** The scheme of files as they were in a tree that a mission keeps. */
export const treeScheme = 'orchestrator-tree';
const readOnly = 'Trees are only read.';

/** Opens VS Code’s own diff of many files between two trees of a mission. Resolves when it is there. */
export async function openChanges(
  place: Place,
  mission: string,
  title: string,
  { from, to, files }: { readonly from: string; readonly to: string; readonly files: readonly FileChange[] },
): Promise<void> {
  const at = (tree: string, path: string): vscode.Uri =>
    vscode.Uri.from({
      scheme: treeScheme,
      path: `/${path}`,
      query: new URLSearchParams({ folder: place.key, mission, tree }).toString(),
    });
  const resources = files.map((file) => [
    vscode.Uri.joinPath(place.uri, file.path),
    file.kind === 'added' ? undefined : at(from, file.from ?? file.path),
    file.kind === 'deleted' ? undefined : at(to, file.path),
  ]);
  await vscode.commands.executeCommand('vscode.changes', plain(title, 200), resources);
}

/** Gives VS Code the files of trees to read; text, pictures and everything else alike. */
export function registerTrees(missions: Missions): Part {
  const read = async (uri: vscode.Uri): Promise<Uint8Array> => {
    const words = new URLSearchParams(uri.query);
    const place = missions.place(words.get('folder') ?? '');
    const of = [words.get('mission') ?? '', words.get('tree') ?? ''] as const;
    const content = place && (await readTreeFile(place.uri.fsPath, ...of, uri.path.slice(1)));
    if (!content) throw vscode.FileSystemError.FileNotFound(uri);
    return content;
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions(readOnly);
  };
  const never = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: never.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: (await read(uri)).length }),
    readFile: read,
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  const options = { isReadonly: new vscode.MarkdownString(readOnly), isCaseSensitive: true };
  return vscode.Disposable.from(never, vscode.workspace.registerFileSystemProvider(treeScheme, provider, options));
}
