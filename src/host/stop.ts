import { setTimeout as sleep } from 'node:timers/promises';
import { backgroundCommands, supervisorBeside } from '../background/commands';
import type { Fact } from '../core/mission/facts';
import { maskFact } from '../core/mission/maskFact';
import { reduce } from '../core/mission/reduce';
import { status } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { openCodeBackend } from '../opencode/backend';
import { OpenCodeError } from '../opencode/errors';
import { openJournal } from '../persistence/journal';
import { LockError } from '../persistence/errors';
import { acquireLock, readLock, seeLock, type Sight } from '../persistence/lock';
import { writeRequest, takeBack } from '../persistence/requests';
import { Vigil } from '../persistence/vigil';
import { journalPath, lockPath, requestsDir } from '../persistence/workspaceFiles';
import { abortBusy } from '../runtime/abortBusy';
import type { Backend } from '../runtime/ports';
import { sessionOrder } from '../runtime/startTurn';
import { HostError } from './errors';
import { endLeftBehind } from './leftBehind';
import { leaves } from './obey';
import { leftServer, reachServer, type ReachedServer, type ServerWish } from './reachServer';
import { settleTurns } from './settleTurns';
import { findMission, readMission, recall, workspaceAt } from './workspace';
import { worktreeOf } from './worktrees';

const lookMs = 100;
/** Passes over the server’s sessions that must find nothing busy. */
const quietPasses = 2;
const deadlineMs = 60_000;
const stopRounds = 3;

export interface StopOptions {
  readonly directory: string;
  readonly bridge: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (sentence: string) => void;
  /** Who asks, for the journal. */
  readonly by: string;
}

/**
 * Stops a mission that another process drives, or whose driver is dead, and returns when everything is confirmed idle. A
 * mission that has ended is returned as it is. Throws as `startMission`.
 */
export async function stopMission(options: StopOptions, id: string | undefined): Promise<MissionState> {
  const workspace = await workspaceAt(options.directory);
  const found = await findMission(
    workspace,
    id,
    'mission to stop',
    (state) => state.end === undefined,
    options.log,
  ).catch(async (error: unknown) => {
    if (id !== undefined) throw error;
    // A driver that died while it started its server left that and no mission.
    if (!(await readLock(lockPath(workspace))))
      await (await leftServer({ ...options, workspace, signal: new AbortController().signal }))?.close();
    // Nothing runs: then the newest mission says how it ended.
    return await findMission(workspace, undefined, 'mission', () => true, options.log);
  });
  const { mission } = found.state;
  if (found.state.end) {
    await endLeftBehind({ ...options, workspace }, mission);
    return found.state;
  }
  for (let round = 1; ; round += 1) {
    try {
      const asked = await askDriver(workspace, mission, options.by);
      if (asked.end) return asked.end;
      // A driver that let go, died or is frozen has stopped nothing.
      return await stopOrphan(options, workspace, mission, asked.frozen);
    } catch (error) {
      // A window that watched was faster: that one is asked then.
      if (round === stopRounds || !(error instanceof LockError && error.mission === mission)) throw error;
    }
  }
}

/** What came of asking the driver: the ended mission, or nothing, because it drives the mission no more, or does not move. */
interface Asked {
  readonly end?: MissionState;
  readonly frozen?: Sight | undefined;
}

async function askDriver(workspace: string, mission: string, by: string): Promise<Asked> {
  const first = await seeLock(lockPath(workspace));
  if (!first?.live || first.holder.mission !== mission) return {};
  const { token, pid } = first.holder;
  const at = Date.now();
  const path = await writeRequest(requestsDir(workspace, mission), {
    ...({ type: 'stop', at, to: token } as const),
    by: `${by}, process ${String(process.pid)}`,
  });
  const deadline = performance.now() + deadlineMs;
  const vigil = new Vigil();
  for (;;) {
    await sleep(lookMs);
    const seen = await seeLock(lockPath(workspace));
    // The lock goes last: when it is free, the driver has confirmed, recorded and closed everything.
    if (!seen?.live || seen.holder.token !== token) {
      const { state } = await readMission(workspace, mission);
      return state.end ? { end: state } : {};
    }
    const { sight, holder } = seen;
    const mark = `${sight.token} ${String(sight.touchedAt)}`;
    if (holder.beatMs !== undefined && vigil.look(mark, performance.now(), holder.beatMs)) {
      await takeBack(path);
      return { frozen: sight };
    }
    if (performance.now() > deadline) {
      const { sessions } = status((await readMission(workspace, mission)).state);
      throw new HostError(
        'silent',
        `The mission’s driver, process ${String(pid)}, has not confirmed the stop after 60 s; ${String(sessions.running)} agents may still run.`,
      );
    }
  }
}

