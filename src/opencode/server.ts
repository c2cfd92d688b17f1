import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import spawn from 'cross-spawn';
import { authorization, type Address } from './address';
import { serverConfig, serverEnvironment } from './environment';
import { KilledAtStart, OpenCodeError } from './errors';
import { nodeFetch } from './nodeFetch';
import { serverMark } from '../core/terminal';
import { orphansOf } from './orphans';

/** Milliseconds a start may take: the first one ever installs OpenCode’s own plugin package. */
const startMs = 120_000;
const lookMs = 40;
/** Milliseconds between asking a server to end and ending it. */
const graceMs = 3_000;

export interface ServerOrder {
  readonly executable: string;
  readonly directory: string;
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file that gets the server’s output: no pipe ties it to us. */
  readonly log: string;
  /** Further variables for the server alone. */
  readonly variables: Readonly<Record<string, string>>;
  /** Called with the process id as soon as there is one, before anything is asked of the server. */
  readonly spawned: (pid: number, address: Address) => void;
  readonly signal: AbortSignal;
}

export interface Server extends Address {
  readonly pid: number;
}

/** Starts `opencode serve` on a free loopback port with a random password. Throws `OpenCodeError` `start`. */
export async function startServer(order: ServerOrder): Promise<Server> {
  const access = { username: 'opencode', password: randomBytes(24).toString('base64url') };
  const log = openSync(order.log, 'w', 0o600);
  let exit: string | undefined;
  let pid: number;
  try {
    const child = spawn(order.executable, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
      cwd: order.directory,
      // Its own process group, so that it outlives us when we die and is ended with all its children when we say so.
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: serverEnvironment(order.env, {
        ...order.variables,
        [serverMark]: '1',
        OPENCODE_SERVER_USERNAME: access.username,
        OPENCODE_SERVER_PASSWORD: access.password,
        OPENCODE_CONFIG_CONTENT: serverConfig(pathToFileURL(order.bridge).href),
      }),
    });
    child.on('error', (error) => (exit = error.message));
    child.on('exit', (code, signal) => (exit ??= signal ?? `exit code ${String(code)}`));
    child.unref();
    if (child.pid === undefined) {
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      throw new OpenCodeError('start', `OpenCode could not be started: ${exit ?? 'no process'}.`);
    }
    pid = child.pid;
  } finally {
    closeSync(log);
  }
  order.spawned(pid, { url: '', ...access });
  const deadline = Date.now() + startMs;
  for (;;) {
    const url = listeningIn(order.log);
    if (url !== undefined) return { pid, url, ...access };
    const ended = exit;
    if (ended !== undefined) {
      const sentence = `OpenCode ended while it started (${ended}).${lastLines(order.log)}`;
      throw ended.startsWith('SIG') ? new KilledAtStart(sentence) : new OpenCodeError('start', sentence);
    }
    if (order.signal.aborted || Date.now() > deadline) {
      await endServer(pid);
      const why = order.signal.aborted ? 'was given up' : `did not come up within ${String(startMs / 1000)} s`;
      throw new OpenCodeError('start', `The start of OpenCode ${why}.${lastLines(order.log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** The URL that a server’s log says it listens at; before that line its port is open and never answers. */
export function listeningIn(log: string): string | undefined {
  return /opencode server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(log, 'utf8'))?.[1];
}

function lastLines(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(0, 500);
  return lines === '' ? '' : ` It said: ${lines}`;
}

/**
 * Ends a server and everything it started; resolves when its process is gone. Its agents’ shells are process groups of their
 * own, which only the server itself can end: it is asked to first.
 */
export async function endServer(pid: number, address?: Address): Promise<void> {
  if (address && isAlive(pid)) await dispose(address);
  signalTree(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return await killServer(pid);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  await endOrphans(pid);
}

/** Ends a server that does not listen, at once, and what its agents started. */
export async function killServer(pid: number): Promise<void> {
  signalTree(pid, 'SIGKILL');
  const deadline = Date.now() + graceMs;
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, lookMs));
  await endOrphans(pid);
}

/** Ends what a server’s agents started and left behind when it died. Never rejects: what cannot be looked at is left. */
export async function endOrphans(server: number): Promise<void> {
  const orphans = await orphansOf(server).catch(() => []); // no `ps`, no `/proc`: nothing can be told of them
  for (const pid of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

async function dispose(address: Address): Promise<void> {
  try {
    const signal = AbortSignal.timeout(graceMs);
    const headers = { authorization: authorization(address) };
    await nodeFetch(`${address.url}/global/dispose`, { method: 'POST', headers, signal });
  } catch (error) {
    if (!(error instanceof OpenCodeError)) throw error; // deaf or gone: its process is ended either way
  }
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is somebody else’s.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function signalTree(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32') {
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], () => undefined); // gone already is as good
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
