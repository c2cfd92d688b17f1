import { open } from 'node:fs/promises';
import type { JournalRecord } from '../core/mission/record';
import { JournalError, journalErrorAt } from './errors';
import { journalStart, scanJournal, type JournalContent, type JournalPosition } from './journalScan';
import { ticks } from './ticks';

const pollMs = 200;

/**
 * Called with new records in their order. `restarted` says that the file became shorter than what was already told (the driver
 * took a refused write back): the records then begin with the first one again.
 */
export type OnRecords = (records: readonly JournalRecord[], restarted: boolean) => void;

/**
 * Follows a journal that another process writes, from a place (`end` of `readJournal`) or from its start, until the signal
 * aborts. A torn last line is waited for. Throws a JournalError as `readJournal` does.
 */
export async function followJournal(
  path: string,
  onRecords: OnRecords,
  signal: AbortSignal,
  from: JournalPosition = journalStart,
): Promise<void> {
  let at = from;
  for await (const _ of ticks(path, pollMs, signal)) {
    const { content, restarted } = await lookOn(path, at);
    at = content.end;
    if (restarted || content.records.length > 0) onRecords(content.records, restarted);
  }
}

async function lookOn(path: string, at: JournalPosition): Promise<{ content: JournalContent; restarted: boolean }> {
  try {
    const more = await readOn(path, at);
    return more
      ? { content: more, restarted: false }
      : { content: await scanJournal(await readFrom(path, 0), journalStart), restarted: true };
  } catch (error) {
    throw journalErrorAt('Reading the journal', error, path);
  }
}

/** What stands behind a place; undefined if that place is none any more, because the file was shortened. */
async function readOn(path: string, at: JournalPosition): Promise<JournalContent | undefined> {
  const bytes = await readFrom(path, at.offset);
  if (!bytes) return undefined;
  try {
    return await scanJournal(bytes, at);
  } catch (error) {
    // Shortened and written on since the last look, so that the place lies inside a record; or a later driver wrote records
    // anew that were told already. A reading from the start tells.
    if (error instanceof JournalError && error.kind === 'damaged' && at.offset > 0) return undefined;
    throw error;
  }
}

/** The file’s bytes from an offset; undefined if it is shorter than that. */
async function readFrom(path: string, offset: 0): Promise<Buffer>;
async function readFrom(path: string, offset: number): Promise<Buffer | undefined>;
async function readFrom(path: string, offset: number): Promise<Buffer | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < offset) return undefined;
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
