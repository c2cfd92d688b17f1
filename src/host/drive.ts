import { randomBytes } from 'node:crypto';
import type { Fact, Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import type { MissionState } from '../core/mission/state';
import { defaultSettings, type Settings } from '../core/mission/settings';
import type { FolderBackend } from '../opencode/backend';
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
import type { Clock, JournalPort, Watcher } from '../runtime/ports';
import { HostError } from './errors';
import { workspaceFiles } from './files';
import { keepServer, type KeptServer } from './keepServer';
import { realParts, type HostParts } from './parts';
import { settingsOf } from './settings';
import { checkText, findMission, recall, workspaceAt, type MissionOnRecord } from './workspace';
import { readRendered } from '../persistence/renderedFiles';

/** A mission that is about to be driven. */
export interface Begun {
  /** The driver’s own, before the first record; only to be read. */
  readonly state: MissionState;
  /** What is to be said about the journal. */
  readonly note: string | undefined;
  /** The records of earlier processes. */
  readonly past: readonly Recorded[];
  readonly driver: Driver;
  readonly backend: FolderBackend;
  /** Ends the server, which is then started again. Throws a `HostError` `input` when it is not ours. */
  readonly restartServer: () => Promise<void>;
}

export interface DriveOptions {
  readonly directory: string;
  /** Settings as `KEY=VALUE`, over the defaults or, for a resume, over the mission’s own. */
  readonly set: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly watcher: Watcher;
  /** The mission’s server is about to be reached or started; it is waited for. */
  readonly starting: (settings: Settings) => void | Promise<void>;
  readonly began: (mission: Begun) => void;
  readonly log: (sentence: string) => void;
  readonly whenWaiting: 'end' | 'stay';
  /** Aborting asks for a stop; the reason, if it is a text, says by whom. */
  readonly stop: AbortSignal;
  /** Asked at the end: whether somebody else in this process still needs the server. */
  readonly serverIsNeeded?: () => boolean;
  readonly parts?: HostParts;
}

/** What a resume brings. */
export interface ResumeWish {
  readonly note?: string | undefined;
  /** Take over a mission that never ended, as it is. */
  readonly adopt?: boolean | undefined;
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

/** Runs a new mission to its end, or until its driver is detached; then it has no `end`. Throws `HostError`, `LockError`, `OpenCodeError`, `JournalError`, `FilesError`. */
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
  { note, adopt = false }: ResumeWish = {},
): Promise<MissionState> {
  const workspace = await workspaceAt(options.directory);
  const found = await findMission(
    workspace,
    id,
    'unfinished mission',
    (state) => state.end?.state !== 'sealed',
    options.log,
  );
  if (adopt && found.state.end)
    throw new HostError('input', `Mission ${found.state.mission} has ended (${found.state.end.state}) meanwhile.`);
  if (found.state.end?.state === 'sealed') {
    if (note === undefined) return found.state;
    throw new HostError(
      'input',
      `Mission ${found.state.mission} is sealed: nobody is left to read the answer. Begin a new one.`,
    );
  }
  const { mission } = found.state;
  const settings = settingsOf(found.state.settings, options.set);
  return await drive(options, { workspace, mission, settings, past: found.records }, (driver) => {
    const more = { ...(note === undefined ? {} : { note }), ...(adopt ? { adopted: true } : {}) };
    driver.post(() => [{ type: 'mission.resumed', settings, ...more }]);
  });
}

interface Course {
  readonly workspace: string;
  readonly mission: string;
  readonly settings: Settings;
  readonly past: readonly Recorded[];
}

async function drive(options: DriveOptions, course: Course, begin: (driver: Driver) => void): Promise<MissionState> {
  const { workspace, mission, settings } = course;
  const parts = options.parts ?? realParts;
  await refuseSecondDriver(workspace);
  const wish = { ...options, workspace, settings, signal: options.stop };
  await parts.findServer(wish);
  await ensureOrchestratorDir(workspace);
  const lock = await acquireLock(lockPath(workspace), mission);
  const ended = new AbortController();
  let server: Pick<KeptServer, 'close' | 'leave'> | undefined;
  let leaves = false;
  try {
    await options.starting(settings);
    const first = await parts.reachServer(wish);
    server = { close: () => first.close(), leave: () => Promise.resolve() };
    const backend = parts.connect(first, workspace);
    await ensureMissionDir(workspace, mission);
    const journal = await openJournal<Fact>(journalPath(workspace, mission), {
      repair: true,
      mayWrite: () => lock.isStillMine(),
    });
    try {
      const { records, state } = recall(journal.records);
      const endServer = () => kept.end();
      const driver = await driverFor(options, course, { records, state, backend, journal, endServer });
      const kept = keepServer(first, {
        start: () => parts.reachServer({ ...wish, signal: ended.signal }),
        restarted: ({ address }) => {
          backend.moveTo(address);
        },
        gaveUp: (sentence) => {
          driver.stop('the host', 'failed', sentence);
        },
        log: options.log,
        signal: ended.signal,
      });
      server = kept;
      const note = journal.cut && `The journal’s torn end was cut off and kept as ${journal.cut.kept}.`;
      options.began({ state, note, past: records, driver, backend, restartServer: () => kept.restart() });
      begin(driver);
      obeyStops(options, driver, {
        dir: requestsDir(workspace, mission),
        since: lock.holder.startedAt,
        signal: ended.signal,
      });
      void backend.follow(ended.signal);
      const last = await driver.run();
      const goesOn = last.end === undefined && last.settings['server.keep'] === 'mission';
      leaves = goesOn || options.serverIsNeeded?.() === true;
      return last;
    } finally {
      ended.abort();
      await journal.close();
    }
  } finally {
    // The lock goes last: whoever finds it free finds everything confirmed, recorded and closed.
    await (leaves ? server?.leave() : server?.close());
    await lock.release();
  }
}

interface Parts extends MissionOnRecord {
  readonly backend: FolderBackend;
  readonly journal: JournalPort;
  readonly endServer: () => Promise<boolean>;
}

async function driverFor(options: DriveOptions, { workspace, mission }: Course, parts: Parts): Promise<Driver> {
  const { records, state, backend, journal, endServer } = parts;
  const files = workspaceFiles(workspace, mission);
  await files.archiveForeign(Date.now());
  const { watcher, log, whenWaiting } = options;
  return new Driver(
    state,
    { backend, journal, files, watcher, log, endServer, clock: systemClock, ids: { message: messageIds(Date.now) } },
    { whenWaiting, past: records, lastTodo: await lastTodo(workspace, records) },
  );
}

interface StopRequests {
  readonly dir: string;
  readonly since: number;
  readonly signal: AbortSignal;
}

/** A stop may come from this process or, as a request on disk, from another one. */
function obeyStops(options: DriveOptions, driver: Driver, { dir, since, signal }: StopRequests): void {
  const stop = (by: string) => {
    driver.stop(by);
  };
  const byWhom = () => (typeof options.stop.reason === 'string' ? options.stop.reason : 'a signal');
  if (options.stop.aborted) stop(byWhom());
  options.stop.addEventListener('abort', () => {
    stop(byWhom());
  });
  watchRequests(
    dir,
    ({ by }) => {
      stop(by);
    },
    signal,
    since,
  ).catch((error: unknown) => {
    options.log(`Requests to stop cannot be read: ${String(error)}`);
  });
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

function newMissionId(): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `m-${stamp}-${randomBytes(3).toString('hex')}`;
}
