import { createHash, randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { codeOf, LockError, reasonOf, unlessAbsent } from './errors';
import { parseJson } from './parseJson';
import { patiently } from './patiently';
import { isRunning, processStartOf } from './processes';

const lockSchema = z.object({
  pid: z.number().int().positive(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  processStart: z.string().optional(),
  mission: z.string().max(64),
  token: z.string().min(8).max(64),
});

/** What a lock file says about who drives the workspace. */
export type LockHolder = z.infer<typeof lockSchema>;

/** The right to drive the workspace’s missions. It ends with the process, at the latest. */
export interface Lock {
  readonly holder: LockHolder;
  /** Removes the lock file if it is still ours; may be called twice. */
  release(): Promise<void>;
  /** Whether the lock file still names us; false once somebody removed or replaced it. Rejects with a LockError `io`. */
  isStillMine(): Promise<boolean>;
}

interface Found {
  /** Names this very content at this very place, so that it is replaced only once. */
  readonly id: string;
  readonly live: boolean;
  readonly holder?: LockHolder;
}

const settleMs = 5000; // how long a lock file may be empty while its writer is about to fill it
const rounds = 100;

/**
 * Takes the lock at `path` for a mission, at once or not at all: throws a LockError `held` with the pid and the mission of who
 * has it, or `io`. The lock of a process that ended is taken over; of several that try at once, one gets it.
 */
export async function acquireLock(path: string, mission: string): Promise<Lock> {
  const token = randomUUID();
  const processStart = await processStartOf(process.pid);
  const holder = { pid: process.pid, startedAt: Date.now(), ...(processStart && { processStart }), mission, token };
  const draft = `${path}.${token}.tmp`;
  const isStillMine = async () => holderIn(await onDisk('read', () => contentOf(path)))?.token === token;
  try {
    await onDisk('taken', async () => {
      await writeFile(draft, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
      const other = await claim(path, draft, path);
      if (other) throw refusal(other);
    });
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  return {
    holder,
    isStillMine,
    async release() {
      if (await isStillMine()) await onDisk('released', () => patiently(() => rm(path, { force: true })));
    },
  };
}

/** Who drives the workspace now; undefined if nobody does, or only a process that ended. Throws a LockError `io`. */
export async function readLock(path: string): Promise<LockHolder | undefined> {
  const found = await onDisk('read', () => look(path));
  return found?.live ? found.holder : undefined;
}

/**
 * Puts the draft at `path` unless something live is there, which is returned. Something stale is never removed: only who holds
 * its *succession*, a file named after its content, may replace it, and only while it is still there. So a slow rival that
 * saw the same stale file can not hit the new one. A succession is taken by these same rules, so it may be stale itself.
 */
async function claim(path: string, draft: string, base: string): Promise<Found | undefined> {
  for (let round = 0; round < rounds; round++) {
    if (await placed(draft, path)) return undefined;
    const found = await look(path);
    if (!found) continue;
    if (found.live) return found;
    const succession = `${base}.${found.id}`;
    const rival = await claim(succession, draft, base);
    if (rival) return rival;
    const now = await look(path);
    if (now?.id === found.id && !now.live) {
      await patiently(() => rename(succession, path));
      return undefined;
    }
    await patiently(() => rm(succession, { force: true }));
  }
  return { id: '', live: true }; // others come and go all the time: whoever it is, it is not us
}

/** Puts the draft’s content at a path, whole or not at all; false if something is there. */
async function placed(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOSPC' || codeOf(error) === 'EROFS') throw error;
  }
  // A file system without hard links: the file is empty for a moment, which `look` allows for.
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(await readFile(draft)).finally(() => file.close());
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function look(path: string): Promise<Found | undefined> {
  const text = await contentOf(path);
  if (text === undefined) return undefined;
  const id = createHash('sha256').update(`${path}\n${text}`).digest('hex').slice(0, 32);
  const holder = holderIn(text);
  if (holder) return { id, live: await isRunning(holder), holder };
  const written = await unlessAbsent(() => stat(path));
  return written && { id, live: Math.abs(Date.now() - written.mtimeMs) < settleMs };
}

function contentOf(path: string): Promise<string | undefined> {
  return unlessAbsent(() => patiently(() => readFile(path, 'utf8')));
}

function holderIn(text: string | undefined): LockHolder | undefined {
  return lockSchema.safeParse(text === undefined ? undefined : parseJson(text)).data;
}

function refusal({ holder }: Found): LockError {
  const sentence = holder
    ? `Process ${holder.pid} drives mission ${holder.mission} in this workspace.`
    : 'Another process is about to drive a mission in this workspace.';
  return new LockError('held', sentence, holder?.pid, holder?.mission);
}

async function onDisk<T>(done: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof LockError || code === undefined) throw error;
    const sentence = `The workspace’s lock could not be ${done}: ${reasonOf(error)}.`;
    throw new LockError('io', sentence, undefined, undefined, code);
  }
}
