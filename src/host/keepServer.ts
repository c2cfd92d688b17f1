import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../core/todo/text';
import { endOrphans, endServer, isAlive, killServer } from '../opencode/server';
import { HostError } from './errors';
import type { ReachedServer } from './reachServer';

const lookMs = 500;
/** Waits before each try to start a server again; after the last one it is given up. */
const restartMs = [0, 1_000, 2_000, 5_000, 10_000];

export interface Keeping {
  readonly start: () => Promise<ReachedServer>;
  /** A new server is there in place of the one that ended. */
  readonly restarted: (server: ReachedServer) => void;
  readonly gaveUp: (sentence: string) => void;
  readonly log: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** A server that is kept up while a mission runs. */
export interface KeptServer {
  /** Once the signal is aborted: ends the server that is there. */
  close(): Promise<void>;
  /** Once the signal is aborted: leaves it running, for whoever finds its lease. */
  leave(): Promise<void>;
  /** Ends it at once and for good, deaf or not; false when it is not ours. */
  end(): Promise<boolean>;
  /** Ends it, so that it is started again. Throws a `HostError` `input` when it is not ours. */
  restart(): Promise<void>;
}

/** A server of ours that is started again whenever its process ends. */
export function keepServer(first: ReachedServer, keeping: Keeping): KeptServer {
  let server = first;
  let endedForGood = false;
  const over = () => keeping.signal.aborted || endedForGood;
  const work = watch();
  return {
    close: async () => {
      await work;
      await server.close();
    },
    leave: () => work,
    end: async () => {
      if (server.pid === undefined) return false;
      endedForGood = true;
      await killServer(server.pid);
      return true;
    },
    restart: async () => {
      if (server.pid === undefined)
        throw new HostError('input', 'The OpenCode server is not the orchestrator’s own: restart it where it runs.');
      await endServer(server.pid, server.address);
    },
  };

  async function watch(): Promise<void> {
    while (!over()) {
      await sleep(lookMs, undefined, { signal: keeping.signal }).catch(() => undefined); // aborted: the loop ends
      if (server.pid === undefined || isAlive(server.pid)) continue;
      if (!(await restart())) return;
    }
  }

  async function restart(): Promise<boolean> {
    let why = '';
    if (over()) return false;
    keeping.log('OpenCode’s server has ended; it is started again.');
    if (server.pid !== undefined) await endOrphans(server.pid);
    for (const wait of restartMs) {
      await sleep(wait, undefined, { signal: keeping.signal }).catch(() => undefined);
      if (over()) return false;
      try {
        server = await keeping.start();
        keeping.restarted(server);
        return true;
      } catch (error) {
        why = sentenceOf(error);
        keeping.log(`The server could not be started again: ${why}`);
      }
    }
    keeping.gaveUp(`OpenCode’s server ended, and ${String(restartMs.length)} restarts did not help: ${why}`);
    return false;
  }
}
