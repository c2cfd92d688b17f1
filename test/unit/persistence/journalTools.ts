import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord } from '../../../src/core/mission/record';
import { JournalError } from '../../../src/persistence/errors';
import { openJournalFile, type JournalFile } from '../../../src/persistence/journalFile';

export interface Note {
  readonly type: 'note';
  readonly text: string;
}

export const note = (text: string): Note => ({ type: 'note', text });

/** The lines of a journal with these texts, numbered from `seq`, by the driver of an epoch, or by a release that knew none. */
export function linesOf(texts: readonly string[], seq = 1, epoch?: number, at = 1000): string {
  const mark = epoch === undefined ? {} : { epoch };
  return texts.map((text, i) => encodeRecord({ seq: seq + i, at: at + i, ...mark, fact: note(text) })).join('');
}

/** Runs with a folder of its own, which is gone afterwards. */
export async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs with the path of a journal of this content; undefined makes none. */
export function withJournal<T>(content: string | Buffer | undefined, act: (path: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, 'journal.jsonl');
    if (content !== undefined) await writeFile(path, content);
    return await act(path);
  });
}

export function textsOf(records: readonly { readonly fact: object }[]): unknown[] {
  return records.map(({ fact }) => ('text' in fact ? fact.text : undefined));
}

export function ofKind(kind: JournalError['kind'], line?: number): (error: unknown) => boolean {
  return (error) => error instanceof JournalError && error.kind === kind && (line === undefined || error.line === line);
}

/** What a faulty file counts, and how it fails when told to. */
export interface Faults {
  writes: number;
  syncs: number;
  /** The next writes put this many bytes and then fail as a full disk. */
  fullAfter?: number | undefined;
  syncFails?: boolean;
  truncateFails?: boolean;
  /** A write waits for this. */
  hold?: Promise<void>;
}

/** A real file that fails on demand. */
export function faulty(faults: Faults): (path: string) => Promise<JournalFile> {
  return async (path) => {
    const file = await openJournalFile(path);
    return {
      ...file,
      async write(bytes) {
        faults.writes++;
        await faults.hold;
        const { fullAfter } = faults;
        if (fullAfter === undefined) return await file.write(bytes);
        await file.write(bytes.subarray(0, fullAfter));
        throw refused('ENOSPC');
      },
      async sync() {
        faults.syncs++;
        if (faults.syncFails) throw refused('EIO');
        await file.sync();
      },
      async truncate(length) {
        if (faults.truncateFails) throw refused('EIO');
        await file.truncate(length);
      },
    };
  };
}

/** Waits until something holds; the test’s time-out ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function contentOf(path: string): Promise<string> {
  return await readFile(path, 'utf8');
}

function refused(code: string): Error {
  return Object.assign(new Error(code), { code });
}
