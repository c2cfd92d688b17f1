import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { GitError } from './errors';
import { git, gitResult, type GitCall } from './git';
import type { Write } from './revert';
import { places } from './places';
import { isTooLarge } from './treeStore';

/** Commits of our own store are nobody’s: the person’s name stands under what lands in the person’s repository alone. */
const author = ['-c', 'user.name=OpenCode Orchestrator', '-c', 'user.email=orchestrator@localhost'];
/** A worktree has the bytes of the folder it was made from, whatever its attributes say. */
const attributes = '* -text -filter -ident -working-tree-encoding\n';
/** Names of the two sides in conflict markers. */
const sides = { ours: 'your-folder', theirs: 'the-todo' } as const;

const inStore = (store: string): GitCall => ({ directory: store, repository: store });

/** What writes or reads all files of a worktree: fifty at once would keep the disk from ever finishing the first. */
const wholeWorktree = places(Math.min(8, Math.max(2, availableParallelism())));
/** For one such worktree, which may be large. */
const wholeMs = 15 * 60_000;

const lines = new Map<string, Promise<unknown>>();

/** Git reads what it knows of all worktrees while it adds one, and stumbles over another that is half there. */
function inLine<T>(store: string, act: () => Promise<T>): Promise<T> {
  const done = (lines.get(store) ?? Promise.resolve()).then(act);
  lines.set(
    store,
    done.catch(() => undefined), // who asked is told
  );
  return done;
}

/**
 * Makes a worktree of a tree in the mission’s own store, so that the person’s repository hears of none: no branch, no worktree,
 * no hook. What was at the path before is replaced. `parent` is a commit whose history it shows. Throws a GitError, also once it is
 * not wanted any more.
 */
export async function addWorktree(
  store: string,
  path: string,
  of: {
    readonly tree: string;
    readonly branch: string;
    readonly parent?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { signal } = of;
  const call = { ...inStore(store), signal };
  await writeFile(join(store, 'info', 'attributes'), attributes).catch(async () => {
    await mkdir(join(store, 'info'), { recursive: true });
    await writeFile(join(store, 'info', 'attributes'), attributes);
  });
  await removeWorktree(store, path);
  await mkdir(dirname(path), { recursive: true });
  const commit = await commitTree(store, of.tree, of.parent === undefined ? [] : [of.parent], 'The folder as it was');
  const add = ['worktree', 'add', '-q', '--force', '--no-checkout', '-B', of.branch, path, commit];
  await inLine(store, () => git(call, ...add));
  const checkout = { directory: path, patienceMs: wholeMs, signal };
  await wholeWorktree(() => git(checkout, 'reset', '-q', '--hard'));
}

/** Whether a worktree’s files are as they were checked out, and no others are there. Throws a GitError. */
export async function isAsCheckedOut(path: string): Promise<boolean> {
  const call = { directory: path, patienceMs: wholeMs };
  const out = await wholeWorktree(() => git(call, 'status', '--porcelain', '-z', '--untracked-files=normal'));
  return out.length === 0;
}

/** Removes a worktree’s folder and what the store knows of it; its branch stays. Links in it are not followed. */
export async function removeWorktree(store: string, path: string): Promise<void> {
  await wholeWorktree(() => rm(path, { recursive: true, force: true }));
  await inLine(store, () => git(inStore(store), 'worktree', 'prune', '--expire=now'));
}

/** Keeps a tree by a name, so that nothing prunes it, and says as which ref. */
export async function keepTree(store: string, name: string, tree: string): Promise<string> {
  const ref = `refs/kept/${name}`;
  const commit = await commitTree(store, tree, [], 'Kept');
  await git(inStore(store), 'update-ref', ref, commit);
  return ref;
}

/** The tree that was kept by a name, undefined when none was. */
export async function keptTree(store: string, name: string): Promise<string | undefined> {
  const call = { ...inStore(store), alsoFine: [1, 128] };
  const { out, code } = await gitResult(call, 'rev-parse', '--verify', '--quiet', `refs/kept/${name}^{tree}`);
  return code === 0 ? out.toString().trim() : undefined;
}

/** Lines of patterns for files in worktrees that are nobody’s change, as what a set-up links. */
export async function excludeFromTrees(store: string, patterns: readonly string[]): Promise<void> {
  const path = join(store, 'info', 'exclude');
  const before = await readFile(path, 'utf8').catch(() => ''); // none yet
  const known = new Set(before.split('\n'));
  const fresh = patterns.filter((pattern) => !known.has(pattern));
  if (fresh.length === 0) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, [...before.split('\n').filter((line) => line !== ''), ...fresh, ''].join('\n'));
}

