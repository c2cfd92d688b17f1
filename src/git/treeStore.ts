import { lstat, mkdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange } from '../core/todo/changes';
import { parseChanges } from './changes';
import { GitError } from './errors';
import { git, gitResult, type GitCall } from './git';
import { places } from './places';

/**
 * The state of a workspace’s files at moments, kept in a repository of our own beside a mission’s journal: the person’s index,
 * HEAD, stash and hooks are never touched, and no file is converted, so that what is kept is what was there, byte by byte.
 */
export interface TreeStore {
  /** Keeps the files as they are now and resolves with their tree’s id. Throws a GitError. */
  take(): Promise<Tree>;
  /** What differs between two trees, renames found. */
  changes(from: string, to: string): Promise<FileChange[]>;
  /** A file’s content in a tree; undefined when it is not there. */
  read(tree: string, path: string): Promise<Buffer | undefined>;
}

export interface Tree {
  readonly id: string;
  /** Submodules and other repositories inside, which are not entered. */
  readonly nested: readonly string[];
  /** Files that are larger than what is kept: that they change is seen, not how. */
  readonly large: readonly string[];
}

export interface TreeOptions {
  readonly workspace: string;
  /** The folder for our repository; made when it is not there. */
  readonly store: string;
  /** The name of the index in it: each process that keeps trees in the same store has its own. */
  readonly index?: string;
  /** The workspace is a worktree that git made of this store: its index knows what has not changed since. */
  readonly isCheckout?: boolean;
  /** Files at most; a workspace with more throws a GitError `large`. */
  readonly mostFiles?: number;
  /** Bytes of a file at most. */
  readonly mostBytes?: number;
  /** Bytes at most that are copied at once of a folder without a repository, which would hold them already; more throws, too. */
  readonly mostCopied?: number;
}

const tooLarge = 'Too large to be kept';

/** Whether what is kept of a file only says that it was too large. */
export function isTooLarge(content: Buffer): boolean {
  return content.length < 200 && new RegExp(`^${tooLarge}: \\d+ bytes, written \\d+\n$`).test(content.toString());
}

/** What is known of a file that has not changed since. */
interface Seen {
  readonly mark: string;
  readonly mode: string;
  readonly oid: string;
  readonly large: boolean;
}

const usualFiles = 200_000;
const usualBytes = 64 << 20;
const usualCopied = 1 << 30;
/** A file that was written so shortly before it was looked at may be written again without a trace in its times. */
const racyMs = 2_000;
const lookedAtOnce = 64;
/** To start a process holds the event loop up for some milliseconds, and fifty workers may end in one moment. */
const comparedAtOnce = 2;
/** What is ours, and what OpenCode keeps for itself, is nobody’s change. */
const notLookedAt = /^\.opencode(?:\/|$)/;

/** Opens the trees of a workspace, inside git or not. Throws a GitError. */
export async function openTrees(options: TreeOptions): Promise<TreeStore> {
  const { workspace, store } = options;
  const theirs = await repositoryAround(workspace);
  const own: GitCall = { directory: workspace, repository: store, index: join(store, options.index ?? 'index.trees') };
  await makeStore(own, store, theirs);
  const empty = (await git({ ...own, input: '' }, 'hash-object', '-t', 'tree', '-w', '--stdin')).toString().trim();
  let seen = new Map<string, Seen>();
  let isFirst = true;
  const known = options.isCheckout ? await checkedOut(workspace) : undefined;

  const take = async (): Promise<Tree> => {
    const names = await filesOf(workspace, theirs === undefined ? own : undefined);
    const most = options.mostFiles ?? usualFiles;
    if (names.length > most)
      throw new GitError(
        'large',
        `The folder has ${String(names.length)} files; changes are kept of ${String(most)} at most.`,
      );
    const mostCopied = theirs ? Infinity : (options.mostCopied ?? usualCopied);
    const found = await look(own, workspace, names, isFirst && known ? known : seen, {
      mostBytes: options.mostBytes ?? usualBytes,
      mostCopied,
    });
    if (isFirst) {
      await rm(own.index ?? '', { force: true });
      isFirst = false;
    }
    const lines = [
      ...[...seen.keys()]
        .filter((path) => !found.files.has(path))
        .map((path) => `0 ${'0'.repeat(empty.length)}\t${path}\0`),
      ...[...found.files]
        .filter(([path, { oid, mode }]) => seen.get(path)?.oid !== oid || seen.get(path)?.mode !== mode)
        .map(([path, { oid, mode }]) => `${mode} ${oid}\t${path}\0`),
    ];
    // A path that was a file and is a folder now, or the other way round, makes room for the other first.
    if (lines.length > 0)
      await git({ ...own, input: lines.join('') }, 'update-index', '-z', '--replace', '--index-info');
    seen = found.files;
    const id =
      lines.length === 0 && seen.size === 0 ? empty : (await git(own, 'write-tree', '--missing-ok')).toString().trim();
    return { id, nested: found.nested, large: [...seen].filter(([, file]) => file.large).map(([path]) => path) };
  };
  let line: Promise<unknown> = Promise.resolve();
  const compared = places(comparedAtOnce);
  return {
    take: () => {
      const taken = line.then(take);
      line = taken.catch(() => undefined); // the caller sees it
      return taken;
    },
    async changes(from, to) {
      if (from === to) return [];
      const args = ['diff-tree', '-r', '-z', '-M', '--raw', '--numstat', '--full-index', from, to];
      return parseChanges(await compared(() => git(own, ...args)));
    },
    read: (tree, path) => readTree(store, tree, path),
  };
}

