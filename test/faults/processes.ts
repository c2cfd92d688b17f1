/** The processes of a world: each carries the world’s mark in its environment. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that marks everything a world starts. */
export const markName = 'ORCHESTRATOR_FAULTS_WORLD';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** The living processes with this mark; only Linux tells. */
export function marked(mark: string): MarkedProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => fileOf(name, 'environ').split('\0').includes(`${markName}=${mark}`))
    .map((name) => ({
      pid: Number(name),
      command: fileOf(name, 'cmdline').replaceAll('\0', ' ').trim().slice(0, 120),
    }));
}

/** Those that are left when everything has had so long to end. */
export async function leftOver(mark: string, ms: number): Promise<MarkedProcess[]> {
  const deadline = Date.now() + ms;
  for (;;) {
    const left = marked(mark);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(100);
  }
}

/** Ends whatever a world has left. */
export function endMarked(mark: string): void {
  for (const { pid } of marked(mark)) sendSignal(pid, 'SIGKILL');
}

/** Sends a signal (0 only asks), to a whole group where the id is negative; false when nobody is there any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** A file of `/proc`; empty where the process is gone or somebody else’s. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
