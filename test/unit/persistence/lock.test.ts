import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockError } from '../../../src/persistence/errors';
import { acquireLock, readLock, seeLock, type LockHolder } from '../../../src/persistence/lock';
import { inFolder, until } from './journalTools';
import { deadPid, startRival, type Rival } from './rivals';

const inLockFolder = <T>(act: (path: string) => Promise<T>) => inFolder((folder) => act(join(folder, 'lock')));

function heldBy(pid: number | undefined, mission?: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof LockError && error.kind === 'held' && error.pid === pid && (!mission || error.mission === mission);
}

async function written(path: string): Promise<LockHolder> {
  return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
}

/** Writes the lock of a process, as a driver would have left it. */
async function leave(path: string, pid: number, more: object = {}): Promise<string> {
  const text = JSON.stringify({ pid, startedAt: 1, mission: 'old', token: `token-of-${pid}`, ...more });
  await writeFile(path, text);
  return text;
}

async function age(path: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  await utimes(path, then, then);
}

describe('acquireLock', () => {
  it('names who drives what, refuses a second driver, and leaves nothing behind', () =>
    inLockFolder(async (path) => {
      const lock = await acquireLock(path, 'mission-1');
      assert.deepEqual(await written(path), lock.holder);
      assert.equal(lock.holder.pid, process.pid);
      assert.deepEqual(await readLock(path), lock.holder);
      await assert.rejects(acquireLock(path, 'mission-2'), heldBy(process.pid, 'mission-1'));
      assert.ok(await lock.isStillMine());
      assert.deepEqual(await readdir(dirname(path)), ['lock']);
      await lock.release();
      assert.deepEqual(await readdir(dirname(path)), []);
      assert.equal(await lock.isStillMine(), false);
      await (await acquireLock(path, 'mission-2')).release();
    }));

  it('never removes a lock that became another’s', () =>
    inLockFolder(async (path) => {
      const first = await acquireLock(path, 'first');
      await rm(path);
      const second = await acquireLock(path, 'second');
      assert.equal(await first.isStillMine(), false);
      await first.release();
      assert.ok(await second.isStillMine());
    }));

  it('sees that it is another’s though its file has the same place, length and time', () =>
    inLockFolder(async (path) => {
      const lock = await acquireLock(path, 'first', { beatMs: 60_000 });
      assert.ok(await lock.isStillMine());
      assert.ok(await lock.isStillMine());
      const { atime, mtime } = await stat(path);
      const token = lock.holder.token.replace(/^./, (first) => (first === '0' ? '1' : '0'));
      await writeFile(path, (await readFile(path, 'utf8')).replace(lock.holder.token, token));
      await utimes(path, atime, mtime);
      assert.equal(await lock.isStillMine(), false);
    }));

  it('refuses while another process lives, and takes over when it was killed (P9)', () =>
    inLockFolder(async (path) => {
      const rival = await startRival();
      try {
        assert.equal(await rival.take(path), 'won');
        await assert.rejects(acquireLock(path, 'mine'), heldBy(rival.pid, `of-${rival.pid}`));
      } finally {
        await rival.kill();
      }
      assert.equal(await readLock(path), undefined);
      const lock = await acquireLock(path, 'mine');
      assert.deepEqual(await written(path), lock.holder);
      assert.deepEqual(await readdir(dirname(path)), ['lock']);
    }));

  // Start times are not read there: not on Windows.
  if (process.platform !== 'win32') {
    it('takes over from a process whose number another one has now', async () => {
      await inLockFolder(async (path) => {
        const { holder } = await acquireLock(path, 'mine');
        assert.ok(holder.processStart);
        await leave(path, process.pid, { processStart: holder.processStart });
        await assert.rejects(acquireLock(path, 'next'), heldBy(process.pid));
        await leave(path, process.pid);
        await assert.rejects(acquireLock(path, 'next'), heldBy(process.pid));
        await leave(path, process.pid, { processStart: `not ${holder.processStart}` });
        assert.ok(await (await acquireLock(path, 'next')).isStillMine());
      });
    });
  }

  it('waits for a corrupt or empty lock file to become old, for its writer may be at work', () =>
    inLockFolder(async (path) => {
      for (const text of ['', '{"pid":', '{"pid":-1}', '\0\0\0']) {
        await writeFile(path, text);
        await assert.rejects(acquireLock(path, 'mine'), heldBy(undefined));
        await age(path, 4000);
        await assert.rejects(acquireLock(path, 'mine'), heldBy(undefined));
        await age(path, 6000);
        await (await acquireLock(path, 'mine')).release();
        assert.deepEqual(await readdir(dirname(path)), []);
      }
    }));

  it('goes on where a successor died while it took over', () =>
    inLockFolder(async (path) => {
      const id = (at: string, text: string) => createHash('sha256').update(`${at}\n${text}`).digest('hex').slice(0, 32);
      const lock = await leave(path, await deadPid());
      const succession = `${path}.${id(path, lock)}`;
      const next = `${path}.${id(succession, await leave(succession, await deadPid()))}`;
      await writeFile(next, '');
      await age(next, 6000);
      assert.ok(await (await acquireLock(path, 'mine')).isStillMine());
      assert.deepEqual(await readdir(dirname(path)), ['lock']); // so the names above are the right ones
    }));

  it('touches its file while it is held, and leaves another’s alone', () =>
    inLockFolder(async (path) => {
      const lost: string[] = [];
      const lock = await acquireLock(path, 'mine', { beatMs: 20, lost: (standing) => lost.push(standing) });
      await age(path, 60_000);
      const before = (await seeLock(path))?.sight.touchedAt ?? 0;
      await until(async () => ((await seeLock(path))?.sight.touchedAt ?? 0) > before);
      assert.equal(await lock.standing(), 'mine');
      await leave(path, process.pid);
      await age(path, 60_000);
      await until(() => lost.length > 0);
      assert.deepEqual([lost, await lock.standing()], [['another'], 'another']);
      assert.ok(((await seeLock(path))?.sight.touchedAt ?? 0) < Date.now() - 50_000);
      await rm(path);
      assert.equal(await lock.standing(), 'gone');
    }));

  it('replaces a live holder only as it was seen frozen, and not when it moved since (P9)', () =>
    inLockFolder(async (path) => {
      const first = await acquireLock(path, 'mine');
      const frozen = (await seeLock(path))?.sight;
      await age(path, 1_000);
      await assert.rejects(acquireLock(path, 'mine', { frozen }), heldBy(process.pid));
      const still = (await seeLock(path))?.sight;
      const second = await acquireLock(path, 'mine', { frozen: still });
      assert.deepEqual([await first.standing(), await second.standing()], ['another', 'mine']);
      await assert.rejects(acquireLock(path, 'mine', { frozen: still }), heldBy(process.pid));
      await first.release({ left: true });
      assert.ok(await second.isStillMine());
      assert.deepEqual([first.holder.heir, second.holder.heir], [0, 1]);
      assert.deepEqual(await readdir(dirname(path)), ['lock']);
    }));

  it('leaves a mission that goes on to whoever wants it', () =>
    inLockFolder(async (path) => {
      await (await acquireLock(path, 'mine')).release({ left: true });
      assert.equal(await readLock(path), undefined);
      assert.deepEqual([(await seeLock(path))?.live, (await seeLock(path))?.holder.mission], [false, 'mine']);
      await (await acquireLock(path, 'mine')).release();
      assert.deepEqual(await readdir(dirname(path)), []);
    }));

  it('says when the disk refuses', () =>
    inFolder(async (folder) => {
      const refused = (error: unknown) => error instanceof LockError && error.kind === 'io' && error.code === 'ENOENT';
      await assert.rejects(acquireLock(join(folder, 'none', 'lock'), 'mine'), refused);
    }));
});

