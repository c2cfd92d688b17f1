import { readFileSync } from 'node:fs';
import type { Settings } from '../core/mission/settings';
import { checkUrl, type Address } from '../opencode/address';
import { KilledAtStart, OpenCodeError } from '../opencode/errors';
import { findOpenCode } from '../opencode/executable';
import { handshake } from '../opencode/handshake';
import { refuseInstalls } from '../opencode/noInstall';
import { requestMs } from '../opencode/nodeFetch';
import { endOrphans, endServer, listeningIn, startServer } from '../opencode/server';
import { isRunning } from '../persistence/processes';
import { readAnyLease, readLease, removeLease, serverLogPath, writeLease, type Lease } from '../persistence/lease';

export interface ServerWish {
  readonly workspace: string;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly log: (sentence: string) => void;
  readonly signal: AbortSignal;
}

export interface ReachedServer {
  readonly address: Address;
  /** The root that OpenCode’s edit rules are relative to. */
  readonly worktree: string;
  /** The process of a server that is ours. */
  readonly pid?: number;
  /** Ends the server if it is ours to end, and forgets its lease. */
  close(): Promise<void>;
}

/** A URL that stands in the lease until the server has said its own. */
const notYet = 'http://127.0.0.1:0';

/** Attaches to the server that the settings name, adopts the one an earlier process left, or starts one. Throws `OpenCodeError`. */
export async function reachServer(wish: ServerWish): Promise<ReachedServer> {
  const given = wish.settings['server.url'];
  if (given !== '') return await attach(wish, given);
  const left = await leftServer(wish);
  return left ?? (await start(wish));
}

/** Makes sure, before anything is written, that there is a server to reach or to start. Throws `OpenCodeError` `missing`, `refused`. */
export async function findServer(wish: ServerWish): Promise<void> {
  const given = wish.settings['server.url'];
  if (given !== '') checkUrl(given, wish.env);
  else if (!(await readLease(wish.workspace))) findOpenCode(wish.settings['opencode.path'], wish.env);
}

/** The server that an earlier process of ours left running for this workspace, if it still answers. */
export async function leftServer(wish: Omit<ServerWish, 'settings' | 'env'>): Promise<ReachedServer | undefined> {
  const lease = await readLease(wish.workspace);
  if (!lease) {
    await tidyUp(wish.workspace);
    return undefined;
  }
  const address = { ...lease, url: lease.url === notYet ? (listeningIn(lease.log) ?? notYet) : lease.url };
  try {
    if (address.url === notYet) throw new OpenCodeError('unreachable', 'The server left behind had not come up.');
    // One whose host died while it opened the folder asks a registry that is gone: that is left sooner than it comes up.
    const { worktree } = await handshake(address, wish.workspace, wish.bridge, requestMs);
    return owned(wish.workspace, lease.pid, address, worktree);
  } catch (error) {
    if (!(error instanceof OpenCodeError)) throw error;
    wish.log(`The server of an earlier run is not usable and is ended: ${error.message}`);
    await endServer(lease.pid);
    await removeLease(wish.workspace, lease.pid);
    return undefined;
  }
}

/** A server that died with its driver has left its agents’ shells, and its lease. */
async function tidyUp(workspace: string): Promise<void> {
  const dead = await readAnyLease(workspace);
  if (!dead) return;
  await endOrphans(dead.pid);
  await removeLease(workspace, dead.pid);
}

async function attach(wish: ServerWish, given: string): Promise<ReachedServer> {
  const address = {
    url: checkUrl(given, wish.env),
    username: wish.env['OPENCODE_SERVER_USERNAME'] ?? 'opencode',
    password: wish.env['OPENCODE_SERVER_PASSWORD'] ?? '',
  };
  const { worktree } = await handshake(address, wish.workspace, wish.bridge);
  return { address, worktree, close: () => Promise.resolve() };
}

/** How often a server that is killed while it starts is started once more. */
const moreStarts = 2;

async function start(wish: ServerWish): Promise<ReachedServer> {
  for (let left = moreStarts; ; left -= 1) {
    try {
      return await startOnce(wish);
    } catch (error) {
      if (left === 0 || !(error instanceof KilledAtStart)) throw error;
      wish.log(`${error.message} It is started again.`);
    }
  }
}

async function startOnce(wish: ServerWish): Promise<ReachedServer> {
  const executable = findOpenCode(wish.settings['opencode.path'], wish.env);
  const { workspace } = wish;
  const log = await serverLogPath(workspace);
  const startedAt = Date.now();
  const lease = (pid: number, address: Address): Omit<Lease, 'processStart'> => ({
    ...{ pid, workspace, log, startedAt, version: 'unknown' },
    ...{ url: address.url === '' ? notYet : address.url, username: address.username, password: address.password },
  });
  const noInstall = await refuseInstalls(workspace, wish.env);
  let leased: Promise<void> | undefined;
  const server = await startServer({
    ...{ executable, directory: workspace, bridge: wish.bridge, env: wish.env, log, signal: wish.signal },
    variables: noInstall.env,
    spawned: (pid, address) => {
      leased = writeLease(lease(pid, address));
      // Awaited below; a failure before that is not lost and not unhandled.
      leased.catch(() => undefined);
    },
  }).catch(async (error: unknown) => {
    noInstall.close();
    // It is dead: its lease leads nowhere.
    await leased?.then(() => removeLease(workspace)).catch(() => undefined);
    throw error;
  });
  try {
    await leased;
    await writeLease(lease(server.pid, server));
    const { worktree } = await handshake(server, workspace, wish.bridge);
    return owned(workspace, server.pid, server, worktree);
  } catch (error) {
    const wasKilled = error instanceof OpenCodeError && error.kind === 'unreachable' && !(await isRunning(server));
    await endServer(server.pid);
    await removeLease(workspace, server.pid);
    if (wasKilled) throw new KilledAtStart('OpenCode was killed while it started.', { cause: error });
    throw error instanceof OpenCodeError && error.kind === 'bridge' ? bridgeFailed(log, error) : error;
  } finally {
    noInstall.close();
  }
}

function owned(workspace: string, pid: number, address: Address, worktree: string): ReachedServer {
  return {
    address,
    worktree,
    pid,
    close: async () => {
      await endServer(pid, address);
      await removeLease(workspace);
    },
  };
}

/** On a server of ours it is no use to say how to add the bridge: it was added and did not load. */
function bridgeFailed(log: string, cause: OpenCodeError): OpenCodeError {
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-2).join(' | ').slice(0, 400);
  return new OpenCodeError(
    'bridge',
    `OpenCode started without the orchestrator’s tools. It said: ${said || 'nothing'}`,
    { cause },
  );
}
