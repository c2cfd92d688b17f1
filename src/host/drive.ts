import { randomBytes } from 'node:crypto';
import type { Fact, Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import { emptyState, type MissionState } from '../core/mission/state';
import { applySettings, defaultSettings, type Settings } from '../core/mission/settings';
import { openCodeBackend } from '../opencode/backend';
import { messageIds } from '../opencode/ids';
import { openJournal } from '../persistence/journal';
import { acquireLock, readLock } from '../persistence/lock';
import { LockError } from '../persistence/errors';
import { watchRequests } from '../persistence/requests';
import {
  ensureMissionDir,
  ensureOrchestratorDir,
  journalPath,
  lockPath,
  requestsDir,
} from '../persistence/workspaceFiles';
import { Driver } from '../runtime/driver';
import { todoText } from '../runtime/paper';
import type { Clock, Watcher } from '../runtime/ports';
import { HostError } from './errors';
import { workspaceFiles } from './files';
import { reachServer, type ReachedServer } from './reachServer';
import { checkText, findMission, recall, workspaceAt } from './workspace';
import { readRendered } from '../persistence/renderedFiles';

export interface DriveOptions {
  readonly directory: string;
  /** Settings as `KEY=VALUE`, over the defaults or, for a resume, over the mission’s own. */
  readonly set: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly watcher: Watcher;
  /** Told the state before the first record; it is the driver’s own and is only to be read. */
  readonly began: (state: MissionState, note: string | undefined) => void;
  readonly log: (sentence: string) => void;
  readonly whenWaiting: 'end' | 'stay';
  /** Aborting asks for a stop. */
  readonly stop: AbortSignal;
}

const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Runs a new mission to its end. Throws `HostError`, `LockError`, `OpenCodeError`, `JournalError`, `FilesError`. */
export async function startMission(options: DriveOptions, text: string): Promise<MissionState> {
  checkText(text);
  const workspace = await workspaceAt(options.directory);
  const settings = settingsOf(defaultSettings, options.set);
  const mission = newMissionId();
  return await drive(options, { workspace, mission, settings, past: [] }, (driver) => {
    driver.post(() => [{ type: 'mission.created', mission, text, directory: workspace, settings }]);
  });
}

/** Goes on with an unfinished mission. A sealed one is returned as it is. Throws as `startMission`. */
export async function resumeMission(
  options: DriveOptions,
  id: string | undefined,
  note: string | undefined,
): Promise<MissionState> {
  const workspace = await workspaceAt(options.directory);
  const found = await findMission(workspace, id, 'unfinished mission', (state) => state.end?.state !== 'sealed');
  if (found.state.end?.state === 'sealed') return found.state;
  const { mission } = found.state;
  const settings = settingsOf(found.state.settings, options.set);
  return await drive(options, { workspace, mission, settings, past: found.records }, (driver) => {
    driver.post(() => [{ type: 'mission.resumed', settings, ...(note === undefined ? {} : { note }) }]);
  });
}

interface Course {
  readonly workspace: string;
  readonly mission: string;
  readonly settings: Settings;
  readonly past: readonly Recorded[];
}

async function drive(options: DriveOptions, course: Course, begin: (driver: Driver) => void): Promise<MissionState> {
  const { workspace } = course;
  await refuseSecondDriver(workspace);
  // The server comes first: until it has read the folder, nothing of ours in `.opencode/` makes it install anything there.
  const server = await reachServer({ ...options, workspace, settings: course.settings, signal: options.stop });
  try {
    return await driveOn(options, course, server, begin);
  } finally {
    await server.close();
  }
}

async function driveOn(
  options: DriveOptions,
  { workspace, mission }: Course,
  server: ReachedServer,
  begin: (driver: Driver) => void,
): Promise<MissionState> {
  await ensureOrchestratorDir(workspace);
  const lock = await acquireLock(lockPath(workspace), mission);
  const ended = new AbortController();
  try {
    await ensureMissionDir(workspace, mission);
    const journal = await openJournal<Fact>(journalPath(workspace, mission), {
      repair: true,
      mayWrite: () => lock.isStillMine(),
    });
    try {
      const files = workspaceFiles(workspace, mission);
      await files.archiveForeign(Date.now());
      const { records, state } =
        journal.records.length > 0 ? recall(journal.records) : { records: [], state: emptyState() };
      const backend = openCodeBackend(server.address, workspace, server.worktree);
      const driver = new Driver(
        state,
        {
          backend,
          journal,
          files,
          clock: systemClock,
          ids: { message: messageIds(Date.now) },
          watcher: options.watcher,
          log: options.log,
        },
        { whenWaiting: options.whenWaiting, past: records, lastTodo: await lastTodo(workspace, records) },
      );
      options.began(state, journal.cut && `The journal’s torn end was cut off and kept as ${journal.cut.kept}.`);
      begin(driver);
      const stop = (by: string) => {
        driver.stop(by);
      };
      options.stop.addEventListener('abort', () => {
        stop('a signal');
      });
      if (options.stop.aborted) stop('a signal');
      void watchRequests(
        requestsDir(workspace, mission),
        ({ by }) => {
          stop(by);
        },
        ended.signal,
        lock.holder.startedAt,
      );
      void backend.follow(ended.signal);
      return await driver.run();
    } finally {
      ended.abort();
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

/** Says early, before a server is started, that somebody else drives the workspace. */
async function refuseSecondDriver(workspace: string): Promise<void> {
  const holder = await readLock(lockPath(workspace));
  if (!holder) return;
  throw new LockError(
    'held',
    `Mission ${holder.mission} is driven here by process ${String(holder.pid)} already.`,
    holder.pid,
    holder.mission,
  );
}

/** `todo.md` as it was written last: its mark names the record it was rendered after. */
async function lastTodo(workspace: string, records: readonly Recorded[]): Promise<string | undefined> {
  const seq = /\bseq: (\d+)/.exec((await readRendered(workspace, 'todo.md'))?.slice(0, 300) ?? '')?.[1];
  if (seq === undefined) return undefined;
  return todoText(fold(records.filter((record) => record.seq <= Number(seq))));
}

/** Settings with `KEY=VALUE` pairs over them. Throws a `HostError` `input`. */
export function settingsOf(base: Settings, pairs: readonly string[]): Settings {
  const result = applySettings(base, pairs);
  if (!result.ok) throw new HostError('input', result.sentence);
  return result.settings;
}

function newMissionId(): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `m-${stamp}-${randomBytes(3).toString('hex')}`;
}
