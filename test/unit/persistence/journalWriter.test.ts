import assert from 'node:assert/strict';
import { appendFile, rename, rm } from 'node:fs/promises';
import { JournalError } from '../../../src/persistence/errors';
import { openJournal, readJournal } from '../../../src/persistence/journal';
import {
  contentOf,
  faulty,
  linesOf,
  note,
  ofKind,
  textsOf,
  until,
  withJournal,
  type Faults,
  type Note,
} from './journalTools';

const fresh = (): Faults => ({ writes: 0, syncs: 0 });

/** Opens the journal at a path with faults, and closes it afterwards. */
async function opened<T>(
  path: string,
  faults: Faults,
  act: (journal: Awaited<ReturnType<typeof openJournal<Note>>>) => Promise<T>,
  mayWrite?: () => Promise<boolean>,
): Promise<T> {
  const journal = await openJournal<Note>(path, { repair: true, open: faulty(faults), ...(mayWrite && { mayWrite }) });
  try {
    return await act(journal);
  } finally {
    await journal.close();
  }
}

describe('append', () => {
  it('keeps the order of the calls, numbers without a gap, and flushes together what arrives together', () =>
    withJournal(undefined, async (path) => {
      const faults = fresh();
      const texts = Array.from({ length: 500 }, (_, i) => `${i}`);
      await opened(path, faults, async (journal) => {
        const calls = texts.map((text, i) => journal.append([note(text)], 1000 + i));
        const records = (await Promise.all(calls)).flat();
        assert.deepEqual(records.map(({ seq }) => seq), texts.map((_, i) => i + 1)); // prettier-ignore
      });
      assert.equal(await contentOf(path), linesOf(texts, 1, 1));
      assert.ok(faults.writes <= 2, `${faults.writes} writes`);
      assert.equal(faults.syncs, faults.writes);
    }));

  it('writes the facts of a call at once, and resolves only when they are on the disk', () =>
    withJournal(undefined, async (path) => {
      let letGo = (): void => undefined;
      const faults: Faults = { ...fresh(), hold: new Promise((resolve) => (letGo = resolve)) };
      await opened(path, faults, async (journal) => {
        let told = false;
        const call = journal.append([note('one'), note('two')], 1000).then((records) => {
          told = true;
          assert.equal(faults.syncs, 1);
          return records;
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(told, false);
        letGo();
        assert.deepEqual(await call, [
          { v: 1, seq: 1, at: 1000, epoch: 1, fact: note('one') },
          { v: 1, seq: 2, at: 1000, epoch: 1, fact: note('two') },
        ]);
        assert.equal(faults.writes, 1);
        assert.deepEqual(await journal.append([], 1001), []);
      });
      assert.equal((await readJournal(path)).records.length, 2);
    }));

  for (const fullAfter of [0, 1, 40, 120]) {
    it(`takes back the ${fullAfter} bytes that a full disk took, says so, and goes on when there is room (P8)`, () =>
      withJournal(linesOf(['one']), async (path) => {
        const faults: Faults = { ...fresh(), fullAfter };
        await opened(path, faults, async (journal) => {
          const failed = await Promise.allSettled([
            journal.append([note('lost')], 1),
            journal.append([note('too')], 2),
          ]);
          for (const call of failed) {
            assert.ok(call.status === 'rejected' && call.reason instanceof JournalError);
            assert.deepEqual([call.reason.kind, call.reason.code], ['io', 'ENOSPC']);
            assert.match(call.reason.sentence, /disk is full/);
          }
          assert.equal(await contentOf(path), linesOf(['one']));
          faults.fullAfter = undefined;
          await journal.append([note('two')], 1001);
        });
        assert.equal(await contentOf(path), linesOf(['one']) + linesOf(['two'], 2, 1, 1001));
      }));
  }

  it('refuses what queued behind a failed write, so that no fact stands without the one before it', () =>
    withJournal(undefined, async (path) => {
      let letGo = (): void => undefined;
      const faults: Faults = { ...fresh(), fullAfter: 10, hold: new Promise((resolve) => (letGo = resolve)) };
      await opened(path, faults, async (journal) => {
        const cause = journal.append([note('cause')], 1);
        await until(() => faults.writes === 1);
        const effect = journal.append([note('effect')], 2);
        letGo();
        await assert.rejects(cause, ofKind('io'));
        faults.fullAfter = undefined;
        await assert.rejects(effect, ofKind('io'));
        assert.equal(faults.writes, 1);
      });
      assert.equal(await contentOf(path), '');
    }));

  it('takes back a record that was written but not flushed', () =>
    withJournal(undefined, async (path) => {
      const faults: Faults = { ...fresh(), syncFails: true };
      await opened(path, faults, async (journal) => {
        await assert.rejects(journal.append([note('unsure')], 1), ofKind('io'));
        assert.equal(await contentOf(path), '');
      });
    }));

  it('cuts before the next write what it could not cut at once', () =>
    withJournal(undefined, async (path) => {
      const faults: Faults = { ...fresh(), fullAfter: 30, truncateFails: true };
      await opened(path, faults, async (journal) => {
        await assert.rejects(journal.append([note('lost')], 1), ofKind('io'));
        assert.equal((await contentOf(path)).length, 30);
        faults.fullAfter = undefined;
        await assert.rejects(journal.append([note('lost too')], 1), ofKind('io'));
        assert.equal((await contentOf(path)).length, 30);
        faults.truncateFails = false;
        await journal.append([note('one')], 1000);
      });
      assert.equal(await contentOf(path), linesOf(['one'], 1, 1));
    }));

  it('writes nothing once the lock is another’s (P9), not even when it comes back', () =>
    withJournal(undefined, async (path) => {
      let mine = true;
      const mayWrite = () => Promise.resolve(mine);
      const work = async (journal: { append(facts: Note[], at: number): Promise<unknown> }) => {
        await journal.append([note('one')], 1000);
        mine = false;
        await assert.rejects(journal.append([note('late')], 1), ofKind('fenced'));
        mine = true;
        await assert.rejects(journal.append([note('late')], 1), ofKind('fenced'));
      };
      await opened(path, fresh(), work, mayWrite);
      assert.equal(await contentOf(path), linesOf(['one'], 1, 1));
    }));

  it('writes nothing behind another’s record, and cuts nothing of it', () =>
    withJournal(undefined, async (path) => {
      await opened(path, fresh(), async (journal) => {
        await journal.append([note('one')], 1000);
        await appendFile(path, linesOf(['two'], 2, 2));
        await assert.rejects(journal.append([note('late')], 1), ofKind('fenced'));
      });
      assert.deepEqual(textsOf((await readJournal(path)).records), ['one', 'two']);
    }));

  it('goes on behind the late record of a driver that it replaced, which nobody reads (P9)', () =>
    withJournal(linesOf(['one'], 1, 1), async (path) => {
      let wake = (): void => undefined;
      const old = await openJournal<Note>(path, { repair: true });
      await old.append([note('two')], 1);
      const next = await openJournal<Note>(path, { repair: true, heir: 1 });
      const faults: Faults = { ...fresh(), hold: new Promise((resolve) => (wake = resolve)) };
      // Asked whether it may write, and frozen in front of the write itself.
      const slow = await openJournal<Note>(path, { repair: true, open: faulty(faults) });
      const late = slow.append([note('three by the one before')], 1);
      await until(() => faults.writes === 1);
      await next.append([note('three')], 1);
      wake();
      await late;
      await assert.rejects(old.append([note('three by the first')], 1), ofKind('fenced'));
      await next.append([note('four')], 1);
      for (const journal of [old, slow, next]) await journal.close();
      const { records, end } = await readJournal(path);
      assert.deepEqual(textsOf(records), ['one', 'two', 'three', 'four']);
      assert.equal(end.stale, 1);
    }));

  it('stops at what is no record at all behind its own', () =>
    withJournal(undefined, async (path) => {
      await opened(path, fresh(), async (journal) => {
        await journal.append([note('one')], 1000);
        await appendFile(path, 'half a line');
        await assert.rejects(journal.append([note('late')], 1), ofKind('fenced'));
      });
    }));

  // An open file can not be deleted there: not on Windows.
  if (process.platform !== 'win32') {
    it('notices that its file was deleted or replaced', async () => {
      for (const harm of [(path: string) => rm(path), (path: string) => rename(`${path}.new`, path)]) {
        await withJournal(undefined, (path) =>
          opened(path, fresh(), async (journal) => {
            await journal.append([note('one')], 1000);
            await appendFile(`${path}.new`, linesOf(['one']));
            await harm(path);
            await assert.rejects(journal.append([note('two')], 1), ofKind('missing'));
          }),
        );
      }
    });
  }

  it('is flushed by close and refused after it', () =>
    withJournal(undefined, async (path) => {
      const journal = await openJournal<Note>(path, { repair: true });
      const calls = [journal.append([note('one')], 1000), journal.append([note('two')], 1001)];
      await Promise.all([journal.close(), journal.close()]);
      await assert.rejects(journal.append([note('late')], 1), ofKind('closed'));
      assert.deepEqual(textsOf((await Promise.all(calls)).flat()), ['one', 'two']);
      assert.equal(await contentOf(path), linesOf(['one', 'two'], 1, 1));
    }));
});