/** A file’s content in a tree of a store that may have been opened by another process; undefined when it is not there. */
export async function readTree(store: string, tree: string, path: string): Promise<Buffer | undefined> {
  if (!(await stat(join(store, 'HEAD')).catch(() => undefined))) return undefined;
  const call = { directory: store, repository: store, alsoFine: [128] };
  const { out, code } = await gitResult(call, 'cat-file', 'blob', `${tree}:${path}`);
  return code === 0 ? out : undefined;
}

interface Theirs {
  readonly objects: string;
  readonly format: string;
}

/** The repository that the workspace lies in; undefined when it lies in none. */
async function repositoryAround(workspace: string): Promise<Theirs | undefined> {
  const asked = { directory: workspace, alsoFine: [128] };
  const args = ['rev-parse', '--path-format=absolute', '--show-object-format', '--git-path', 'objects'];
  const { out, code } = await gitResult(asked, ...args);
  const [format, objects] = out.toString().trimEnd().split('\n');
  return code === 0 && format && objects ? { format, objects } : undefined;
}

async function makeStore(own: GitCall, store: string, theirs: Theirs | undefined): Promise<void> {
  if (await stat(join(store, 'HEAD')).catch(() => undefined)) return;
  await mkdir(store, { recursive: true });
  const format = theirs?.format ?? 'sha1';
  await git(own, 'init', '-q', '--bare', '--template=', `--object-format=${format}`, store);
  if (theirs) {
    await mkdir(join(store, 'objects', 'info'), { recursive: true });
    await writeFile(join(store, 'objects', 'info', 'alternates'), `${theirs.objects}\n`);
  }
}

/** Every file that git would track or not ignore, relative to the workspace, as git lists them. */
async function filesOf(workspace: string, own: GitCall | undefined): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--exclude-standard'];
  const listed = own
    ? // Without a repository of theirs nothing is tracked; the empty index leaves everything to `--others`.
      await git({ ...own, index: `${own.index ?? ''}.none` }, `--work-tree=${workspace}`, ...args)
    : await git({ directory: workspace }, ...args, '--cached');
  const names = new Set<string>();
  for (const name of listed.toString('utf8').split('\0')) {
    // A name that is no UTF-8 cannot be told again; it is left alone.
    if (name !== '' && !name.includes('\ufffd') && !notLookedAt.test(name)) names.add(name);
  }
  return [...names];
}

interface Found {
  readonly files: Map<string, Seen>;
  readonly nested: string[];
}

interface Fresh {
  readonly path: string;
  readonly mark: string;
  readonly mode: string;
  /** What stands for a file that is not kept, or where a link leads. */
  readonly text?: string | undefined;
  readonly large: boolean;
}

