import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = fileURLToPath(new URL('./lockRival.ts', import.meta.url));

/** Another process that can be told to take a lock, and that holds what it took until it is ended. */
export interface Rival {
  readonly pid: number;
  /** Tries at `at`, milliseconds since the epoch: `won`, `held`, or what went wrong. */
  take(path: string, at?: number): Promise<string>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

export async function startRival(): Promise<Rival> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  await next();
  return {
    pid: child.pid ?? 0,
    take(path, at = 0) {
      child.stdin.write(`${JSON.stringify({ path, at })}\n`);
      return next();
    },
    kill: () => end(child),
  };
}

/** The number of a process that has ended. */
export async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** Ends a process and waits until the system has forgotten it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
