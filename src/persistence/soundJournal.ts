import { readFile } from 'node:fs/promises';
import type { JournalRecord } from '../core/mission/record';
import { JournalError, journalErrorAt } from './errors';
import { journalStart, scanJournal } from './journalScan';

/** What can be read of a journal. */
export interface SoundJournal {
  readonly records: readonly JournalRecord[];
  /** Why the rest is left out, in a sentence. */
  readonly damage?: string;
}

/**
 * Reads a journal as far as it is whole, and changes nothing: for looking at a mission, never for going on with it. Throws a
 * JournalError `missing` or `io`, and `damaged` or `newer` where not even its beginning can be read.
 */
export async function readSoundJournal(path: string): Promise<SoundJournal> {
  try {
    return await asFarAsWhole(await readFile(path));
  } catch (error) {
    throw journalErrorAt('Reading the journal', error, path);
  }
}

async function asFarAsWhole(bytes: Buffer): Promise<SoundJournal> {
  try {
    const { records, tail } = await scanJournal(bytes, journalStart);
    if (!tail) return { records };
    return { records, damage: 'The journal ends in the middle of a record, which is left out.' };
  } catch (error) {
    if (!(error instanceof JournalError) || error.line === undefined || error.line <= 1) throw error;
    const { records } = await scanJournal(bytes.subarray(0, startOfLine(bytes, error.line)), journalStart);
    if (records.length === 0) throw error;
    return { records, damage: `${error.sentence} What stands behind that is left out.` };
  }
}

/** Where a line begins, counted from 1. */
function startOfLine(bytes: Buffer, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = bytes.indexOf(0x0a, start) + 1;
  return start;
}