async function look(
  own: GitCall,
  workspace: string,
  names: readonly string[],
  seen: ReadonlyMap<string, Seen>,
  { mostBytes, mostCopied }: { mostBytes: number; mostCopied: number },
): Promise<Found> {
  const files = new Map<string, Seen>();
  const nested: string[] = [];
  const fresh: Fresh[] = [];
  let copied = 0;
  const one = async (path: string): Promise<void> => {
    const full = join(workspace, path);
    const entry = await lstat(full, { bigint: true }).catch(() => undefined); // gone: that is its state
    if (!entry) return;
    if (entry.isDirectory()) {
      nested.push(path.replace(/\/$/, ''));
      return;
    }
    const { size, mtimeNs, ctimeNs, ino } = entry;
    const isRacy = Date.now() - Number(mtimeNs / 1_000_000n) < racyMs;
    const mark = markOf(size, mtimeNs, ctimeNs, ino) + (isRacy ? ' racy' : '');
    const known = seen.get(path);
    const mode = entry.isSymbolicLink() ? '120000' : (entry.mode & 0o111n) === 0n ? '100644' : '100755';
    if (known && !isRacy && known.mark === mark && known.mode === mode) files.set(path, known);
    else if (entry.isSymbolicLink()) {
      const text = await readlink(full).catch(() => undefined);
      if (text !== undefined) fresh.push({ path, mark, mode, text, large: false });
    } else if (entry.isFile()) {
      const large = size > BigInt(mostBytes);
      const text = large ? `${tooLarge}: ${String(size)} bytes, written ${String(mtimeNs)}\n` : undefined;
      if (!large) copied += Number(size);
      fresh.push({ path, mark, mode, text, large });
    }
  };
  for (let at = 0; at < names.length; at += lookedAtOnce)
    await Promise.all(names.slice(at, at + lookedAtOnce).map(one));
  if (copied > mostCopied) throw new GitError('large', tooMuch(copied, mostCopied));
  const oids = await hash(own, workspace, fresh);
  for (const { path, mark, mode, large } of fresh) {
    const oid = oids.get(path);
    if (oid !== undefined) files.set(path, { mark, mode, oid, large });
  }
  return { files, nested: nested.sort() };
}

/** What tells that a file is still the one that was looked at; git keeps 32 bits of an inode’s number. */
function markOf(size: bigint, mtimeNs: bigint, ctimeNs: bigint, ino: bigint): string {
  return [size, mtimeNs, ctimeNs, BigInt.asUintN(32, ino)].map(String).join(' ');
}

const debugged =
  /(\d{6}) ([0-9a-f]+) 0\t([^\0]+)\0 {2}ctime: (\d+):(\d+)\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: (\d+)\n {2}uid: .*\n {2}size: (\d+)\t.*\n/g;

/** The files that git has checked out, as its index knows them. */
async function checkedOut(workspace: string): Promise<Map<string, Seen>> {
  const out = (await git({ directory: workspace }, 'ls-files', '-z', '--stage', '--debug')).toString('utf8');
  const found = new Map<string, Seen>();
  for (const [, mode = '', oid = '', path = '', cs, cn, ms, mn, ino, size] of out.matchAll(debugged)) {
    const ns = (seconds = '0', nanos = '0'): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
    const mark = markOf(BigInt(size ?? 0), ns(ms, mn), ns(cs, cn), BigInt(ino ?? 0));
    found.set(path, { mark, mode, oid, large: false });
  }
  return found;
}

function tooMuch(bytes: number, most: number): string {
  const mebibytes = (of: number): string => `${String(Math.round(of / 2 ** 20))} MiB`;
  return `The folder is in no git repository and has ${mebibytes(bytes)} to keep; ${mebibytes(most)} are kept at most.`;
}

/** Keeps contents; one call of git for all that are ordinary files. A file that vanishes meanwhile has no id. */
async function hash(own: GitCall, workspace: string, fresh: readonly Fresh[]): Promise<Map<string, string>> {
  const oids = new Map<string, string>();
  const plainFiles = fresh.filter(({ path, text }) => text === undefined && !/[\n"]|^\s|\s$/.test(path));
  const write = ['hash-object', '-w', '--no-filters'];
  for (let at = 0; at < plainFiles.length; at += 5_000) {
    const some = plainFiles.slice(at, at + 5_000);
    const input = some.map(({ path }) => `${join(workspace, path)}\n`).join('');
    const { out, code } = await gitResult({ ...own, input, alsoFine: [128] }, ...write, '--stdin-paths');
    const ids = out
      .toString()
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
    some.slice(0, ids.length).forEach(({ path }, index) => oids.set(path, ids[index] ?? ''));
    if (code === 0) continue;
    // One of them cannot be read, or is gone: the rest is looked at again, without it.
    for (const { path } of some.slice(ids.length)) await hashOne(own, workspace, path, oids);
  }
  for (const { path, text } of fresh) {
    if (text !== undefined) oids.set(path, (await git({ ...own, input: text }, ...write, '--stdin')).toString().trim());
    else if (!oids.has(path)) await hashOne(own, workspace, path, oids);
  }
  return oids;
}

async function hashOne(own: GitCall, workspace: string, path: string, oids: Map<string, string>): Promise<void> {
  const args = ['hash-object', '-w', '--no-filters', '--', join(workspace, path)];
  const { out, code } = await gitResult({ ...own, alsoFine: [128] }, ...args);
  if (code === 0) oids.set(path, out.toString().trim());
}
