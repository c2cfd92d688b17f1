import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writesTo, type FileWrite } from '../core/mission/writes';
import { lineWriters } from '../git/lineWriters';
import { GitError } from '../git/errors';
import { checkPath } from '../core/todo/paths';
import { plain } from '../core/todo/text';
import { realPathInside } from '../persistence/insidePath';
import { treesDir } from '../persistence/workspaceFiles';
import { HostError } from './errors';
import type { MissionOnRecord } from './workspace';

/** Bytes of a file whose lines are told. */
const mostBytes = 4 << 20;
/** Writes of one file that are looked at, the last ones. */
const mostWrites = 50;

export interface OwnersWish {
  readonly workspace: string;
  readonly mission: MissionOnRecord;
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** What stands in an editor and is not saved. */
  readonly unsaved?: string | undefined;
}

/** Each line with the turn that wrote it last; undefined for the person’s, and for what was there before. */
export interface OwnedLines {
  readonly content: Buffer;
  readonly lines: readonly (FileWrite | undefined)[];
}

/** Says which TODO wrote each line of a file as it is now. Throws a `HostError` `input`. */
export async function lineOwners({ workspace, mission, path, unsaved }: OwnersWish): Promise<OwnedLines> {
  const checked = checkPath(path);
  if (!checked.ok) throw new HostError('input', checked.sentence);
  if (!(await realPathInside(workspace, checked.path)))
    throw new HostError('input', `${plain(path, 200)} leads out of the folder.`);
  const onDisk = await readFile(join(workspace, checked.path)).catch(() => undefined); // said in the next line
  if (!onDisk) throw new HostError('input', `There is no file ${plain(path, 200)} that can be read.`);
  const content = unsaved === undefined ? onDisk : Buffer.from(unsaved);
  if (Math.max(content.length, onDisk.length) > mostBytes)
    throw new HostError('input', `${plain(path, 200)} is larger than 4 MiB.`);
  if (content.includes(0)) throw new HostError('input', `${plain(path, 200)} is no text.`);
  const writes = writesTo(mission.records, mission.state, checked.path).slice(0, mostWrites);
  try {
    const store = treesDir(workspace, mission.state.mission);
    const owners = await lineWriters({ store, writes, onDisk, now: content });
    const lines = owners.map((index) => (index === undefined ? undefined : writes[index]));
    return { content, lines };
  } catch (error) {
    if (error instanceof GitError) throw new HostError('input', error.message);
    throw error;
  }
}
