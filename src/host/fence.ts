import { stat } from 'node:fs/promises';
import { JournalError } from '../persistence/errors';
import { readLock, type Lock, type Standing } from '../persistence/lock';
import { lockPath } from '../persistence/workspaceFiles';
import type { Backend, CommandsPort, FilesPort } from '../runtime/ports';

/** Keeps a driver that slept from touching anything of its successor’s, and one whose folder is gone from making it anew. */
export interface Fence {
  /** How the lock was lost; undefined while it is ours, as far as was seen. */
  readonly lost: Exclude<Standing, 'mine'> | undefined;
  /** Rejects with the reason once the lock is not ours any more: a `JournalError` `fenced`, or `missing` when it is gone. */
  check(): Promise<void>;
  /** Called by the lock’s own beat. */
  found(standing: Exclude<Standing, 'mine'>): void;
}

export interface FenceOptions {
  readonly workspace: string;
  readonly lock: () => Lock;
  /** Called once, with the reason. */
  readonly lost: (reason: JournalError) => void;
}

/** A fence around one driver. */
export function fenceOf({ workspace, lock, lost }: FenceOptions): Fence {
  let how: Fence['lost'];
  let reason: Promise<JournalError> | undefined;
  const lose = (standing: Exclude<Standing, 'mine'>): Promise<JournalError> => {
    if (reason) return reason;
    how = standing;
    reason = reasonOf(workspace, standing);
    void reason.then(lost);
    return reason;
  };
  return {
    get lost() {
      return how;
    },
    async check() {
      const standing = reason ? how : await lock().standing();
      if (standing !== undefined && standing !== 'mine') throw await lose(standing);
    },
    found(standing) {
      void lose(standing);
    },
  };
}

/** The agents’ side behind a fence: what changes anything there is asked for only while the lock is ours. */
export function fencedBackend(backend: Backend, fence: Fence): Backend {
  const behind = behindOf(fence);
  return {
    openSession: behind((...told) => backend.openSession(...told)),
    prompt: behind((...told) => backend.prompt(...told)),
    abort: behind((...told) => backend.abort(...told)),
    replyPermission: behind((...told) => backend.replyPermission(...told)),
    replyQuestion: behind((...told) => backend.replyQuestion(...told)),
    rejectQuestion: behind((...told) => backend.rejectQuestion(...told)),
    findSession: (order) => backend.findSession(order),
    isBusy: (session, directory) => backend.isBusy(session, directory),
    busySessions: () => backend.busySessions(),
    readTurn: (session, message) => backend.readTurn(session, message),
    isEmpty: (session) => backend.isEmpty(session),
    readRuns: (session, directory) => backend.readRuns(session, directory),
    hear: (directory, works) => {
      backend.hear(directory, works);
    },
    onSignal: (listener) => {
      backend.onSignal(listener);
    },
  };
}

/** Background commands behind a fence: none is begun or ended once the lock is not ours. */
export function fencedCommands(commands: CommandsPort, fence: Fence): CommandsPort {
  const behind = behindOf(fence);
  return {
    run: behind((command) => commands.run(command)),
    kill: behind((id) => commands.kill(id)),
    watch: (id) => commands.watch(id),
  };
}

/** The workspace’s files behind a fence: nothing is written once the lock is not ours. */
export function fencedFiles(files: FilesPort, fence: Fence): FilesPort {
  const behind = behindOf(fence);
  return {
    ...files,
    writeRendered: behind((...told) => files.writeRendered(...told)),
    replaceTodo: behind((...told) => files.replaceTodo(...told)),
    archiveForeign: behind((...told) => files.archiveForeign(...told)),
    keepSource: behind((...told) => files.keepSource(...told)),
    archiveTest: behind((...told) => files.archiveTest(...told)),
  };
}

type Behind = <A extends readonly unknown[], R>(act: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

function behindOf(fence: Fence): Behind {
  return (act) =>
    async (...args) => {
      await fence.check();
      return await act(...args);
    };
}

async function reasonOf(workspace: string, standing: Exclude<Standing, 'mine'>): Promise<JournalError> {
  if (standing === 'another') {
    const holder = await readLock(lockPath(workspace)).catch(() => undefined);
    const who = holder ? `process ${String(holder.pid)}` : 'another process';
    const sentence = `Another window or terminal (${who}) has taken this mission over; nothing more is done from here.`;
    return new JournalError('fenced', sentence);
  }
  const isThere = await stat(workspace).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const sentence = isThere
    ? `The mission’s records in ${workspace} were removed while it ran. Its agents are stopped.`
    : `The folder ${workspace} was renamed or removed while its mission ran. The agents are stopped; put it back, then resume.`;
  return new JournalError('missing', sentence);
}