/** Where git keeps what it knows of one worktree: a place for marks that are not among its files. Throws a GitError. */
export async function gitDirOf(path: string): Promise<string> {
  return (await git({ directory: path }, 'rev-parse', '--absolute-git-dir')).toString().trim();
}

export interface Merged {
  /** The whole, with conflict markers where both sides changed the same lines. */
  readonly tree: string;
  /** Paths that need somebody’s decision. */
  readonly conflicts: readonly string[];
}

/** Merges two trees that both came from a third, without touching a file. Throws a GitError; git before 2.38 cannot. */
export async function mergeTrees(
  store: string,
  { base, ours, theirs }: { readonly base: string; readonly ours: string; readonly theirs: string },
): Promise<Merged> {
  if (ours === base || ours === theirs) return { tree: theirs, conflicts: [] };
  if (theirs === base) return { tree: ours, conflicts: [] };
  const call = inStore(store);
  const root = await commitTree(store, base, [], 'Base');
  for (const [name, tree] of [
    [sides.ours, ours],
    [sides.theirs, theirs],
  ] as const)
    await git(call, 'update-ref', `refs/heads/${name}`, await commitTree(store, tree, [root], name));
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', sides.ours, sides.theirs];
  const { out, code } = await gitResult({ ...call, alsoFine: [1, 129] }, '-c', 'merge.conflictStyle=zdiff3', ...args);
  if (code === 129) throw new GitError('failed', 'Merging worktrees needs git 2.38 or newer.');
  const [tree = '', ...names] = out.toString('utf8').split('\0');
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitError('failed', 'git merge-tree gave no tree.');
  return { tree, conflicts: [...new Set(names.filter((name) => name !== ''))] };
}

/**
 * What has to be written so that files that are as in one tree become as in another, deletions first. Files that were too large
 * to be kept are left out. Throws a GitError.
 */
export async function writesBetween(store: string, from: string, to: string): Promise<Write[]> {
  if (from === to) return [];
  const call = inStore(store);
  const raw = await git(call, 'diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', from, to);
  const words = raw.toString('utf8').split('\0');
  const changed: { path: string; now: Write['now']; mode: string; oid: string | undefined }[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [before = '', mode = '', oldOid = '', oid = ''] = (words[at] ?? '').slice(1).split(' ');
    const path = words[at + 1] ?? '';
    if (mode === '160000' || before === '160000') continue; // another repository is not entered
    const now = /^0+$/.test(oldOid) ? undefined : { mode: before, oid: oldOid };
    changed.push({ path, now, mode, oid: /^0+$/.test(oid) ? undefined : oid });
  }
  const contents = await blobs(call, [...new Set(changed.flatMap(({ oid }) => oid ?? []))]);
  return changed
    .map(({ path, now, mode, oid }) => ({
      path,
      now,
      mode,
      content: oid === undefined ? undefined : contents.get(oid),
    }))
    .filter(({ content }) => content === undefined || !isTooLarge(content))
    .sort((a, b) => Number(a.content !== undefined) - Number(b.content !== undefined));
}

async function blobs(call: GitCall, oids: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (oids.length === 0) return found;
  const out = await git({ ...call, input: `${oids.join('\n')}\n` }, 'cat-file', '--batch');
  let at = 0;
  for (const oid of oids) {
    const end = out.indexOf('\n', at);
    const [, kind, size] = out.toString('utf8', at, end).split(' ');
    if (kind !== 'blob') throw new GitError('failed', `The store has lost ${oid}.`);
    found.set(oid, out.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return found;
}

/** Whether a file still has the markers of a conflict; one that is gone or no text has none. */
export async function hasMarkers(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // gone: that is a decision
  if (!found?.isFile() || found.size > 16 << 20) return false;
  const text = await readFile(path, 'utf8');
  return /^<{7} /m.test(text) && /^>{7} /m.test(text);
}

async function commitTree(store: string, tree: string, parents: readonly string[], message: string): Promise<string> {
  const args = ['commit-tree', '--no-gpg-sign', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
  return (await git(inStore(store), ...author, ...args)).toString().trim();
}
