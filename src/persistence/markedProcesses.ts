import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The processes whose environment holds every one of these `NAME=value` entries (a name with `=` alone takes any value), this
 * one left out. Empty where that cannot be read; on Windows, which ends whole trees by itself, always.
 */
export async function processesWith(...entries: readonly string[]): Promise<number[]> {
  if (process.platform === 'win32') return [];
  const found = process.platform === 'linux' ? await fromProc(entries) : await fromPs(entries);
  return found.filter((pid) => pid !== process.pid);
}

async function fromProc(entries: readonly string[]): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const looked = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or somebody else’s: not ours either way.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const lines = environment.split('\0');
      return entries.every((entry) =>
        entry.endsWith('=') ? lines.some((line) => line.startsWith(entry)) : lines.includes(entry),
      );
    }),
  );
  return pids.filter((_, index) => looked[index]).map(Number);
}

/** macOS shows the environment of the user’s own processes behind the command. */
async function fromPs(entries: readonly string[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-Eww', '-x', '-o', 'pid=,command='], { maxBuffer: 64 << 20 });
  return stdout
    .split('\n')
    .filter((line) => entries.every((entry) => line.includes(entry.endsWith('=') ? ` ${entry}` : ` ${entry} `)))
    .map((line) => Number.parseInt(line, 10));
}
