import { setImmediate } from 'node:timers/promises';
import { decodeRecord, type DecodeReason, type JournalRecord } from '../core/mission/record';
import { JournalError } from './errors';

/** A place between two records. */
export interface JournalPosition {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** The number of the last record before it. */
  readonly seq: number;
  /** The highest epoch before it. */
  readonly epoch: number;
  /** Lines before it that hold no record of the mission: a driver wrote them that had been replaced. */
  readonly stale: number;
}

/** Where every journal begins. */
export const journalStart: JournalPosition = { offset: 0, seq: 0, epoch: 0, stale: 0 };

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
 * Reads the records in `bytes`, which begin at `from`. Only the last line may be torn. What a driver wrote after another one
 * had replaced it is left out and counted in `end.stale`: a record of a lower epoch than one before it, or one that a record of
 * a higher epoch writes anew. Anything else throws a JournalError of kind `damaged` or `newer` with the line: a journal is never
 * guessed and never silently shortened.
 */
export async function scanJournal(bytes: Buffer, from: JournalPosition): Promise<JournalContent> {
  const records: JournalRecord[] = [];
  let { offset, seq, epoch, stale } = from;
  let start = from.offset === 0 && bytes.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark.length : 0;
  offset += start;
  for (let lines = 1; start < bytes.length; lines++) {
    const line = seq + stale + 1; // each line holds one record and the first is number 1
    const end = bytes.indexOf(newline, start);
    const stop = end === -1 ? bytes.length : end + 1;
    const text = bytes.toString('utf8', start, stop);
    const decoded = decodeRecord(text, bytes.subarray(start, stop));
    if (!decoded.ok && decoded.reason === 'version') throw new JournalError('newer', decoded.sentence, { line });
    if (end === -1 || (!decoded.ok && stop === bytes.length && isTorn(decoded.reason, text))) {
      const tail = { kind: 'torn', bytes: bytes.length - start, line } as const;
      return { records, end: { offset, seq, epoch, stale }, tail };
    }
    if (!decoded.ok) throw new JournalError('damaged', `Line ${line} of the journal: ${decoded.sentence}`, { line });
    const { record } = decoded;
    const its = record.epoch ?? 0;
    if (its < epoch) stale += 1;
    else {
      const anew = its > epoch ? seq + 1 - record.seq : 0;
      if (anew > 0 && anew <= records.length) {
        records.splice(-anew);
        [seq, stale] = [seq - anew, stale + anew];
      }
      if (record.seq !== seq + 1) {
        const sentence = `Line ${line} of the journal holds record ${record.seq}, not record ${seq + 1}.`;
        throw new JournalError('damaged', sentence, { line });
      }
      records.push(record);
      [seq, epoch] = [record.seq, its];
    }
    offset += stop - start;
    start = stop;
    if (lines % linesAtOnce === 0) await setImmediate();
  }
  return { records, end: { offset, seq, epoch, stale } };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

// A whole line with a good checksum was written as it is, and a record behind the trouble was flushed after it: neither can be
// the trace of a crash.
function isTorn(reason: DecodeReason, text: string): boolean {
  if (reason === 'shape') return false;
  const starts = [...text.matchAll(/\{"v":\d+,"seq":/g)].map(({ index }) => index).filter((index) => index > 0);
  return !starts.some((index) => decodeRecord(text.slice(index)).ok);
}
