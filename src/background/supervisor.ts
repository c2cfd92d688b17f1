/**
 * Runs one background command, in a process of its own that outlives the host: `supervisor.mjs <the command’s folder>`. It
 * writes down how the command ended, bounds what it wrote, ends it at its time-out or when it is asked to, and when neither the
 * mission’s driver nor its server is left: no command is ever an orphan.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  commandFile,
  isKillWanted,
  readOrder,
  writeCommandFile,
  type CommandEnded,
  type CommandOrder,
} from '../persistence/commandFiles';
import { readLease } from '../persistence/lease';
import { seeLock } from '../persistence/lock';
import { processStartOf } from '../persistence/processes';
import { lockPath } from '../persistence/workspaceFiles';
import { commandMark, killTree } from './killTree';
import { Output } from './output';

const lookMs = 200;
/** How often it is looked whether anybody is left, and for how long nobody may be: a window that reloads comes back. */
const guardLookMs = 2_000;
const aloneMs = 20_000;

/** What ended the command, if it did not end by itself. */
type Why = Extract<CommandEnded['how'], 'timedOut' | 'killed' | 'lost'>;
type Exit = Pick<CommandEnded, 'how' | 'exitCode' | 'signal'>;

const [dir] = process.argv.slice(2);
const order = dir === undefined ? undefined : await readOrder(dir);
if (dir === undefined || !order) {
  process.stderr.write(
    'This runs a background command for OpenCode Orchestrator, from a folder that holds its order.\n',
  );
  process.exit(2);
}
// A terminal that closes, or a service manager, ends it together with its command.
let signalled = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => {
    signalled = true;
  });
process.exit((await supervise(dir, order)) ? 0 : 1);

async function supervise(
  folder: string,
  { id, command, timeoutMs, workspace, directory, mission }: CommandOrder,
): Promise<boolean> {
  const processStart = await processStartOf(process.pid);
  await writeCommandFile(folder, 'started', { pid: process.pid, ...(processStart !== undefined && { processStart }) });
  const file = await open(commandFile(folder, 'output'), 'a', 0o600);
  const child = spawn(command, {
    shell: true,
    cwd: directory ?? workspace,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', file.fd, file.fd],
    env: environment(id),
  });
  let exit: Exit | undefined;
  const exited = endOf(child).then((how) => {
    exit = how;
  });
  await file.close();
  const output = new Output(folder);
  const why = await guard();
  if (why !== undefined || child.pid !== undefined) await killTree(id, child.pid);
  await Promise.race([exited, sleep(5_000)]);
  const bytes = output.size();
  const ended = exit ?? { how: 'lost', exitCode: null };
  await writeCommandFile(folder, 'ended', { ...(why === undefined ? ended : { ...ended, how: why }), bytes });
  return ended.how !== 'unstartable';

  /** Resolves when the command has ended, or with why it is to be ended. */
  async function guard(): Promise<Why | undefined> {
    const deadline = Date.now() + timeoutMs;
    let guardedAt = Date.now();
    let lookedAt = 0;
    for (;;) {
      await Promise.race([exited, sleep(lookMs)]);
      if (exit) return undefined;
      output.bound();
      if (signalled || (await isKillWanted(folder))) return 'killed';
      const now = Date.now();
      if (now >= deadline) return 'timedOut';
      // A computer that slept leaves everybody behind alike.
      if (now - lookedAt < guardLookMs) continue;
      if (now - lookedAt > aloneMs / 2 && lookedAt > 0) guardedAt = now;
      lookedAt = now;
      if (await isGuarded(workspace, mission)) guardedAt = now;
      else if (now - guardedAt > aloneMs) return 'lost';
    }
  }
}

/** Whether the mission’s driver runs, or its server, in which agents go on. */
async function isGuarded(workspace: string, mission: string): Promise<boolean> {
  const seen = await seeLock(lockPath(workspace)).catch(() => undefined); // a folder that is gone has nobody
  if (seen?.live && seen.holder.mission === mission) return true;
  return (
    seen !== undefined &&
    seen.holder.mission === mission &&
    (await readLease(workspace).catch(() => undefined)) !== undefined
  );
}

function endOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve({ how: 'unstartable', exitCode: null });
    });
    child.once('exit', (exitCode, signal) => {
      resolve(signal === null ? { how: 'exited', exitCode } : { how: 'signalled', exitCode: null, signal });
    });
  });
}

function environment(id: string): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return { ...env, [commandMark]: id };
}
