import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const graceMs = 5_000;
const pollMs = 100;

/** These processes and all that descend from them, as far as they still run. */
export function familyOf(pids: readonly (number | undefined)[]): number[] {
  const table = processTable();
  const found = new Set(pids.filter((pid) => pid !== undefined && table.has(pid)));
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of table) {
      if (found.has(pid) || !found.has(parent)) continue;
      found.add(pid);
      grown = true;
    }
  }
  return [...found].filter((pid) => pid !== undefined);
}

/** The processes in whose environment stands `NAME=value`; also those that left their family. */
export function markedWith(marker: string): number[] {
  if (process.platform !== 'linux') return markedByPs(marker);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(marker))
    .map(Number);
}

/** Ends processes: asks first, then makes sure. Asks again who there is, since the dying may start others. */
export async function endAll(who: () => readonly number[]): Promise<void> {
  let left = who();
  for (const pid of left) send(pid, 'SIGTERM');
  for (const until = Date.now() + graceMs; left.length > 0 && Date.now() < until; left = who()) await pause();
  killAll(left);
  for (const until = Date.now() + graceMs; who().length > 0 && Date.now() < until;) await pause();
}

/** Ends processes at once, without a word. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) send(pid, 'SIGKILL');
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMs));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Every running process with its parent. */
function processTable(): Map<number, number> {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(
    rows
      .filter(([, , state]) => state?.startsWith('Z') === false)
      .map(([pid, parent]) => [Number(pid), Number(parent)]),
  );
}

function environmentOf(pid: string): string[] {
  try {
    if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // ended a moment ago, or somebody else’s
  }
}

function markedByPs(marker: string): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-E', '-o', 'pid=,command='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => ` ${line} `.includes(` ${marker} `))
    .map((line) => Number.parseInt(line, 10));
}