/** The driver is dead: its server is looked up, every session of the mission is aborted, and the stop is recorded here. */
async function stopOrphan(
  options: StopOptions,
  workspace: string,
  mission: string,
  frozen: Sight | undefined,
): Promise<MissionState> {
  const lock = await acquireLock(lockPath(workspace), mission, { frozen });
  try {
    const journal = await openJournal<Fact>(journalPath(workspace, mission), {
      repair: true,
      mayWrite: () => lock.isStillMine(),
      heir: lock.holder.heir ?? 0,
    });
    const signal = new AbortController().signal;
    const { state } = await recall(journal.records);
    const wish = { ...options, workspace, settings: state.settings, signal };
    const isOthers = state.settings['server.url'] !== '';
    const server = isOthers ? await theirServer(wish) : await leftServer(wish);
    try {
      const record = async (told: Fact): Promise<void> => {
        const at = Date.now();
        const fact = maskFact(told);
        await journal.append([fact], at);
        reduce(state, { seq: state.seq + 1, at, fact });
      };
      await record({
        type: 'stop.requested',
        by: options.by,
        as: 'stopped',
        reason: `stopped by ${options.by}`,
      });
      const backend = server && openCodeBackend(server.address, workspace, server.worktree);
      // Those that work apart have states of their own.
      const apart = [...state.todos.values()].filter((todo) => todo.worktree);
      for (const { id } of apart) backend?.hear(worktreeOf(mission, id), true);
      if (backend) await quiet(backend, state, record);
      await endCommands(options, state, record);
      await settleTurns({ state, backend, leaves: leaves(state), record, now: Date.now });
      const total = state.sessions.size;
      // With a server of ours that has died its agents are gone; of somebody else’s that does not answer nothing is known.
      const confirmed = backend || !isOthers ? total : 0;
      const reason = `stopped by ${options.by} (${String(confirmed)} of ${String(total)} confirmed)`;
      await record({ type: 'mission.ended', state: 'stopped', reason, confirmed });
      return state;
    } finally {
      await server?.close();
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

/** Background commands outlive their driver: each is ended with all that it started, and its end is recorded. */
async function endCommands(
  { bridge, env }: StopOptions,
  { directory: workspace, mission, commands }: MissionState,
  record: (fact: Fact) => Promise<void>,
): Promise<void> {
  const { signal } = new AbortController();
  const port = backgroundCommands({ workspace, mission, supervisor: supervisorBeside(bridge), env, signal });
  const running = [...commands.values()].filter(({ state }) => state === 'running');
  const ends = running.map(async ({ id }) => {
    await port.kill(id).catch(() => undefined); // one that never began has no folder
    return { id, end: await port.watch(id) };
  });
  for (const { id, end } of await Promise.all(ends)) if (end) await record({ type: 'command.ended', id, ...end });
}

/** The server that the mission was attached to; undefined, and said, when it cannot be reached. */
async function theirServer(wish: ServerWish): Promise<ReachedServer | undefined> {
  try {
    return await reachServer(wish);
  } catch (error) {
    if (!(error instanceof OpenCodeError)) throw error;
    wish.log(`The mission’s server cannot be asked, and its agents may go on: ${error.message}`);
    return undefined;
  }
}

async function quiet(backend: Backend, state: MissionState, record: (fact: Fact) => Promise<void>): Promise<void> {
  for (const turn of [...state.turns.values()]) {
    // The driver may have opened the session and died before it could say so.
    const session = turn.session ?? (await backend.findSession(sessionOrder(state, turn)));
    if (session !== undefined && turn.session === undefined)
      await record({ type: 'session.opened', turn: turn.id, session });
  }
  for (let passes = 0; passes < quietPasses;) {
    passes = (await abortBusy(backend, state.sessions)) === 0 ? passes + 1 : 0;
    await sleep(lookMs);
  }
}
