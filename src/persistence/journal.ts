import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { JournalRecord, PlainFact } from '../core/mission/record';
import { JournalError, journalErrorAt } from './errors';
import { keepAside, openJournalFile, type JournalFile } from './journalFile';
import { journalStart, scanJournal, type JournalContent, type TornTail } from './journalScan';
import { journalWriter, type JournalWriter } from './journalWriter';

/** The driver’s hold on a journal: what it held when it was opened, and the way to append. */
export interface Journal<F> extends JournalWriter<F> {
  readonly records: readonly JournalRecord[];
  /** Records that were left out: a driver wrote them that had been replaced. */
  readonly stale: number;
  /** What was cut off when it was opened, and where the cut bytes are kept. */
  readonly cut?: TornTail & { readonly kept: string };
}

export interface OpenOptions {
  /** Says that the caller holds the workspace’s lock: only the driver repairs. */
  readonly repair: true;
  /** Asked before each write, so that a driver that slept writes nothing into its successor’s mission. */
  readonly mayWrite?: () => Promise<boolean>;
  /** The lock’s `heir`: its epoch is above those of the drivers it replaced, also of one that has written nothing yet. */
  readonly heir?: number;
  /** The file to write to; tests put in one that breaks. */
  readonly open?: (path: string) => Promise<JournalFile>;
}

/**
 * Reads a journal and changes nothing. A torn last line is left out and reported as `tail`. Throws a JournalError: `missing`,
 * `io`, `newer` (a later release wrote it), or `damaged` with the line.
 */
export async function readJournal(path: string): Promise<JournalContent> {
  try {
    return await scanJournal(await readFile(path), journalStart);
  } catch (error) {
    throw journalErrorAt('Reading the journal', error, path);
  }
}

/**
 * Opens a journal to append, made if absent (its folder must exist). A torn last line is cut and kept in `journal.torn-<n>`
 * beside it. A damaged journal is left as it is, copied once to `journal.damaged-<n>`, and refused; errors as `readJournal`.
 */
export async function openJournal<F extends PlainFact>(path: string, options: OpenOptions): Promise<Journal<F>> {
  let file: JournalFile | undefined;
  try {
    file = await (options.open ?? openJournalFile)(path);
    const bytes = await file.read();
    const { records, end, tail } = await scanOrCopy(bytes, path);
    let cut: Journal<F>['cut'];
    if (tail) {
      cut = { ...tail, kept: await keepAside(path, 'torn', bytes.subarray(end.offset)) };
      await file.truncate(end.offset);
      await file.sync();
    }
    const writer = journalWriter<F>(file, end, options.mayWrite, end.epoch + 1 + (options.heir ?? 0));
    return { records, stale: end.stale, ...(cut && { cut }), ...writer };
  } catch (error) {
    await file?.close().catch(() => undefined);
    throw journalErrorAt('Opening the journal', error, path);
  }
}

async function scanOrCopy(bytes: Buffer, path: string): Promise<JournalContent> {
  try {
    return await scanJournal(bytes, journalStart);
  } catch (error) {
    throw error instanceof JournalError && error.kind === 'damaged' ? await withCopy(path, error, bytes) : error;
  }
}

/** The refusal of a damaged journal, once a copy is kept beside it; as it was when the disk takes none. */
export async function withCopy(path: string, error: JournalError, bytes?: Buffer): Promise<JournalError> {
  try {
    const copy = await keepAside(path, 'damaged', bytes ?? (await readFile(path)));
    return new JournalError(
      'damaged',
      `${error.sentence} It is left as it is; a copy is ${basename(copy)} beside it.`,
      {
        ...(error.line !== undefined && { line: error.line }),
        copy,
      },
    );
  } catch {
    return error; // the original is left alone anyway
  }
}
