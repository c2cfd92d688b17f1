import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processesWith } from '../persistence/markedProcesses';

/** What a command and everything that it starts carries in its environment, with the command’s id. */
export const commandMark = 'OPENCODE_ORCHESTRATOR_COMMAND';

/** What a command may still do when it is asked to end, before it is ended. */
const graceMs = 1_000;
const lookMs = 50;
const rounds = 5;

/**
 * Ends a command with all that it started: its process group, and what has left that group and still carries the mark. First
 * politely, a second later for good. `leader` is the process that leads the group; undefined when that is not known.
 */
export async function killTree(id: string, leader: number | undefined): Promise<void> {
  if (process.platform === 'win32') {
    if (leader !== undefined)
      await promisify(execFile)('taskkill', ['/PID', String(leader), '/T', '/F']).catch(() => undefined); // it has ended
    return;
  }
  const deadline = Date.now() + graceMs;
  await signalAll(id, leader, 'SIGTERM');
  while (Date.now() < deadline && (await anyLeft(id, leader))) await sleep(lookMs);
  // One that forks while it is looked for is found in the next round.
  for (let round = 0; round < rounds && (await anyLeft(id, leader)); round += 1) {
    await signalAll(id, leader, 'SIGKILL');
    await sleep(lookMs);
  }
}

async function signalAll(id: string, leader: number | undefined, signal: NodeJS.Signals): Promise<void> {
  if (leader !== undefined) send(-leader, signal);
  for (const pid of await processesWith(`${commandMark}=${id}`)) send(pid, signal);
}

async function anyLeft(id: string, leader: number | undefined): Promise<boolean> {
  if (leader !== undefined && send(-leader, 0)) return true;
  return (await processesWith(`${commandMark}=${id}`)).length > 0;
}

/** Whether there was anybody to take it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // ended meanwhile
  }
}
