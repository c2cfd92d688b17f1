import { createHash, randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { atomicWrite } from './atomicWrite';
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
  /** How often the holder touches the file, in milliseconds; releases before the heartbeat name none. */
  beatMs: z.number().int().min(20).max(600_000).optional(),
  /** How many holders, one after the other, were replaced before this one without having let go. */
  heir: z.number().int().nonnegative().max(1_000_000).optional(),
  /** The holder let go of a mission that goes on: whoever watches may take it. */
  left: z.boolean().optional(),
});

/** What a lock file says about who drives the workspace. */
export type LockHolder = z.infer<typeof lockSchema>;

/** What a lock is to the process that took it: its own, another’s, or gone with the folder that it was in. */
export type Standing = 'mine' | 'another' | 'gone';

/** The right to drive the workspace’s missions. It ends with the process, at the latest. */
export interface Lock {
  readonly holder: LockHolder;
  /** Removes the lock file if it is still ours; may be called twice. With `left` it says that the mission goes on without a driver. */
  release(how?: { readonly left: boolean }): Promise<void>;
  /** Whether the lock file still names us; false once somebody removed or replaced it. Rejects with a LockError `io`. */
  isStillMine(): Promise<boolean>;
  /** Whose the lock is now. Rejects with a LockError `io`. */
  standing(): Promise<Standing>;
}

export interface LockOptions {
  /** How often the lock file is touched, in milliseconds. */
  readonly beatMs?: number;
  /** Called once, by the first beat that finds the lock another’s or gone. */
  readonly lost?: (standing: Exclude<Standing, 'mine'>) => void;
  /** A holder that is alive and was seen frozen: it may be replaced unless it moved since. */
  readonly frozen?: Sight | undefined;
}

/** A lock as it was seen. */
export interface Sight {
  readonly token: string;
  /** When the file was touched last, in milliseconds since the epoch; only to be compared. */
  readonly touchedAt: number;
}

/** What lies at a lock’s path. */
export interface Seen {
  readonly holder: LockHolder;
  /** Its process runs, and has not let go. */
  readonly live: boolean;
  readonly sight: Sight;
}

interface Found {
  /** Names this very content at this very place, so that it is replaced only once. */
  readonly id: string;
  readonly live: boolean;
  readonly holder?: LockHolder;
  readonly touchedAt: number;
}

const usualBeatMs = 2_000;
const settleMs = 5000; // how long a lock file may be empty while its writer is about to fill it
const rounds = 100;

/**
 * Takes the lock at `path` for a mission, at once or not at all: throws a LockError `held` with the pid and the mission of who
 * has it, or `io`. The lock of a process that ended or let go is taken over; of several that try at once, one gets it. While it
 * is held, its file is touched again and again.
 */
