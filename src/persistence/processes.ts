import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './errors';

/** A process as a file remembers it. The system gives numbers out again, so its start time belongs to its name. */
export interface ProcessMark {
  readonly pid: number;
  /** In the system’s own words, only to be compared; absent where the system does not tell cheaply (Windows). */
  readonly processStart?: string | undefined;
}

/** This or another process’s start time for a ProcessMark; undefined where it can not be known. */
export async function processStartOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return (await linuxStat(pid))?.start;
  return process.platform === 'darwin' ? await startByPs(pid) : undefined;
}

/** Whether the very process of the mark still runs, and not another one that was given its number. */
export async function isRunning(mark: ProcessMark): Promise<boolean> {
  if (!takesSignals(mark.pid)) return false;
  if (process.platform === 'linux' && (await linuxStat(mark.pid))?.ended === true) return false;
  if (mark.processStart === undefined) return true;
  const start = await processStartOf(mark.pid);
  return start === undefined || start === mark.processStart;
}

function takesSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM'; // somebody else’s, but alive
  }
}

interface LinuxStat {
  readonly start: string;
  /** Dead, though its number is not free yet: in a container nobody may ever collect it. */
  readonly ended: boolean;
}

async function linuxStat(pid: number): Promise<LinuxStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // ended a moment ago, or no /proc
  // The second field is the name in brackets and may hold blanks and brackets itself; after it comes field 3, the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return start === undefined ? undefined : { start, ended: state === 'Z' || state === 'X' };
}

async function startByPs(pid: number): Promise<string | undefined> {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' }; // the same words whoever asks
  const asked = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env, timeout: 5000 });
  return (await asked.catch(() => undefined))?.stdout.trim() || undefined;
}
