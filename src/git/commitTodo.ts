import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { GitError } from './errors';
import { git, gitResult, type GitCall } from './git';
import { readTree } from './treeStore';

export interface CommitOf {
  readonly workspace: string;
  readonly store: string;
  /** The folder’s trees before and after it landed, and what it changed between them. */
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
  readonly message: string;
}

export interface Committed {
  readonly commit: string;
  /** Paths that are not in it, since changes of the person’s are in the same place. */
  readonly left: readonly string[];
}

/** What is under way in a repository, in which no commit of ours is to come. */
const underWay = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG', 'rebase-merge', 'rebase-apply'];

/**
 * Commits what a TODO changed onto the person’s branch, and nothing else: what the person has changed or staged stays as it is.
 * No hook is run. Throws a GitError where there can be no commit, which leaves everything as it was.
 */
export async function commitTodo(of: CommitOf): Promise<Committed | undefined> {
  const { workspace, paths } = of;
  const call: GitCall = { directory: workspace };
  const said = async (...args: string[]): Promise<string> => (await git(call, ...args)).toString().trim();
  for (const name of underWay)
    if (await isThere(workspace, await said('rev-parse', '--git-path', name)))
      throw new GitError('failed', 'A merge, rebase or bisect is under way in the repository.');
  const head = await said('rev-parse', '--verify', 'HEAD');
  const prefix = (await git(call, 'rev-parse', '--show-prefix')).toString().replace(/\n$/, '');
  const scratch = await mkdtemp(join(tmpdir(), 'orchestrator-commit-'));
  try {
    const own: GitCall = { ...call, index: join(scratch, 'index') };
    await git(own, 'read-tree', head);
    const left: string[] = [];
    const lines: string[] = [];
    for (const path of paths) {
      const line = await lineOf(of, own, scratch, head, prefix, path);
      if (line === undefined) left.push(path);
      else lines.push(line);
    }
    if (lines.length > 0)
      await git({ ...own, input: lines.join('') }, 'update-index', '-z', '--replace', '--index-info');
    const tree = (await git(own, 'write-tree')).toString().trim();
    if (tree === (await said('rev-parse', `${head}^{tree}`))) return undefined;
    const commit = (
      await git({ ...own, input: of.message }, 'commit-tree', '--no-gpg-sign', tree, '-p', head, '-F', '-')
    )
      .toString()
      .trim();
    // What stands in the person’s index as it stood in the last commit follows; what was staged stays staged.
    const followed = await asInHead(call, head, lines, prefix);
    await git(call, 'update-ref', '-m', `orchestrator: ${of.message.split('\n')[0] ?? ''}`, 'HEAD', commit, head);
    if (followed.length > 0)
      await git({ ...call, input: followed.join('') }, 'update-index', '-z', '--replace', '--index-info');
    return { commit, left };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A path’s line for the index of the commit; undefined where the person’s own changes cannot be told from the TODO’s. */
async function lineOf(
  { store, from, to }: CommitOf,
  own: GitCall,
  scratch: string,
  head: string,
  prefix: string,
  path: string,
): Promise<string | undefined> {
  const full = prefix + path;
  const before = await readTree(store, from, path);
  const after = await readTree(store, to, path);
  const last = await entryIn(own, head, full);
  const cleaned = before && (await clean(own, full, before));
  if (cleaned === last?.oid) {
    if (!after) return `0 ${'0'.repeat(head.length)}\t${full}\0`;
    const mode = (await entryIn({ directory: store, repository: store }, to, path))?.mode ?? '100644';
    return `${mode} ${await clean(own, full, after)}\t${full}\0`;
  }
  // The person had changed it and not committed that: the TODO’s part alone is taken, where it can be.
  if (!last || !before || !after) return undefined;
  const merged = await mergeFile(own, scratch, last.oid, await clean(own, full, before), await clean(own, full, after));
  return merged === undefined ? undefined : `${last.mode} ${merged}\t${full}\0`;
}

/** The id of a content as the person’s `git add` would keep it. */
async function clean(call: GitCall, path: string, content: Buffer): Promise<string> {
  const adds = { ...call, input: content, converts: true };
  return (await git(adds, 'hash-object', '-w', '--path', path, '--stdin')).toString().trim();
}

async function mergeFile(
  call: GitCall,
  scratch: string,
  ours: string,
  base: string,
  theirs: string,
): Promise<string | undefined> {
  const files: string[] = [];
  for (const [name, oid] of Object.entries({ ours, base, theirs })) {
    files.push(join(scratch, name));
    await writeFile(join(scratch, name), await git(call, 'cat-file', 'blob', oid));
  }
  const every = Array.from({ length: 255 }, (_, at) => at + 1);
  const { out, code } = await gitResult({ ...call, alsoFine: every }, 'merge-file', '-p', ...files);
  if (code !== 0) return undefined;
  return (await git({ ...call, input: out }, 'hash-object', '-w', '--stdin')).toString().trim();
}

async function entryIn(call: GitCall, tree: string, path: string): Promise<{ mode: string; oid: string } | undefined> {
  const out = (await git(call, 'ls-tree', '-z', '--full-tree', tree, '--', path)).toString();
  const [, mode, oid] = /^(\d{6}) blob ([0-9a-f]+)\t/.exec(out) ?? [];
  return mode !== undefined && oid !== undefined ? { mode, oid } : undefined;
}

/** Of lines for an index those whose path stands in the person’s index as in a commit. */
async function asInHead(call: GitCall, head: string, lines: readonly string[], prefix: string): Promise<string[]> {
  const paths = lines.map((line) => line.slice(line.indexOf('\t') + 1, -1));
  const differs = await git(call, 'diff-index', '-z', '--cached', '--name-only', '--no-renames', head);
  const staged = new Set(differs.toString('utf8').split('\0'));
  // Names are told from the repository’s root, whatever the folder.
  return lines.filter((_, at) => !staged.has(paths[at] ?? prefix));
}

async function isThere(workspace: string, path: string): Promise<boolean> {
  const full = isAbsolute(path) ? path : join(workspace, path);
  return (await stat(full).catch(() => undefined)) !== undefined; // not there is an answer
}
