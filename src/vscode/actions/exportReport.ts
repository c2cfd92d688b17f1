import * as vscode from 'vscode';
import { plain } from '../../core/todo/text';
import { formatOfName, makeReport, reportText } from '../../host/report';
import { workspaceAt } from '../../host/workspace';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { withLine, type Tools } from './tools';

/**
 * Writes the report of a mission where the person says: of the one that is named, else the one shown, else the newest. A
 * `target` is for scripts: nobody is asked, and a file that is there is refused. Resolves with where it is; undefined when the
 * person leaves. Throws a `DeskError`.
 */
export async function exportReport(
  { desk }: Tools,
  place: Place,
  mission: string | undefined,
  target?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const id = mission ?? place.folder.mission?.mission;
  const uri = target ?? (await askWhere(place, id));
  if (!uri) return undefined;
  const name = plain(vscode.workspace.asRelativePath(uri), 200);
  const format = formatOfName(uri.path);
  if (!format) throw new DeskError('input', vscode.l10n.t('End the name of the report in .html, .md or .json.'));
  // The dialog has asked whether a file may be replaced; a script has not.
  if (target && (await isThere(target))) {
    throw new DeskError('input', vscode.l10n.t('{0} is there already: name another file.', name));
  }
  const report = await withLine(vscode.l10n.t('Making the report'), async () => {
    const workspace = await workspaceAt(place.uri.fsPath);
    const now = desk.clock.now();
    const unreadable = (sentence: string) => desk.log.warn(sentence);
    return await makeReport(workspace, { mission: id, now, release: releaseOf(desk.context), unreadable });
  });
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(reportText(report, format)));
  if (!target) offerToOpen(uri, name, format === 'html');
  return uri;
}

async function askWhere(place: Place, mission: string | undefined): Promise<vscode.Uri | undefined> {
  const name = mission === undefined ? 'report.html' : `report-${mission}.html`;
  return await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Report'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(place.uri, name),
    filters: { HTML: ['html'], Markdown: ['md'], JSON: ['json'] },
  });
}

/** Says where it is, without waiting for an answer. */
function offerToOpen(uri: vscode.Uri, name: string, isPage: boolean): void {
  const open = vscode.l10n.t('Open');
  const said = vscode.window.showInformationMessage(vscode.l10n.t('The report is in {0}.', name), open);
  void said.then(async (pressed) => {
    if (pressed !== open) return;
    if (isPage) await vscode.env.openExternal(uri);
    else await vscode.window.showTextDocument(uri, { preview: true });
  });
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false; // what cannot be looked at cannot be overwritten either: the write says why
  }
}

function releaseOf(context: vscode.ExtensionContext): string {
  const manifest = context.extension.packageJSON as { version?: string };
  return manifest.version ?? '';
}
