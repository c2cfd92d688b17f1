import { randomBytes } from 'node:crypto';
import type { Fact, Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import type { MissionState } from '../core/mission/state';
import { defaultSettings, type Settings } from '../core/mission/settings';
import type { FolderBackend } from '../opencode/backend';
import { sentenceOf } from '../core/todo/text';
import { serverEnvironment } from '../opencode/environment';
import { messageIds } from '../opencode/ids';
import { openJournal, withCopy, type Journal } from '../persistence/journal';
import { acquireLock, seeLock, type Sight } from '../persistence/lock';
import { JournalError, LockError } from '../persistence/errors';
import {
  ensureMissionDir,
  ensureOrchestratorDir,
  journalPath,
  lockPath,
  requestsDir,
  treesDir,
} from '../persistence/workspaceFiles';
import { Driver } from '../runtime/driver';
import { todoText } from '../runtime/paper';
import type { Clock, JournalPort, Watcher } from '../runtime/ports';
import { backgroundCommands, supervisorBeside } from '../background/commands';
import { abortAll } from './abortAll';
import { checkModels } from './checkModels';
import { HostError } from './errors';
import { fencedBackend, fencedCommands, fencedFiles, fenceOf, type Fence } from './fence';
import { workspaceFiles } from './files';
import { keepServer, type KeptServer } from './keepServer';
import { endLeftBehind } from './leftBehind';
import { obey } from './obey';
import { realParts, type HostParts } from './parts';
import { settingsOf } from './settings';
import { missionTrees } from './trees';
import { missionWorktrees, removeLeftWorktrees, worktreeOf } from './worktrees';
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
  /** A driver that was seen frozen, which this one replaces. */
  readonly frozen?: Sight | undefined;
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
  ).catch(async (error: unknown) => {
    const isDamaged = id !== undefined && error instanceof JournalError && error.kind === 'damaged';
    throw isDamaged ? await withCopy(journalPath(workspace, id), error) : error;
  });
  if (found.state.end) await endLeftBehind({ ...options, workspace }, found.state.mission);
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
  return await drive(options, { workspace, mission, settings, past: found.records, adopts: adopt }, (driver) => {
    const more = { ...(note === undefined ? {} : { note }), ...(adopt ? { adopted: true } : {}) };
    driver.post(() => [{ type: 'mission.resumed', settings, ...more }]);
  });
}

interface Course {
  readonly workspace: string;
  readonly mission: string;
  readonly settings: Settings;
  readonly past: readonly Recorded[];
  /** It goes on as it is: its models were looked at when it began. */
  readonly adopts?: boolean;
}

