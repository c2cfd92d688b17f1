import { spawn } from 'node:child_process';
import { plain } from '../core/todo/text';
import { GitError } from './errors';

export interface GitCall {
  /** Where git runs. */
  readonly directory: string;
  /** The repository; the one around the directory unless told. */
  readonly repository?: string | undefined;
  readonly index?: string | undefined;
  readonly input?: string | Buffer | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Contents are converted as the person’s own `git add` does. */
  readonly converts?: boolean | undefined;
  /** After so many milliseconds it is ended; 120,000 unless told. */
  readonly patienceMs?: number | undefined;
  /** Exit codes beside 0 that are an answer, too. */
  readonly alsoFine?: readonly number[] | undefined;
}

/** Nothing that a repository configures is run, nothing is converted, and nobody is asked. */
const careful = [
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'core.quotePath=false', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false'],
];
const unconverted = ['-c', 'core.autocrlf=false'];
const usualMs = 120_000;

/** Runs git and resolves with what it printed. Throws a GitError. */
export async function git(call: GitCall, ...args: readonly string[]): Promise<Buffer> {
  return (await gitResult(call, ...args)).out;
}

/** The same with the exit code, where several are an answer. */
export function gitResult(call: GitCall, ...args: readonly string[]): Promise<{ out: Buffer; code: number }> {
  const { directory, input, signal, patienceMs = usualMs } = call;
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...careful, ...(call.converts ? [] : unconverted), ...args], {
      cwd: directory,
      env: environment(call),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: patienceMs,
      signal,
    });
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 20) said.push(chunk);
    });
    child.on('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      reject(
        isMissing ? new GitError('missing', 'There is no git on the PATH.', error) : failed(args, error.message, error),
      );
    });
    child.on('close', (code, by) => {
      if (code === 0 || (code !== null && call.alsoFine?.includes(code))) resolve({ out: Buffer.concat(out), code });
      else if (child.killed) reject(failed(args, `it took longer than ${String(patienceMs / 1_000)} s`));
      else reject(failed(args, Buffer.concat(said).toString() || (by === null ? '' : `it was ended by ${by}`)));
    });
    // Git may end before it has read everything; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

function failed(args: readonly string[], said: string, cause?: unknown): GitError {
  const words = plain(said, 300) || 'no reason given';
  return new GitError('failed', `git ${args[0] ?? ''} failed: ${words}`, cause);
}

/** Without what would point git at another repository, index or editor. */
function environment({ repository, index }: GitCall): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name));
  return {
    ...Object.fromEntries(kept),
    // The person’s index is not even refreshed.
    ...{ GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    ...(repository !== undefined && { GIT_DIR: repository }),
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
  };
}
