import { setImmediate } from 'node:timers/promises';
import { decodeRecord, type DecodeReason, type JournalRecord } from '../core/mission/record';
import { JournalError } from './errors';

/** A place between two records: bytes from the start of the file, and the number of the last record before it. */
export interface JournalPosition {
  readonly offset: number;
  readonly seq: number;
}

/** Where every journal begins. */
export const journalStart: JournalPosition = { offset: 0, seq: 0 };

/** What a crash left behind the last whole record: its length and the number of its line, from 1. */
export interface TornTail {
  readonly kind: 'torn';
  readonly bytes: number;
  readonly line: number;
}

export interface JournalContent {
  readonly records: readonly JournalRecord[];
  /** Behind the last whole record. */
  readonly end: JournalPosition;
  readonly tail?: TornTail;
}

const newline = 0x0a;
const linesAtOnce = 500; // about 5 ms: a long journal must not freeze an editor

/**
 * Reads the records in `bytes`, which begin at `from`. Only the last line may be torn. Anything else throws a
 * JournalError of kind `damaged` or `newer` with the line: a journal is never guessed and never silently shortened.
 */
export async function scanJournal(bytes: Buffer, from: JournalPosition): Promise<JournalContent> {
  const records: JournalRecord[] = [];
  let { offset, seq } = from;
  let start = from.offset === 0 && bytes.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark.length : 0;
  offset += start;
  while (start < bytes.length) {
    const line = seq + 1; // each line holds one record and the first is number 1
    const end = bytes.indexOf(newline, start);
    const stop = end === -1 ? bytes.length : end + 1;
    const text = bytes.toString('utf8', start, stop);
    const decoded = decodeRecord(text, bytes.subarray(start, stop));
    if (!decoded.ok && decoded.reason === 'version') throw new JournalError('newer', decoded.sentence, { line });
    if (end === -1 || (!decoded.ok && stop === bytes.length && isTorn(decoded.reason, text))) {
      return { records, end: { offset, seq }, tail: { kind: 'torn', bytes: bytes.length - start, line } };
    }
    if (!decoded.ok) throw new JournalError('damaged', `Line ${line} of the journal: ${decoded.sentence}`, { line });
    if (decoded.record.seq !== line) {
      const sentence = `Line ${line} of the journal holds record ${decoded.record.seq}, not record ${line}.`;
      throw new JournalError('damaged', sentence, { line });
    }
    records.push(decoded.record);
    offset += stop - start;
    start = stop;
    seq = line;
    if (records.length % linesAtOnce === 0) await setImmediate();
  }
  return { records, end: { offset, seq } };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

// A whole line with a good checksum was written as it is, and a record behind the trouble was flushed after it: neither can be
// the trace of a crash.
function isTorn(reason: DecodeReason, text: string): boolean {
  if (reason === 'shape') return false;
  const starts = [...text.matchAll(/\{"v":\d+,"seq":/g)].map(({ index }) => index).filter((index) => index > 0);
  return !starts.some((index) => decodeRecord(text.slice(index)).ok);
}
