import type { HostMessage, TranscriptRow } from '../../protocol/hostMessages';
import type { Transcript, TranscriptEntry } from '../../opencode/transcript';

/** Bytes of a transcript’s tail in one message, and characters of one entry: the document has everything. */
const tailBytes = 56 * 1024;
const entryChars = 6_000;

/** The newest entries of a session, as many as one message holds. */
export function tailMessage(transcript: Transcript): HostMessage {
  const entries: TranscriptRow[] = [];
  let room = tailBytes;
  for (let index = transcript.entries.length - 1; index >= 0; index -= 1) {
    const entry = transcript.entries[index];
    if (!entry) continue;
    const row = rowOf(entry);
    room -= Buffer.byteLength(JSON.stringify(row));
    if (room < 0 && entries.length > 0) break;
    entries.unshift(row);
  }
  const { session, total, busy, error } = transcript;
  return { type: 'transcript', session, entries, total, busy, ...(error === undefined ? {} : { error }) };
}

function rowOf(entry: TranscriptEntry): TranscriptRow {
  const { title: _title, text, output, ...rest } = entry;
  // Of a long text the end is what the person waits for; of a tool’s input the beginning.
  const shown = entry.kind === 'tool' ? firstOf(text) : lastOf(text);
  return { ...rest, text: shown, ...(output === undefined ? {} : { output: lastOf(output) }) };
}

function firstOf(text: string): string {
  return text.length > entryChars ? `${text.slice(0, entryChars)}…` : text;
}

function lastOf(text: string): string {
  return text.length > entryChars ? `…${text.slice(-entryChars)}` : text;
}
