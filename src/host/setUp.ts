import { spawn } from 'node:child_process';
import { cp, lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { plain } from '../core/todo/text';
import { ignoredFolders } from '../git/ignored';
import { excludeFromTrees } from '../git/worktrees';
import { unlessAbsent } from '../persistence/errors';
import { renderedNames } from '../persistence/renderedFiles';

/** Folders of what is installed for a project: a worktree shares those of its folder. */
const installed: ReadonlySet<string> = new Set(['node_modules', '.venv', 'venv', 'vendor']);
/** In a folder’s `.opencode`, what is ours or was installed there; the rest is the person’s configuration. */
const notCopied: ReadonlySet<string> = new Set([
  'orchestrator',
  'node_modules',
  'docs',
  'unit-tests',
  ...renderedNames,
]);
const mostMs = 15 * 60_000;
const tailChars = 2_000;

export interface SetUp {
  readonly workspace: string;
  readonly worktree: string;
  /** What is installed in the workspace. */
  readonly folders: readonly string[];
  readonly todo: string;
  /** The setting `isolationSetup`. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Prepares a worktree: OpenCode’s configuration, and what is installed, by the person’s command or as links. Rejects with the reason. */
export async function setUp(order: SetUp): Promise<void> {
  await copyConfiguration(order);
  if (order.command.trim() === '') await linkInstalled(order);
  else await run(order);
}

/** What is installed in a folder and can be linked; together with our configuration it is left out of all trees of the store. */
export async function leaveOutInstalled(workspace: string, store: string): Promise<readonly string[]> {
  const folders = (await ignoredFolders(workspace)).filter((folder) => installed.has(basename(folder)));
  const patterns = folders.map((folder) => `/${folder.replace(/[[\]*?\\!#]/g, '\\$&')}`);
  await excludeFromTrees(store, ['/.opencode/', ...patterns]);
  return folders;
}

async function copyConfiguration({ workspace, worktree }: SetUp): Promise<void> {
  const from = join(workspace, '.opencode');
  const names = await readdir(from).catch(() => []); // there is none
  for (const name of names) {
    if (notCopied.has(name) || isDraft(name)) continue;
    await mkdir(join(worktree, '.opencode'), { recursive: true });
    const copy = async (): Promise<true> => {
      await cp(join(from, name), join(worktree, '.opencode', name), { recursive: true, verbatimSymlinks: true });
      return true;
    };
    // Something went while it was copied: this one, or a file within.
    if (!(await unlessAbsent(copy)) && (await unlessAbsent(() => lstat(join(from, name))))) await copy();
  }
}

/** What one of the files that we render is being replaced by at the moment. */
function isDraft(name: string): boolean {
  return name.endsWith('.tmp') && renderedNames.some((rendered) => name.startsWith(`${rendered}.`));
}

async function linkInstalled({ workspace, worktree, folders }: SetUp): Promise<void> {
  for (const folder of folders) {
    const link = join(worktree, folder);
    if (await lstat(link).catch(() => undefined)) continue; // it has its own
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(workspace, folder), link, 'junction');
  }
}

function run({ workspace, worktree, todo, command, env, signal }: SetUp): Promise<void> {
  return new Promise((resolve, reject) => {
    const isPosix = process.platform !== 'win32';
    const child = spawn(command, {
      ...{ cwd: worktree, shell: true, detached: isPosix, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...env, ORCHESTRATOR_WORKSPACE: workspace, ORCHESTRATOR_TODO: todo },
    });
    let tail = '';
    const hear = (chunk: Buffer): void => {
      tail = (tail + chunk.toString()).slice(-tailChars);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    let why: string | undefined;
    const end = (reason: string): void => {
      why ??= reason;
      try {
        if (isPosix && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // it has ended by itself
      }
    };
    const stop = (): void => {
      end('was ended, since nobody wants the TODO any more');
    };
    const timer = setTimeout(() => {
      end('took longer than 15 minutes');
    }, mostMs);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    child.on('error', (error) => {
      over();
      reject(new Error(`isolationSetup could not be started: ${error.message}`));
    });
    child.on('close', (code, by) => {
      over();
      if (code === 0 && why === undefined) resolve();
      else {
        const how =
          why ?? (code === null ? `was ended by ${by ?? 'a signal'}` : `ended with exit code ${String(code)}`);
        reject(new Error(`isolationSetup ${how}: ${plain(tail.trim().slice(-300), 300) || 'it said nothing'}`));
      }
    });
  });
}
