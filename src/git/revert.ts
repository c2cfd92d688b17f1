import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Undone } from '../core/mission/undo';
import { git, gitResult, type GitCall } from './git';
import { isTooLarge } from './treeStore';

/** A file in a tree. */
interface Entry {
  readonly mode: string;
  readonly oid: string;
}

/** What is written in the workspace; nothing in place of `content` removes the file. */
export interface Write {
  readonly path: string;
  readonly now: Entry | undefined;
  readonly mode: string;
  readonly content: Buffer | undefined;
}

/** A path that cannot be taken back by itself. The three sides are undefined where there is no such file. */
export interface Conflict {
  readonly path: string;
  readonly why: 'changed since' | 'too large' | 'changed meanwhile';
  readonly before?: Buffer | undefined;
  readonly after?: Buffer | undefined;
  readonly now?: Buffer | undefined;
}

export interface RevertPlan {
  readonly writes: readonly Write[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Works out how the workspace, of which `now` is the tree, loses some changes and keeps every other: what was not touched since
 * becomes what it was, what was changed elsewhere in the file is merged. Writes nothing. Throws a GitError.
 */
export async function planRevert(store: string, now: string, changes: readonly Undone[]): Promise<RevertPlan> {
  const call: GitCall = { directory: store, repository: store };
  const writes: Write[] = [];
  const conflicts: Conflict[] = [];
  for (const { path, from, to } of changes) {
    const entries = await each({ before: from, after: to, now }, (tree) => entry(call, tree, path));
    if (same(entries.now, entries.before)) continue;
    const sides = await each(entries, (one) => content(call, one));
    if (Object.values(sides).some((side: Buffer | undefined) => side !== undefined && isTooLarge(side))) {
      conflicts.push({ path, why: 'too large' });
    } else if (same(entries.now, entries.after)) {
      writes.push({ path, now: entries.now, mode: entries.before?.mode ?? '', content: sides.before });
    } else {
      const merged = await merge(store, call, entries, sides);
      if (merged) writes.push({ path, now: entries.now, ...merged });
      else conflicts.push({ path, why: 'changed since', ...sides });
    }
  }
  return { writes, conflicts };
}

/**
 * Carries out what was planned, a file at a time and each whole or not at all. A file that is not any more what it was when it was
 * planned is left as it is, and told. Rejects as the system does. The paths must have been checked to lie in the workspace.
 */
export async function applyRevert(workspace: string, writes: readonly Write[]): Promise<Conflict[]> {
  const late: Conflict[] = [];
  for (const { path, now, mode, content: text } of writes) {
    const full = join(workspace, path);
    if (!(await isStill(full, now))) {
      late.push({ path, why: 'changed meanwhile' });
      continue;
    }
    if (text === undefined) {
      await rm(full);
      await removeEmpty(workspace, dirname(full));
      continue;
    }
    await mkdir(dirname(full), { recursive: true });
    const draft = `${full}.${randomUUID()}.tmp`;
    try {
      if (mode === '120000') await symlink(text.toString(), draft);
      else {
        await writeFile(draft, text, { flag: 'wx' });
        // Who may read and write it stays as it is; who may run it, follows.
        const { mode: bits } = await lstat(now && now.mode !== '120000' ? full : draft);
        await chmod(draft, mode === '100755' ? bits | ((bits & 0o444) >> 2) : bits & ~0o111);
      }
      await rename(draft, full);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
  return late;
}

/** Folders that held nothing but what was removed go, too; git knows no empty ones. */
async function removeEmpty(workspace: string, folder: string): Promise<void> {
  for (let at = folder; at !== workspace && at.startsWith(workspace); at = dirname(at)) {
    const gone = await rmdir(at).then(
      () => true,
      () => false, // something is in it
    );
    if (!gone) return;
  }
}

async function isStill(full: string, entryThen: Entry | undefined): Promise<boolean> {
  const found = await lstat(full).catch(() => undefined); // not there is an answer
  if (!found || !entryThen) return !found && !entryThen;
  if (found.isSymbolicLink() !== (entryThen.mode === '120000')) return false;
  const bytes = found.isSymbolicLink() ? Buffer.from(await readlink(full)) : await readFile(full);
  const kind = entryThen.oid.length === 64 ? 'sha256' : 'sha1';
  const oid = createHash(kind)
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
  return oid === entryThen.oid;
}

function same(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}

async function entry(call: GitCall, tree: string, path: string): Promise<Entry | undefined> {
  const out = (await git(call, 'ls-tree', '-z', '--full-tree', tree, '--', path)).toString();
  const [, mode, oid] = /^(\d{6}) blob ([0-9a-f]+)\t/.exec(out) ?? [];
  return mode !== undefined && oid !== undefined ? { mode, oid } : undefined;
}

async function content(call: GitCall, of: Entry | undefined): Promise<Buffer | undefined> {
  return of && (await git(call, 'cat-file', 'blob', of.oid));
}

/** A file before and after what is taken back, and as it is. */
interface Sides<T> {
  readonly before: T;
  readonly after: T;
  readonly now: T;
}

async function each<T, U>({ before, after, now }: Sides<T>, of: (side: T) => Promise<U>): Promise<Sides<U>> {
  return { before: await of(before), after: await of(after), now: await of(now) };
}

/** The three sides as one, where they do not contradict each other. */
async function merge(
  store: string,
  call: GitCall,
  { before, after, now }: Sides<Entry | undefined>,
  sides: Sides<Buffer | undefined>,
): Promise<{ mode: string; content: Buffer } | undefined> {
  if (!before || !after || !now || !sides.before || !sides.after || !sides.now) return undefined;
  if ([before, after, now].some(({ mode }) => mode === '120000')) return undefined;
  const mode = now.mode === after.mode ? before.mode : now.mode;
  if (now.oid === after.oid) return { mode, content: sides.before };
  if (before.oid === after.oid) return { mode, content: sides.now };
  const folder = await mkdtemp(join(store, 'merge-'));
  try {
    const files = [sides.now, sides.after, sides.before].map(
      (side, index) => [join(folder, String(index)), side] as const,
    );
    for (const [file, side] of files) await writeFile(file, side);
    const every = Array.from({ length: 255 }, (_, index) => index + 1);
    const { out, code } = await gitResult(
      { ...call, alsoFine: every },
      'merge-file',
      '-p',
      ...files.map(([file]) => file),
    );
    return code === 0 ? { mode, content: out } : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