export async function acquireLock(path: string, mission: string, options: LockOptions = {}): Promise<Lock> {
  const { beatMs = usualBeatMs, frozen } = options;
  const token = randomUUID();
  const processStart = await processStartOf(process.pid);
  const before = await onDisk('read', () => look(path));
  const heir = before?.holder ? (before.holder.heir ?? 0) + 1 : 0;
  const mark = { pid: process.pid, startedAt: Date.now(), ...(processStart && { processStart }) };
  const holder = { ...mark, mission, token, beatMs, heir };
  const draft = `${path}.${token}.tmp`;
  let seen: string | undefined;
  const standing = async (): Promise<Standing> => {
    const stamp = await onDisk('read', () => stampOf(path));
    if (stamp !== undefined && stamp === seen) return 'mine';
    // The stamp is from before the reading: what comes to this place afterwards has another one.
    const text = await onDisk('read', () => contentOf(path));
    if (text === undefined) return 'gone';
    if (holderIn(text)?.token !== token) return 'another';
    seen = stamp;
    return 'mine';
  };
  const isStillMine = async () => (await standing()) === 'mine';
  try {
    await onDisk('taken', async () => {
      await writeFile(draft, textOf(holder), { flag: 'wx' });
      const other = await claim(path, draft, { base: path, frozen });
      if (other) throw refusal(other);
    });
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  const stopBeating = beat(path, beatMs, standing, options.lost);
  return {
    holder,
    standing,
    isStillMine,
    async release(how) {
      stopBeating();
      if (!(await isStillMine())) return;
      const letGo = async (): Promise<void> => {
        if (how?.left) await atomicWrite(path, textOf({ ...holder, left: true }));
        else await rm(path, { force: true });
      };
      await onDisk('released', () => patiently(letGo));
    },
  };
}

/** Who drives the workspace now; undefined if nobody does, or only a process that ended. Throws a LockError `io`. */
export async function readLock(path: string): Promise<LockHolder | undefined> {
  const seen = await seeLock(path);
  return seen?.live ? seen.holder : undefined;
}

/** The lock that lies at a path, also that of a process that ended. Throws a LockError `io`. */
export async function seeLock(path: string): Promise<Seen | undefined> {
  const found = await onDisk('read', () => look(path));
  if (!found?.holder) return undefined;
  const { holder, live, touchedAt } = found;
  return { holder, live, sight: { token: holder.token, touchedAt } };
}

/** Touches the file every `everyMs` milliseconds until the returned function is called or the lock is not ours any more. */
function beat(path: string, everyMs: number, standing: () => Promise<Standing>, lost: LockOptions['lost']): () => void {
  let beating = false;
  let over = false;
  const stop = () => {
    over = true;
    clearInterval(timer);
  };
  const once = async (): Promise<void> => {
    const now = await standing();
    if (over) return;
    if (now === 'mine') return await utimes(path, new Date(), new Date());
    stop();
    lost?.(now);
  };
  const timer = setInterval(() => {
    if (beating) return;
    beating = true;
    once()
      .catch(() => undefined) // a disk that refuses: the next beat tries again
      .finally(() => (beating = false));
  }, everyMs);
  timer.unref(); // whoever drives is alive by itself
  return stop;
}

interface Claiming {
  /** The lock’s own path; successions are named after it. */
  readonly base: string;
  readonly frozen: Sight | undefined;
}

/**
 * Puts the draft at `path` unless something live is there, which is returned. Something stale is never removed: only who holds
 * its *succession*, a file named after its content, may replace it, and only while it is still there. So a slow rival that
 * saw the same stale file can not hit the new one. A succession is taken by these same rules, so it may be stale itself.
 */
async function claim(path: string, draft: string, claiming: Claiming): Promise<Found | undefined> {
  const lookAgain = async () => {
    const found = await look(path);
    return found && { ...found, live: found.live && !isThat(found, claiming.frozen) };
  };
  for (let round = 0; round < rounds; round++) {
    if (await placed(draft, path)) return undefined;
    const found = await lookAgain();
    if (!found) continue;
    if (found.live) return found;
    const succession = `${claiming.base}.${found.id}`;
    const rival = await claim(succession, draft, claiming);
    if (rival) return rival;
    const now = await lookAgain();
    if (now?.id === found.id && !now.live) {
      await patiently(() => rename(succession, path));
      return undefined;
    }
    await patiently(() => rm(succession, { force: true }));
  }
  return { id: '', live: true, touchedAt: 0 }; // others come and go all the time: whoever it is, it is not us
}

function isThat({ holder, touchedAt }: Found, sight: Sight | undefined): boolean {
  return sight !== undefined && holder?.token === sight.token && touchedAt === sight.touchedAt;
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
  const touchedAt = (await unlessAbsent(() => stat(path)))?.mtimeMs;
  if (touchedAt === undefined) return undefined;
  const holder = holderIn(text);
  if (holder) return { id, live: holder.left !== true && (await isRunning(holder)), holder, touchedAt };
  return { id, live: Math.abs(Date.now() - touchedAt) < settleMs, touchedAt };
}

/** Tells this very file, as it is now, from another one at its place and from itself once it is touched. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await unlessAbsent(() => stat(path, { bigint: true }));
  return found && [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

function textOf(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
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
