import * as vscode from 'vscode';
import { ownedBlocks, ownerWords } from '../../core/view/lineOwner';
import type { Desk, Part } from '../desk';
import { DeskError, told } from '../errors';
import { paced } from '../pace';
import type { Owned } from './ownedLines';

/** After a keystroke, and while agents write, at most so often. */
const everyMs = 400;
const shownTitle = 60;

/**
 * *Show Who Wrote Each Line*, until it is asked for once more: a line at the side of what TODOs wrote, and at the first line of each
 * block the TODO, in all editors that are visible.
 */
export function showMarks(desk: Desk, ownersOf: (document: vscode.TextDocument) => Promise<Owned | undefined>): Part {
  let shown: Shown | undefined;
  const toggle = desk.command('orchestrator.showLineOwners', async () => {
    if (shown) {
      shown.dispose();
      shown = undefined;
      return;
    }
    const active = vscode.window.activeTextEditor;
    if (!active) throw new DeskError('input', vscode.l10n.t('Open a file first.'));
    const owned = await ownersOf(active.document);
    if (!owned) throw new DeskError('input', vscode.l10n.t('No TODO of a mission in this folder wrote this file.'));
    shown = begin(desk, ownersOf);
  });
  return {
    dispose() {
      toggle.dispose();
      shown?.dispose();
    },
  };
}

type Shown = Part;

function begin(desk: Desk, ownersOf: (document: vscode.TextDocument) => Promise<Owned | undefined>): Shown {
  const side = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: 'solid',
    borderWidth: '0 0 0 1px',
    borderColor: new vscode.ThemeColor('editorGutter.modifiedBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorGutter.modifiedBackground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  const name = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em', fontStyle: 'italic' },
  });
  let over = false;
  const draw = async (editor: vscode.TextEditor): Promise<void> => {
    const { document } = editor;
    const { version } = document;
    try {
      const owned = await ownersOf(document);
      if (over || document.version !== version) return; // the next drawing is on its way
      const blocks = owned ? ownedBlocks(owned.lines).filter(({ first }) => first < document.lineCount) : [];
      editor.setDecorations(
        side,
        blocks.map(({ first, last }) => new vscode.Range(first, 0, Math.min(last, document.lineCount - 1), 0)),
      );
      editor.setDecorations(
        name,
        blocks.map(({ owner, first }) => ({
          range: document.lineAt(first).range,
          renderOptions: { after: { contentText: owned ? label(owned, owner) : '' } },
        })),
      );
    } catch (error) {
      const { kind, sentence } = told(error);
      if (kind === 'defect') desk.log.error(sentence, error);
      if (over) return;
      editor.setDecorations(side, []);
      editor.setDecorations(name, []);
    }
  };
  const soon = paced(desk.clock, everyMs, () => {
    for (const editor of vscode.window.visibleTextEditors) void draw(editor);
  });
  const ask = (): void => soon.ask();
  const watches = [
    vscode.window.onDidChangeVisibleTextEditors(ask),
    vscode.workspace.onDidChangeTextDocument(ask),
    vscode.workspace.onDidSaveTextDocument(ask),
    desk.missions.onDidChange(ask),
    desk.missions.onDidRecord(ask),
  ];
  ask();
  return {
    dispose() {
      over = true;
      soon.dispose();
      for (const part of [...watches, side, name]) part.dispose();
    },
  };
}

/** `T3 Write the parser, attempt 2`. */
function label({ state }: Owned, owner: Owned['lines'][number] & object): string {
  const { name, title } = ownerWords(state, owner);
  const cut = title.length > shownTitle ? `${title.slice(0, shownTitle - 1).trimEnd()}…` : title;
  const words = `${name} ${cut}`.trim();
  return owner.attempt > 1 ? vscode.l10n.t('{0}, attempt {1}', words, owner.attempt) : words;
}
