import { constants } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { format, parse } from 'node:path';
import { codeOf } from './errors';

/** Moves a file to a path, or, where something is, to `name-2.ext`, `name-3.ext` …; returns where it went. Rejects as the system does. */
export async function moveBeside(from: string, to: string): Promise<string> {
  const { dir, name, ext } = parse(to);
  for (let n = 1; ; n++) {
    const path = n === 1 ? to : format({ dir, name: `${name}-${n}`, ext });
    if (!(await placeCopy(from, path))) continue;
    await rm(from);
    return path;
  }
}

// Not a rename: on most systems that would silently overwrite what somebody put there a moment ago.
async function placeCopy(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') throw error;
      await copyWhole(from, to); // another device, or one without hard links
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    const copy = await open(to, 'r+');
    await copy.sync().finally(() => copy.close()); // before the original goes
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') await rm(to, { force: true }); // the disk filled up: no half file stays
    throw error;
  }
}
