import * as vscode from 'vscode';
import type { TodoChanges } from '../core/todo/changes';
import { plain } from '../core/todo/text';
import { readTreeFile } from '../host/trees';
import type { LeftAlone } from '../host/undo';
import type { Missions, Part, Place } from './desk';

/** The scheme of files as they were in a tree that a mission keeps. */
export const treeScheme = 'orchestrator-tree';
const readOnly = 'Trees are only read.';

/** What stands for a tree in which a file is not there. */
const nowhere = 'none';

/** What VS Code’s own diff of many files shows of one: as it is now, and as it was in two trees, where it was there. */
export interface ShownChange {
  readonly path: string;
  readonly before: { readonly tree: string; readonly path: string } | undefined;
  readonly after: { readonly tree: string; readonly path: string } | undefined;
}

/** Opens VS Code’s own diff of many files between trees of a mission. Resolves when it is there. */
export async function openChanges(
  place: Place,
  mission: string,
  title: string,
  files: readonly ShownChange[],
): Promise<void> {
  const at = (side: ShownChange['before']): vscode.Uri | undefined =>
    side && treeUri(place, mission, side.tree, side.path);
  const resources = files.map(({ path, before, after }) => [
    vscode.Uri.joinPath(place.uri, path),
    at(before),
    at(after),
  ]);
  await vscode.commands.executeCommand('vscode.changes', plain(title, 200), resources);
}

/** What a TODO changed, for `openChanges`. */
export function shownChanges({ from, to, files }: TodoChanges): ShownChange[] {
  return files.map((file) => ({
    path: file.path,
    before: file.kind === 'added' ? undefined : { tree: from, path: file.from ?? file.path },
    after: file.kind === 'deleted' ? undefined : { tree: to, path: file.path },
  }));
}

/**
 * Opens a file that a revert left as it is in VS Code’s merge editor, the file as the result; of several the person picks one.
 * Nothing is written before they do. Where there is no merge editor, VS Code’s diff shows the file as it was and as it is.
 */
export async function openMerge(place: Place, mission: string, left: readonly LeftAlone[]): Promise<void> {
  const items = left.map((one) => ({ label: plain(one.path, 200), one }));
  const placeHolder = vscode.l10n.t('Which file do you merge?');
  const picked = items.length < 2 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked?.one.trees) return;
  const { path, trees } = picked.one;
  // Its buttons are named after the titles: “Accept Reverted”, “Remove Current”.
  await openMergeEditor(place, mission, {
    path,
    base: trees.after,
    ours: { tree: trees.now, title: vscode.l10n.t('Current'), description: vscode.l10n.t('as it is') },
    theirs: { tree: trees.before, title: vscode.l10n.t('Reverted'), description: vscode.l10n.t('as it was before') },
    output: vscode.Uri.joinPath(place.uri, path),
    otherwise: vscode.l10n.t('{0} (before, and as it is)', plain(path, 200)),
  });
}

interface MergeSide {
  readonly tree: string;
  readonly title: string;
  readonly description: string;
}

/** A file of three trees, and where what is made of it is written. */
export interface ThreeSides {
  readonly path: string;
  readonly base: string;
  readonly ours: MergeSide;
  readonly theirs: MergeSide;
  readonly output: vscode.Uri;
  /** The title of the plain diff, where there is no merge editor. */
  readonly otherwise: string;
}

/** Opens VS Code’s merge editor; where there is none, or no file to write into, its diff of the two sides. */
export async function openMergeEditor(place: Place, mission: string, merge: ThreeSides): Promise<void> {
  const { path, output } = merge;
  const side = async ({ tree, title, description }: MergeSide) => {
    return { uri: await sideUri(place, mission, tree, path), title, description };
  };
  const [input1, input2] = [await side(merge.ours), await side(merge.theirs)];
  const base = await sideUri(place, mission, merge.base, path);
  try {
    await vscode.workspace.fs.stat(output);
    await vscode.commands.executeCommand('_open.mergeEditor', { base, input1, input2, output });
  } catch {
    await vscode.commands.executeCommand('vscode.diff', input2.uri, input1.uri, merge.otherwise);
  }
}

function treeUri(place: Place, mission: string, tree: string, path: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: treeScheme,
    path: `/${path}`,
    query: new URLSearchParams({ folder: place.key, mission, tree }).toString(),
  });
}

/** A file in a tree; an empty one where it is not there. */
async function sideUri(place: Place, mission: string, tree: string, path: string): Promise<vscode.Uri> {
  const content = await readTreeFile(place.uri.fsPath, mission, tree, path);
  return treeUri(place, mission, content ? tree : nowhere, path);
}

/** Gives VS Code the files of trees to read; text, pictures and everything else alike. */
export function registerTrees(missions: Missions): Part {
  const read = async (uri: vscode.Uri): Promise<Uint8Array> => {
    const words = new URLSearchParams(uri.query);
    const place = missions.place(words.get('folder') ?? '');
    const of = [words.get('mission') ?? '', words.get('tree') ?? ''] as const;
    if (place && of[1] === nowhere) return new Uint8Array();
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