describe('several processes at one lock', () => {
  const count = 6;
  const rounds = 40;
  let rivals: Rival[] = [];
  let dead = 0;
  before(async () => {
    rivals = await Promise.all(Array.from({ length: count }, startRival));
    dead = await deadPid();
  });
  after(() => Promise.all(rivals.map((rival) => rival.kill())));

  for (const [what, prepare] of [
    ['no lock', () => Promise.resolve('')],
    ['the lock of a dead process', (path: string) => leave(path, dead)],
    ['an old empty lock', (path: string) => writeFile(path, '').then(() => age(path, 6000))],
  ] as const) {
    it(`exactly one gets it from ${what}`, () =>
      inFolder(async (folder) => {
        for (let round = 0; round < rounds; round++) {
          const path = join(folder, String(round), 'lock');
          await mkdir(dirname(path));
          await prepare(path);
          const at = Date.now() + 5;
          const results = await Promise.all(rivals.map((rival) => rival.take(path, at)));
          const winner = rivals[results.indexOf('won')];
          assert.deepEqual(results.toSorted(), [...Array<string>(count - 1).fill('held'), 'won'], `round ${round}`);
          assert.equal((await written(path)).pid, winner?.pid);
          assert.deepEqual(await readdir(dirname(path)), ['lock']);
        }
      }));
  }
});