async function drive(options: DriveOptions, course: Course, begin: (driver: Driver) => void): Promise<MissionState> {
  const { workspace, mission, settings } = course;
  const parts = options.parts ?? realParts;
  await refuseSecondDriver(workspace, options.frozen);
  const wish = { ...options, workspace, settings, signal: options.stop };
  await parts.findServer(wish);
  await ensureOrchestratorDir(workspace);
  let giveUp = (_reason: Error): void => undefined;
  const fence = fenceOf({
    workspace,
    lock: () => lock,
    lost: (reason) => {
      giveUp(reason);
    },
  });
  const lock = await acquireLock(lockPath(workspace), mission, {
    ...(parts.beatMs !== undefined && { beatMs: parts.beatMs }),
    frozen: options.frozen,
    lost: (standing) => {
      fence.found(standing);
    },
  });
  const ended = new AbortController();
  let server: Pick<KeptServer, 'close' | 'leave'> | undefined;
  let leaves = false;
  let goesOn = false;
  try {
    await options.starting(settings);
    const first = await parts.reachServer(wish);
    server = { close: () => first.close(), leave: () => Promise.resolve() };
    const backend = parts.connect(first, workspace);
    if (!course.adopts) await checkModels(backend, settings, options.log);
    await fence.check();
    await ensureMissionDir(workspace, mission);
    const journal = await openJournal<Fact>(journalPath(workspace, mission), {
      repair: true,
      mayWrite: () => fence.check().then(() => true),
      heir: lock.holder.heir ?? 0,
    });
    let sessions: Pick<ReadonlySet<string>, 'has'> = new Set();
    try {
      const { records, state } = await recall(journal.records);
      sessions = state.sessions;
      const endServer = () =>
        fence.check().then(
          () => kept.end(),
          () => false,
        );
      const driver = await driverFor(options, course, {
        records,
        state,
        backend,
        journal,
        endServer,
        fence,
        signal: ended.signal,
      });
      giveUp = (reason) => {
        driver.giveUp(reason);
      };
      const kept = keepServer(first, {
        start: async () => {
          await fence.check();
          return await parts.reachServer({ ...wish, signal: ended.signal });
        },
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
      options.began({
        ...{ state, note: noteOn(journal), past: records, driver, backend },
        restartServer: () => fence.check().then(() => kept.restart()),
      });
      begin(driver);
      obey({
        ...{ driver, backend, stop: options.stop, log: options.log, signal: ended.signal },
        dir: requestsDir(workspace, mission),
        token: lock.holder.token,
        since: lock.holder.startedAt,
      });
      void backend.follow(ended.signal);
      const last = await driver.run();
      goesOn = last.end === undefined && last.settings['server.keep'] === 'mission';
      leaves = goesOn || options.serverIsNeeded?.() === true;
      return last;
    } catch (error) {
      // A successor’s agents are left alone; those of a folder that is gone have nobody.
      await fence.check().catch(() => undefined);
      if (fence.lost === 'gone') await abortAll(backend, sessions, options.log);
      throw error;
    } finally {
      ended.abort();
      await journal.close();
    }
  } finally {
    // The lock goes last: whoever finds it free finds everything confirmed, recorded and closed.
    await (leaves || fence.lost === 'another' ? server?.leave() : server?.close());
    await lock.release({ left: goesOn });
  }
}

function noteOn({ cut, stale }: Pick<Journal<Fact>, 'cut' | 'stale'>): string | undefined {
  const notes = [
    ...(cut ? [`The journal’s torn end was cut off and kept as ${cut.kept}.`] : []),
    ...(stale > 0 ? [`${String(stale)} late records of a process that was replaced are left out.`] : []),
  ];
  return notes.length === 0 ? undefined : notes.join(' ');
}

interface Parts extends MissionOnRecord {
  readonly backend: FolderBackend;
  readonly journal: JournalPort;
  readonly endServer: () => Promise<boolean>;
  readonly fence: Fence;
  /** Ends what looks after the mission. */
  readonly signal: AbortSignal;
}

async function driverFor(options: DriveOptions, { workspace, mission }: Course, parts: Parts): Promise<Driver> {
  const { records, state, journal, endServer, fence, signal } = parts;
  const backend = fencedBackend(parts.backend, fence);
  const files = fencedFiles(workspaceFiles(workspace, mission), fence);
  const commands = backgroundCommands({
    ...{ workspace, mission, signal, supervisor: supervisorBeside(options.bridge) },
    directoryOf: ({ todo = '' }) => (state.todos.get(todo)?.worktree ? worktreeOf(mission, todo) : undefined),
    env: serverEnvironment(options.env, {}),
  });
  const store = treesDir(workspace, mission);
  const trees = missionTrees(workspace, store);
  const apart = {
    ...{ workspace, mission, check: () => fence.check(), env: serverEnvironment(options.env, {}) },
    command: () => state.settings.isolationSetup,
  };
  removeLeftWorktrees(apart).catch((error: unknown) => {
    options.log(`Worktrees of an earlier mission stay: ${sentenceOf(error)}`);
  });
  await files.archiveForeign(Date.now());
  const { watcher, whenWaiting } = options;
  // Who lost the mission says that once, and nothing of what follows from it.
  const log = (sentence: string): void => {
    if (fence.lost === undefined) options.log(sentence);
  };
  return new Driver(
    state,
    {
      backend,
      journal,
      files,
      commands: fencedCommands(commands, fence),
      trees,
      worktrees: missionWorktrees({ ...apart, store, trees }),
      watcher,
      log,
      endServer,
      clock: systemClock,
      ids: { message: messageIds(Date.now) },
    },
    { whenWaiting, past: records, lastTodo: await lastTodo(workspace, records) },
  );
}

/** Says early, before a server is started, that somebody else drives the workspace. */
async function refuseSecondDriver(workspace: string, frozen: Sight | undefined): Promise<void> {
  const seen = await seeLock(lockPath(workspace));
  if (!seen?.live || seen.sight.token === frozen?.token) return;
  const { pid, mission } = seen.holder;
  throw new LockError('held', `Mission ${mission} is driven here by process ${String(pid)} already.`, pid, mission);
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
