import {
  Disposable,
  EventEmitter,
  l10n,
  Range,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
  type TextDocument,
  type TextEditor,
} from 'vscode';
import { whose } from '../../core/view/agentRow';
import type { MissionState } from '../../core/mission/state';
import type { Transcript } from '../../opencode/transcript';
import type { Desk, TranscriptSurface } from '../desk';
import { localClock } from '../live';
import { paced } from '../pace';
import { readTranscriptAddress, transcriptParts, transcriptScheme, type TranscriptAddress } from './address';
import { transcriptText } from './text';

/** A document is brought up to date at most so often. */
const followMs = 500;
/** Lines from the end within which a reader follows it. */
const nearLines = 3;

/** A document that is open, and the session it follows. */
interface Open {
  text: string;
  dispose(): void;
}

/** The transcripts: read-only documents that follow their session as long as they are open. */
export function registerTranscripts(desk: Desk): TranscriptSurface {
  const { context, missions } = desk;
  const changes = new EventEmitter<Uri>();
  const open = new Map<string, Open>();

  const follow = (uri: Uri, address: TranscriptAddress): Open => {
    let transcript: Transcript | undefined;
    let forget: (() => void) | undefined;
    const write = (): void => {
      const next = render(desk, address, transcript);
      if (next === made.text) return;
      made.text = next;
      changes.fire(uri);
    };
    const pace = paced(desk.clock, followMs, write);
    const watch = (): void => {
      forget?.();
      forget = undefined;
      const place = missions.place(address.folder);
      if (!place) return;
      forget = place.folder.watchTranscript(address.session, (news) => {
        transcript = news;
        pace.ask();
      });
    };
    // After a reload the folder may come later than the document.
    const places = missions.onDidChangePlaces(watch);
    const made: Open = {
      text: '',
      dispose() {
        forget?.();
        places.dispose();
        pace.dispose();
      },
    };
    watch();
    made.text = render(desk, address, transcript);
    return made;
  };
  const close = (document: TextDocument): void => {
    const key = document.uri.toString();
    open.get(key)?.dispose();
    open.delete(key);
  };

  context.subscriptions.push(
    changes,
    workspace.registerTextDocumentContentProvider(transcriptScheme, {
      onDidChange: changes.event,
      provideTextDocumentContent(uri) {
        const address = readTranscriptAddress(uri.query);
        if (!address) return l10n.t('This is no address of a transcript.');
        const key = uri.toString();
        const known = open.get(key) ?? follow(uri, address);
        open.set(key, known);
        return known.text;
      },
    }),
    workspace.onDidOpenTextDocument((document) => {
      // VS Code drops a change of a document that it has not opened yet.
      const known = open.get(document.uri.toString());
      if (known && known.text !== document.getText()) changes.fire(document.uri);
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (document.uri.scheme === transcriptScheme) close(document);
    }),
    followEnds(),
    {
      dispose() {
        for (const each of open.values()) each.dispose();
        open.clear();
      },
    },
  );
  return {
    async open(key, session) {
      const state = missions.place(key)?.folder.mission;
      const parts = transcriptParts({ folder: key, session }, titleOf(state, session));
      const uri = Uri.from({ scheme: transcriptScheme, ...parts });
      const document = await workspace.openTextDocument(uri);
      const editor = await window.showTextDocument(document, { preview: true });
      toEnd(editor);
    },
  };
}

/** Keeps those at the end who are at the end; whoever reads further up is left alone. */
function followEnds(): Disposable {
  const atEnd = new WeakSet<TextEditor>();
  const look = (editor: TextEditor): void => {
    if (editor.document.uri.scheme !== transcriptScheme) return;
    const last = editor.visibleRanges.at(-1)?.end.line ?? 0;
    if (last >= editor.document.lineCount - 1 - nearLines) atEnd.add(editor);
    else atEnd.delete(editor);
  };
  const watches = [
    window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => look(textEditor)),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== transcriptScheme) return;
      for (const editor of window.visibleTextEditors)
        if (editor.document === document && atEnd.has(editor)) toEnd(editor);
    }),
  ];
  return Disposable.from(...watches);
}

function toEnd(editor: TextEditor): void {
  const line = Math.max(0, editor.document.lineCount - 1);
  editor.revealRange(new Range(line, 0, line, 0), TextEditorRevealType.Default);
}

/** `T7 worker 1`, as the tab and the first line have it. */
function titleOf(state: MissionState | undefined, session: string): string {
  const record = state?.sessions.get(session);
  if (!state || !record) return l10n.t('Transcript');
  const { name } = whose(state, record);
  return record.role === 'commander' || record.role === 'planner' ? name : `${name} ${record.role} ${record.attempt}`;
}

function render(desk: Desk, address: TranscriptAddress, transcript: Transcript | undefined): string {
  const place = desk.missions.place(address.folder);
  const state = place?.folder.mission;
  const record = state?.sessions.get(address.session);
  const about = state && record ? whose(state, record).title : '';
  const name = titleOf(state, address.session);
  const gone = place ? undefined : l10n.t('Its folder is not open, so there is nothing to read it from.');
  return transcriptText({
    title: about === '' ? name : `${name}: ${about}`,
    entries: transcript?.entries ?? [],
    total: transcript?.total ?? 0,
    busy: transcript?.busy ?? false,
    error: transcript?.error ?? gone,
    clock: (at) => localClock(at, true),
    words: {
      empty: transcript ? l10n.t('This agent has said nothing yet.') : l10n.t('The transcript is being read…'),
      working: l10n.t('The agent is at work; what it says next appears here.'),
      earlier: (count) => l10n.t('{0} earlier entries are left out; OpenCode keeps the whole session.', count),
      cut: l10n.t('… the rest of this entry is left out'),
    },
  });
}
