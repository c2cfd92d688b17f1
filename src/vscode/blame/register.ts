import * as vscode from 'vscode';
import type { FileWrite } from '../../core/mission/writes';
import { ownerWords } from '../../core/view/lineOwner';
import type { Desk, Part } from '../desk';
import { told } from '../errors';
import { hoverText, type HoverLink } from './hoverText';
import { showMarks } from './marks';
import { ownedLines, type Owned } from './ownedLines';

const enabledCommands = ['orchestrator.openTodoFiles', 'orchestrator.openTranscript'];

/** Who wrote a line: in a hover, and beside every line while the person wants it. Nothing is read before it is asked for. */
export function registerBlame(desk: Desk): Part {
  const ownersOf = ownedLines(desk.missions);
  const hovers = vscode.languages.registerHoverProvider(
    { scheme: 'file' },
    {
      async provideHover(document, { line }) {
        try {
          const owned = await ownersOf(document);
          const owner = owned?.lines[line];
          return owned && owner && new vscode.Hover(hoverOf(owned, owner));
        } catch (error) {
          // A hover is a whisper: a file that cannot be told of has none.
          const { kind, sentence } = told(error);
          if (kind === 'defect') desk.log.error(sentence, error);
          return undefined;
        }
      },
    },
  );
  return vscode.Disposable.from(hovers, showMarks(desk, ownersOf));
}

function hoverOf({ place, state }: Owned, owner: FileWrite): vscode.MarkdownString {
  const { todo, session } = owner;
  const links: HoverLink[] = [];
  if (state.todos.get(todo)?.changes) {
    const args = [{ folder: place.key, todo }];
    links.push({ label: vscode.l10n.t('Open Changes'), command: 'orchestrator.openTodoFiles', args });
  }
  if (session !== undefined) {
    const args = [session, place.key];
    links.push({ label: vscode.l10n.t('Open Transcript'), command: 'orchestrator.openTranscript', args });
  }
  const text = new vscode.MarkdownString(hoverText(ownerWords(state, owner), links));
  text.isTrusted = { enabledCommands };
  return text;
}
