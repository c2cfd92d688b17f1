import { execFile } from 'node:child_process';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitChanges, ReportFile } from '../core/report/model';
import { realPathInside } from '../persistence/insidePath';

type FileChange = Pick<ReportFile, 'added' | 'removed' | 'state'>;

const gitMs = 20_000;
const gitBytes = 64 * 1024 * 1024;
/** Bytes of a new file whose lines are counted. */
const countedBytes = 4 * 1024 * 1024;
/** Nothing that the repository configures is run, and nothing is written, not even git’s index. */
const calm = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];

/** What git says now of files in a folder, against the last commit; a folder that git knows nothing of is said in a sentence. Never rejects. */
export async function gitChanges(workspace: string, named: readonly string[]): Promise<GitChanges> {
  const head = await git(workspace, ['rev-parse', '--short', 'HEAD']);
  if (head === undefined) return none('Git knows no commit of this folder, so no lines are counted.');
  const diff = ['diff', '--relative', '--numstat', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', 'HEAD'];
  const [changed, fresh] = await Promise.all([
    git(workspace, [...diff, '--', '.']),
    git(workspace, ['ls-files', '--others', '-z', '--', '.', ':(exclude).opencode']),
  ]);
  if (changed === undefined || fresh === undefined) return none('Git did not answer, so no lines are counted.');
  const lines = numstat(changed);
  const untracked = new Set(fresh.split('\0'));
  const files = new Map<string, FileChange>();
  for (const name of named) {
    const key = path.posix.normalize(name);
    files.set(name, lines.get(key) ?? (await quiet(workspace, key, untracked.has(key))));
  }
  return { kind: 'git', head: head.trim(), files };
}

function none(why: string): GitChanges {
  return { kind: 'none', why };
}

/** Lines by the path; a binary file has a dash for its counts. */
function numstat(text: string): Map<string, FileChange> {
  const files = new Map<string, FileChange>();
  for (const record of text.split('\0')) {
    const [, added, removed, name] = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(record) ?? [];
    if (name === undefined) continue;
    const isBinary = added === '-';
    files.set(name, isBinary ? { state: 'binary' } : counts(Number(added), Number(removed)));
  }
  return files;
}

function counts(added: number, removed: number): FileChange {
  return { state: 'changed', added, removed };
}

/** A file that git’s comparison does not name: a new one, one that is as it was, or none. */
async function quiet(workspace: string, name: string, isNew: boolean): Promise<FileChange> {
  const full = path.join(workspace, name);
  if (!(await realPathInside(workspace, full))) return { state: 'not there' };
  const found = await lstat(full).catch(() => undefined); // a name that no disk takes is a file that is not there
  if (found === undefined) return { state: 'not there' };
  if (!isNew) return { state: 'not changed', added: 0, removed: 0 };
  if (!found.isFile() || found.size > countedBytes) return { state: 'new' };
  const bytes = await readFile(full).catch(() => undefined); // not readable: it is there all the same
  if (bytes === undefined) return { state: 'new' };
  if (bytes.includes(0)) return { state: 'binary' };
  return { state: 'new', added: linesIn(bytes), removed: 0 };
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a) count += 1;
  return bytes.length > 0 && bytes.at(-1) !== 0x0a ? count + 1 : count;
}

/** What git prints; undefined where there is no git, no repository, or it fails. */
function git(workspace: string, args: readonly string[]): Promise<string | undefined> {
  const options = { cwd: workspace, timeout: gitMs, maxBuffer: gitBytes, windowsHide: true };
  return new Promise((resolve) => {
    execFile('git', [...calm, ...args], options, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
