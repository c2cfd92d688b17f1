import { constants } from 'node:fs';
import { lstat, open, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { codeOf, JournalError } from './errors';

/** What the journal’s writer needs of a file; tests put one in that fills up or breaks. Rejects as the system does. */
export interface JournalFile {
  /** All bytes, or those behind a place. */
  read(from?: number): Promise<Buffer>;
  /** Bytes in the file; rejects with a JournalError `missing` once the file was deleted. */
  size(): Promise<number>;
  /**
   * Writes all bytes at the end, in one call where the system takes them at once. At the end as it is then: a process that was
   * frozen in front of its write must not hit what its successor wrote.
   */
  write(bytes: Buffer): Promise<void>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a journal for writing and makes it if it is absent; a symlink in its place is refused. */
export async function openJournalFile(path: string): Promise<JournalFile> {
  const handle = await create(path);
  return {
    read: (from = 0) => readFrom(handle, from),
    size: () => sizeOf(handle),
    write: (bytes) => writeAll(handle, bytes),
    sync: () => handle.datasync(),
    // Windows cuts no file through a handle that only appends.
    truncate: (length) => (process.platform === 'win32' ? truncate(path, length) : handle.truncate(length)),
    close: () => handle.close(),
  };
}

/**
 * Keeps bytes in a file of their own beside the journal, `<name>.<what>-<n>`, and returns its path. What is kept is never
 * overwritten; the same bytes are kept once.
 */
export async function keepAside(journal: string, what: 'torn' | 'damaged', bytes: Buffer): Promise<string> {
  for (let n = 1; ; n++) {
    const path = join(dirname(journal), `${parse(journal).name}.${what}-${n}`);
    try {
      await writeFile(path, bytes, { flag: 'wx', flush: true });
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        await rm(path, { force: true });
        throw error;
      }
      if ((await readFile(path)).equals(bytes)) return path;
    }
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    const handle = await open(path, 'ax+');
    await syncFolder(dirname(path));
    await syncFolder(dirname(dirname(path)));
    return handle;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Repairing cuts the file: through a symlink that would cut somebody’s one-line file elsewhere.
    if (!(await lstat(path)).isFile()) throw new JournalError('io', `The journal ${path} is no ordinary file.`);
    return await open(path, constants.O_RDWR | constants.O_APPEND);
  }
}

async function sizeOf(handle: FileHandle): Promise<number> {
  const { size, nlink } = await handle.stat();
  // A deleted file still takes writes, which nobody would ever read: `git clean` must not go unnoticed.
  if (nlink === 0) throw new JournalError('missing', 'The journal was deleted or replaced while the mission ran.');
  return size;
}

async function readFrom(handle: FileHandle, from: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.max(0, size - from));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) break; // it was shortened meanwhile
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten; // a full disk takes a part first and refuses the rest
  }
}

async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows and some network disks can not: the record itself is synced anyway
  }
}
