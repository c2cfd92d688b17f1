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
  /** The sides are text, so that a person may merge them. */
  readonly isText?: boolean;
}

export interface RevertPlan {
  readonly writes: readonly Write[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Works out how the workspace, of which `now` is the tree, loses some changes and keeps every other: what was not touched since
 * becomes what it was, what was changed elsewhere in the file is merged. Several changes of one path are taken back in their
 * order, which is the newest first. Writes nothing. Throws a GitError.
 */
export async function planRevert(store: string, now: string, changes: readonly Undone[]): Promise<RevertPlan> {
  const call: GitCall = { directory: store, repository: store };
  const writes: Write[] = [];
  const conflicts: Conflict[] = [];
  const paths = new Map<string, Undone[]>();
  for (const change of changes) paths.set(change.path, [...(paths.get(change.path) ?? []), change]);
  for (const [path, ofPath] of paths) {
    const then = await entry(call, now, path);
    const steps = await joined(call, ofPath);
    let is = await file(call, then);
    let why: 'changed since' | 'too large' | undefined;
    for (const step of steps) {
      if (why || same(is, step.before)) continue;
      const without = await back(store, call, { ...(await each(step, (one) => file(call, one))), now: is });
      ({ file: is, why } = without);
    }
    if (why === 'too large') conflicts.push({ path, why });
    else if (why) {
      const ends = { before: steps.at(-1)?.before, after: steps[0]?.after };
      const sides = { ...(await each(ends, (one) => file(call, one))), now: await file(call, then) };
      const { before, after } = sides;
      const isText = Object.values(sides).every((side: File | undefined) => !side || isTextFile(side));
      conflicts.push({ path, why, isText, before: before?.content, after: after?.content, now: sides.now?.content });
    } else if (!same(is, then)) writes.push({ path, now: then, mode: is?.mode ?? '', content: is?.content });
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
  return blobId(bytes, entryThen.oid.length) === entryThen.oid;
}

/** What git calls some bytes; `chars` is the length of its ids. */
function blobId(bytes: Buffer, chars: number): string {
  const hash = createHash(chars === 64 ? 'sha256' : 'sha1');
  return hash
    .update(`blob ${String(bytes.length)}\0`)
    .update(bytes)
    .digest('hex');
}

function same(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}

async function entry(call: GitCall, tree: string, path: string): Promise<Entry | undefined> {
  const out = (await git(call, 'ls-tree', '-z', '--full-tree', tree, '--', path)).toString();
  const [, mode, oid] = /^(\d{6}) blob ([0-9a-f]+)\t/.exec(out) ?? [];
  return mode !== undefined && oid !== undefined ? { mode, oid } : undefined;
}

/** A file with what is in it. */
interface File extends Entry {
  readonly content: Buffer;
}

async function file(call: GitCall, of: Entry | undefined): Promise<File | undefined> {
  return of && { ...of, content: await git(call, 'cat-file', 'blob', of.oid) };
}

function isTextFile({ mode, content }: File): boolean {
  return mode !== '120000' && !content.includes(0);
}

/** A file before and after what is taken back. */
interface Ends<T> {
  readonly before: T;
  readonly after: T;
}

/** And as it is. */
interface Sides<T> extends Ends<T> {
  readonly now: T;
}

async function each<T, U>({ before, after }: Ends<T>, of: (side: T) => Promise<U>): Promise<Ends<U>> {
  return { before: await of(before), after: await of(after) };
}

/** Changes of one path, the newest first; those that follow upon each other are one. */
async function joined(call: GitCall, changes: readonly Undone[]): Promise<Ends<Entry | undefined>[]> {
  const steps: Ends<Entry | undefined>[] = [];
  for (const { path, from, to } of changes) {
    const step = await each({ before: from, after: to }, (tree) => entry(call, tree, path));
    const last = steps.at(-1);
    if (last && same(last.before, step.after)) steps.splice(-1, 1, { before: step.before, after: last.after });
    else steps.push(step);
  }
  return steps;
}

/** A file without a change; where that cannot be, the file as it is and why. */
interface Without {
  readonly file: File | undefined;
  readonly why: 'changed since' | 'too large' | undefined;
}

async function back(store: string, call: GitCall, sides: Sides<File | undefined>): Promise<Without> {
  const { before, after, now } = sides;
  if ([before, after, now].some((side) => side && isTooLarge(side.content))) return { file: now, why: 'too large' };
  if (same(now, after)) return { file: before, why: undefined };
  const merged = await merge(store, call, sides);
  return merged ? { file: merged, why: undefined } : { file: now, why: 'changed since' };
}

/** The three sides as one, where they do not contradict each other. */
async function merge(
  store: string,
  call: GitCall,
  { before, after, now }: Sides<File | undefined>,
): Promise<File | undefined> {
  if (!before || !after || !now) return undefined;
  if ([before, after, now].some(({ mode }) => mode === '120000')) return undefined;
  const mode = now.mode === after.mode ? before.mode : now.mode;
  if (now.oid === after.oid) return { ...before, mode };
  if (before.oid === after.oid) return { ...now, mode };
  const folder = await mkdtemp(join(store, 'merge-'));
  try {
    const files = [now, after, before].map((side, index) => [join(folder, String(index)), side.content] as const);
    for (const [path, content] of files) await writeFile(path, content);
    const every = Array.from({ length: 255 }, (_, index) => index + 1);
    const names = files.map(([path]) => path);
    const { out, code } = await gitResult({ ...call, alsoFine: every }, 'merge-file', '-p', ...names);
    return code === 0 ? { mode, oid: blobId(out, now.oid.length), content: out } : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
