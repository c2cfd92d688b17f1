import { encodeRecord, recordVersion, type JournalRecord, type PlainFact } from '../core/mission/record';
import { JournalError, journalErrorAt } from './errors';
import type { JournalFile } from './journalFile';
import { scanJournal, type JournalPosition } from './journalScan';

/** Appends to one journal; there is at most one per file, which the workspace’s lock sees to. */
export interface JournalWriter<F> {
  /**
   * Appends facts, `at` milliseconds since the epoch, and resolves with their records once they are on the disk. Calls keep
   * their order; those that arrive while a flush runs share the next one. When the disk refuses, every call that waits
   * rejects with a JournalError and nothing of it stays in the file: the caller may append again.
   */
  append(facts: readonly F[], at: number): Promise<readonly JournalRecord<F>[]>;
  /** Flushes what waits and closes the file; later calls to append are refused. */
  close(): Promise<void>;
}

interface Waiting<F> {
  readonly facts: readonly F[];
  readonly at: number;
  readonly resolve: (records: readonly JournalRecord<F>[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts to write records of an epoch behind `start`. `mayWrite` is asked before each write; false refuses it as `fenced`, and
 * all later ones; what it throws refuses that write.
 */
export function journalWriter<F extends PlainFact>(
  file: JournalFile,
  start: JournalPosition,
  mayWrite: () => Promise<boolean> = () => Promise.resolve(true),
  epoch = start.epoch + 1,
): JournalWriter<F> {
  let { offset, seq } = start;
  let clean = true;
  let refused: JournalError | undefined;
  let waiting: Waiting<F>[] = [];
  let flushing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function prepare(): Promise<void> {
    if (refused) throw refused;
    // Side by side: every look at the disk is a turn of the machine’s threads, and somebody waits for this write.
    const [isOurs, size] = await Promise.all([mayWrite(), clean ? file.size() : undefined]);
    if (!isOurs) throw (refused = fenced('Another process drives this mission now'));
    if (!clean) {
      await file.truncate(offset);
      clean = true;
    }
    if ((size ?? (await file.size())) !== offset) await pass();
  }

  /** Steps over what a driver wrote that had been replaced, and woke in front of its write: no reader takes it. */
  async function pass(): Promise<void> {
    const size = await file.size();
    const bytes = size > offset ? await file.read(offset) : Buffer.alloc(0);
    const reading = { offset, seq, epoch, stale: 0 };
    const found = await scanJournal(bytes, reading).catch(() => undefined); // then it is no record at all
    const isStale = found && found.records.length === 0 && !found.tail && found.end.offset > offset;
    if (!isStale) throw (refused = fenced('Another process changed the journal'));
    offset = found.end.offset;
  }

  async function write(batch: readonly Waiting<F>[]): Promise<JournalRecord<F>[][]> {
    let next = seq;
    const groups = batch.map(({ facts, at }) =>
      facts.map((fact): JournalRecord<F> => ({ v: recordVersion, seq: ++next, at, epoch, fact })),
    );
    const bytes = Buffer.from(groups.flat().map(encodeRecord).join(''));
    clean = false;
    await file.write(bytes);
    await file.sync();
    clean = true;
    offset += bytes.length;
    seq = next;
    return groups;
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      let batch: Waiting<F>[] = [];
      try {
        await prepare();
        [batch, waiting] = [waiting, []];
        const groups = await write(batch);
        batch.forEach((call, i) => call.resolve(groups[i] ?? []));
      } catch (error) {
        await restore();
        // Those that came meanwhile may rest on what just failed: a later fact never stands without an earlier one.
        const failed = [...batch, ...waiting];
        waiting = [];
        const refusal = journalErrorAt('Writing the journal', error);
        for (const call of failed) call.reject(refusal);
      }
    }
    flushing = undefined;
  }

  // At once, so that no reader and no successor takes a refused record for a written one; if it fails, before the next write.
  async function restore(): Promise<void> {
    if (clean) return;
    await prepare().catch(() => undefined);
  }

  async function shut(): Promise<void> {
    await flushing;
    await restore();
    await file.close();
  }

  return {
    append(facts, at) {
      if (closing) return Promise.reject(new JournalError('closed', 'The journal is closed.'));
      if (facts.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        waiting.push({ facts, at, resolve, reject });
        flushing ??= flush();
      });
    },
    close: () => (closing ??= shut()),
  };
}

function fenced(why: string): JournalError {
  return new JournalError('fenced', `${why}; nothing more is written from here.`);
}
