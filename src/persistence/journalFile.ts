import { lstat, open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { codeOf, JournalError } from './errors';

/** What the journal’s writer needs of a file; tests put one in that fills up or breaks. Rejects as the system does. */
export interface JournalFile {
  read(): Promise<Buffer>;
  /** Bytes in the file; rejects with a JournalError `missing` once the file was deleted. */
  size(): Promise<number>;
  /** Writes all bytes at a place, in one call where the system takes them at once. */
  write(bytes: Buffer, position: number): Promise<void>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a journal for writing and makes it if it is absent; a symlink in its place is refused. */
export async function openJournalFile(path: string): Promise<JournalFile> {
  const handle = await create(path);
  return {
    read: () => handle.readFile(),
    size: () => sizeOf(handle),
    write: (bytes, position) => writeAll(handle, bytes, position),
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
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
    const handle = await open(path, 'wx+');
    await syncFolder(dirname(path));
    await syncFolder(dirname(dirname(path)));
    return handle;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Repairing cuts the file: through a symlink that would cut somebody’s one-line file elsewhere.
    if (!(await lstat(path)).isFile()) throw new JournalError('io', `The journal ${path} is no ordinary file.`);
    return await open(path, 'r+');
  }
}

async function sizeOf(handle: FileHandle): Promise<number> {
  const { size, nlink } = await handle.stat();
  // A deleted file still takes writes, which nobody would ever read: `git clean` must not go unnoticed.
  if (nlink === 0) throw new JournalError('missing', 'The journal was deleted or replaced while the mission ran.');
  return size;
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
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
