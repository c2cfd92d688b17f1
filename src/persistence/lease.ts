import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { atomicWrite } from './atomicWrite';
import { onDisk, unlessAbsent } from './errors';
import { parseJson } from './parseJson';
import { isRunning, processStartOf } from './processes';

const leaseSchema = z.object({
  pid: z.number().int().positive(),
  processStart: z.string().optional(),
  url: z.url({ protocol: /^https?$/ }),
  username: z.string(),
  password: z.string(),
  /** The workspace’s real path. */
  workspace: z.string(),
  /** Of the OpenCode server. */
  version: z.string(),
  /** Where its output goes. */
  log: z.string(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
});

/** The server that runs for a workspace, with the password to it: never to be shown or journalled. */
export type Lease = z.infer<typeof leaseSchema>;

/** Where this user’s state is kept; tests give their own. */
export interface StatePlace {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const here = (): StatePlace => ({ platform: process.platform, env: process.env, home: homedir() });

/** The folder of the leases: in the user’s state folder as each system has it, never in a workspace. */
export function serversDir(place: StatePlace = here()): string {
  return join(stateDir(place), 'opencode-orchestrator', 'servers');
}

/** The folder of the worktrees of TODOs that work apart: beside the leases, for the same reasons. */
export function worktreesDir(place: StatePlace = here()): string {
  return join(stateDir(place), 'opencode-orchestrator', 'worktrees');
}

/**
 * Records the server of a workspace, readable by this user only; its start time is found out here. Replaces the lease before
 * it. Throws a FilesError `io`.
 */
export async function writeLease(lease: Omit<Lease, 'processStart'>, place: StatePlace = here()): Promise<void> {
  const { path, workspace } = await filesOf(lease.workspace, place);
  await ensureServersDir(place);
  const processStart = await processStartOf(lease.pid);
  const text = JSON.stringify({ ...lease, workspace, ...(processStart && { processStart }) }, undefined, 2);
  await onDisk(`Writing ${path}`, () => atomicWrite(path, `${text}\n`, 0o600));
}

/** The lease of the workspace’s server; undefined if there is none, it is unusable, or its process ended. Throws a FilesError `io`. */
export async function readLease(workspace: string, place: StatePlace = here()): Promise<Lease | undefined> {
  const lease = await readAnyLease(workspace, place);
  return lease && (await isRunning(lease)) ? lease : undefined;
}

/** The lease that is there, also of a server that has died: what its agents started may be left. Throws a FilesError `io`. */
export async function readAnyLease(workspace: string, place: StatePlace = here()): Promise<Lease | undefined> {
  const files = await filesOf(workspace, place);
  const text = await onDisk(`Reading ${files.path}`, () => unlessAbsent(() => readFile(files.path, 'utf8')));
  const lease = leaseSchema.safeParse(text === undefined ? undefined : parseJson(text)).data;
  return lease?.workspace === files.workspace ? lease : undefined;
}

/** Removes the workspace’s lease; with `pid`, only if it is still the lease of that server. Throws a FilesError `io`. */
export async function removeLease(workspace: string, pid?: number, place: StatePlace = here()): Promise<void> {
  const { path } = await filesOf(workspace, place);
  const current = pid === undefined ? undefined : await readLease(workspace, place);
  if (current && current.pid !== pid) return;
  await onDisk(`Removing ${path}`, () => rm(path, { force: true }));
}

/** Where the output of the workspace’s server goes; its folder exists afterwards. Throws a FilesError `io`. */
export async function serverLogPath(workspace: string, place: StatePlace = here()): Promise<string> {
  await ensureServersDir(place);
  return (await filesOf(workspace, place)).log;
}

async function filesOf(
  workspace: string,
  place: StatePlace,
): Promise<{ path: string; log: string; workspace: string }> {
  const dir = serversDir(place);
  // A folder that is gone keeps its lease until that is removed; whoever asks has its real path already.
  const real = (await onDisk(`Looking at ${workspace}`, () => unlessAbsent(() => realpath(workspace)))) ?? workspace;
  const name = createHash('sha256').update(real).digest('hex').slice(0, 24);
  return { path: join(dir, `${name}.json`), log: join(dir, `${name}.log`), workspace: real };
}

async function ensureServersDir(place: StatePlace): Promise<void> {
  const dir = serversDir(place);
  await onDisk(`Making ${dir}`, async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700); // it may be older and wider; fails for a folder that is not this user’s
  });
}

function stateDir({ platform, env, home }: StatePlace): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  const named = env['XDG_STATE_HOME'] ?? '';
  return isAbsolute(named) ? named : join(home, '.local', 'state'); // the XDG specification ignores relative ones
}
