import assert from 'node:assert/strict';
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { followJournal } from '../../../src/persistence/journalFollow';
import { openJournal, readJournal } from '../../../src/persistence/journal';
import type { JournalPosition } from '../../../src/persistence/journalScan';
import { linesOf, note, ofKind, textsOf, until, withJournal, type Note } from './journalTools';

interface Follower {
  /** What was told since the last restart. */
  readonly texts: unknown[];
  readonly restarts: number;
  readonly ended: Promise<void>;
}

/** Follows a journal while `act` runs, and checks that it ends when told to. */
async function following(
  path: string,
  act: (told: Follower) => Promise<void>,
  from?: JournalPosition,
  fails = false,
): Promise<void> {
  const stop = new AbortController();
  const told = { texts: [] as unknown[], restarts: 0, ended: Promise.resolve() };
  const ended = followJournal(
    path,
    (records, restarted) => {
      if (restarted) told.restarts++;
      told.texts = [...(restarted ? [] : told.texts), ...textsOf(records)];
    },
    stop.signal,
    from,
  );
  told.ended = ended;
  ended.catch(() => undefined);
  await act(told).finally(() => stop.abort());
  if (!fails) await ended;
}

describe('followJournal', () => {
  it('tells what is there, then each record that a driver appends, once and in order', () =>
    withJournal(linesOf(['one']), async (path) => {
      await following(path, async (told) => {
        await until(() => told.texts.length === 1);
        const journal = await openJournal<Note>(path, { repair: true });
        for (let i = 0; i < 50; i++) await journal.append([note(`${i}`), note(`${i} again`)], 1);
        await journal.close();
        await until(() => told.texts.length >= 101);
        assert.deepEqual(told.texts, ['one', ...Array.from({ length: 50 }, (_, i) => [`${i}`, `${i} again`]).flat()]);
        assert.equal(told.restarts, 0);
      });
    }));

  it('goes on from the end of an earlier reading', () =>
    withJournal(linesOf(['one', 'two']), async (path) => {
      const { end } = await readJournal(path);
      const act = async (told: Follower) => {
        await appendFile(path, linesOf(['three'], 3));
        await until(() => told.texts.length > 0);
        assert.deepEqual(told.texts, ['three']);
      };
      await following(path, act, end);
    }));

  it('waits for the rest of a line that is half there', () =>
    withJournal(linesOf(['one']), async (path) => {
      await following(path, async (told) => {
        const line = Buffer.from(linesOf(['— two'], 2));
        for (const byte of [20, 60, line.length]) {
          const start = byte === 20 ? 0 : byte === 60 ? 20 : 60;
          await appendFile(path, line.subarray(start, byte));
          await new Promise((resolve) => setTimeout(resolve, 60));
          assert.deepEqual(told.texts.slice(0, 1), ['one']);
          if (byte < line.length) assert.equal(told.texts.length, 1);
        }
        await until(() => told.texts.length === 2);
        assert.deepEqual(told.texts, ['one', '— two']);
      });
    }));

  it('begins again when the driver took a record back', () =>
    withJournal(linesOf(['one', 'two']), async (path) => {
      await following(path, async (told) => {
        await until(() => told.texts.length === 2);
        await truncate(path, linesOf(['one']).length);
        await until(() => told.restarts === 1);
        assert.deepEqual(told.texts, ['one']);
        await appendFile(path, linesOf(['another two, and longer'], 2));
        await until(() => told.texts.length === 2);
        assert.deepEqual(told.texts, ['one', 'another two, and longer']);
      });
    }));

  it('begins again when that record was replaced by a longer one before it looked', () =>
    withJournal(linesOf(['one', 'two']), async (path) => {
      await following(path, async (told) => {
        await until(() => told.texts.length === 2);
        await writeFile(`${path}.new`, linesOf(['one', 'another two, and longer', 'three']));
        await rename(`${path}.new`, path);
        await until(() => told.texts.length === 3);
        assert.deepEqual(told.texts, ['one', 'another two, and longer', 'three']);
      });
    }));

  it('says what is wrong with the journal', () =>
    withJournal(linesOf(['one']), async (path) => {
      const damaged = async ({ ended }: Follower) => {
        await appendFile(path, `nonsense\n${linesOf(['three'], 3)}`);
        await assert.rejects(ended, ofKind('damaged', 2));
      };
      await following(path, damaged, undefined, true);
      await rm(path);
      await following(path, ({ ended }) => assert.rejects(ended, ofKind('missing')), undefined, true);
    }));
});
