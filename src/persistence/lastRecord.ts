import { open } from 'node:fs/promises';
import { decodeRecord, type JournalRecord } from '../core/mission/record';
import { journalErrorAt } from './errors';

const tailBytes = 64 * 1024;

/**
 * The last record of a journal, read without the rest; undefined when the end alone does not tell (it is empty, torn, or one
 * large record). Throws a JournalError `missing`, `io`.
 */
export async function lastRecord(path: string): Promise<JournalRecord | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, tailBytes));
      await file.read(bytes, 0, bytes.length, size - bytes.length);
      const start = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
      if (bytes.length === 0 || bytes.at(-1) !== 0x0a || (start === 0 && size > tailBytes)) return undefined;
      const line = bytes.subarray(start);
      const decoded = decodeRecord(line.toString('utf8'), line);
      return decoded.ok ? decoded.record : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw journalErrorAt('Reading the journal', error, path);
  }
}
