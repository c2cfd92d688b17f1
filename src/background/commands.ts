import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../core/commands/model';
import { readEnded, readOrder, readStarted, readTail, writeCommandFile } from '../persistence/commandFiles';
import { isRunning } from '../persistence/processes';
import { commandDir } from '../persistence/workspaceFiles';
import type { CommandEnd, CommandsPort } from '../runtime/ports';
import { killTree } from './killTree';

export interface CommandsOf {
  /** The workspace’s real path. */
  readonly workspace: string;
  readonly mission: string;
  /** Path of the supervisor’s bundle. */
  readonly supervisor: string;
  /** Where a command runs that does not run in the workspace. */
  readonly directoryOf?: (command: Command) => string | undefined;
  /** What the commands get: nothing of OpenCode’s own is to be in it. */
  readonly env: NodeJS.ProcessEnv;
  /** Lets go of them: they go on. */
  readonly signal: AbortSignal;
}

const lookMs = 150;
/** How long a supervisor may take to show itself, and how often it is looked whether it lives. */
const startMs = 30_000;
const aliveMs = 2_000;
/** Bytes of the output’s end that are kept with the mission. */
const tailBytes = 2_000;

/** Background commands on this machine, each under a supervisor of its own. */
export function backgroundCommands({
  workspace,
  mission,
  supervisor,
  directoryOf,
  env,
  signal,
}: CommandsOf): CommandsPort {
  const dirOf = (id: string) => commandDir(workspace, mission, id);
  const watch = (id: string): Promise<CommandEnd | undefined> => endOf(dirOf(id), id, signal);
  return {
    watch,
    async run(ordered: Command) {
      const { id, command, timeoutMs } = ordered;
      const directory = directoryOf?.(ordered);
      const dir = dirOf(id);
      if (!(await readOrder(dir))) {
        await mkdir(dirname(dir), { mode: 0o700, recursive: true });
        await mkdir(dir, { mode: 0o700 });
        await writeCommandFile(dir, 'order', { id, command, timeoutMs, workspace, directory, mission });
        return await endOf(dir, id, signal, start(supervisor, dir, env));
      }
      return await watch(id);
    },
    async kill(id) {
      await writeCommandFile(dirOf(id), 'kill', {});
    },
  };
}

/** Path of the supervisor’s bundle, which lies beside the bridge’s. */
export function supervisorBeside(bridge: string): string {
  return join(dirname(bridge), 'supervisor.mjs');
}

/** Whether a supervisor that was started here has ended, or never began. */
type Started = () => boolean;

function start(supervisor: string, dir: string, env: NodeJS.ProcessEnv): Started {
  const child = spawn(process.execPath, [supervisor, dir], {
    ...{ detached: true, stdio: 'ignore', windowsHide: true, cwd: dir },
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
  });
  let over = false;
  for (const event of ['error', 'exit'] as const)
    child.once(event, () => {
      over = true;
    });
  child.unref();
  return () => over;
}

async function endOf(
  dir: string,
  id: string,
  signal: AbortSignal,
  isOver: Started = () => false,
): Promise<CommandEnd | undefined> {
  const since = Date.now();
  let lookedAt = since;
  for (;;) {
    if (signal.aborted) return undefined;
    const ended = await readEnded(dir);
    if (ended) return { ...ended, tail: await readTail(dir, tailBytes) };
    const now = Date.now();
    if (isOver() || now - lookedAt >= aliveMs) {
      lookedAt = now;
      if (isOver() || !(await isSupervised(dir, now - since))) {
        // It may have written the end down just now.
        const last = await readEnded(dir);
        if (!last) await killTree(id, undefined);
        const tail = await readTail(dir, tailBytes);
        if (last) return { ...last, tail };
        const how = (await readStarted(dir)) ? 'lost' : 'unstartable';
        return { how, exitCode: null, bytes: Buffer.byteLength(tail), tail };
      }
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Whether somebody runs the command, or may be about to. */
async function isSupervised(dir: string, waitedMs: number): Promise<boolean> {
  const supervisor = await readStarted(dir);
  if (supervisor) return await isRunning(supervisor);
  return (await readOrder(dir)) !== undefined && waitedMs < startMs;
}
