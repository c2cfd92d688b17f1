import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { patiently } from './patiently';

/**
 * Replaces a file’s text, whole or not at all, with the given mode (before the umask); `fits` is asked at the last moment, and
 * false leaves the file as it is, which is returned. Rejects as the system does. Our own
 * and not write-file-atomic, which takes a write that a full disk cut short for a whole one and puts half a file in place.
 */
export async function atomicWrite(
  path: string,
  text: string,
  mode = 0o666,
  fits: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (await fits()) {
      await patiently(() => rename(draft, path));
      return true;
    }
    await rm(draft, { force: true });
    return false;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
