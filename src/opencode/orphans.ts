import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The processes that a server’s agents started and that outlived it: their shells are process groups of their own. Each still
 * carries the server’s process id (`OPENCODE_PID`) and our mark in its environment. Empty where that cannot be read.
 */
export async function orphansOf(server: number): Promise<number[]> {
  const found = process.platform === 'linux' ? await fromProc(server) : await fromPs(server);
  return found.filter((pid) => pid !== process.pid && pid !== server);
}

/** What marks a server of ours, and everything its agents start. */
export const mark = 'OPENCODE_ORCHESTRATOR';

async function fromProc(server: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const looked = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or somebody else’s: not ours either way.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const lines = environment.split('\0');
      return lines.includes(`OPENCODE_PID=${server}`) && lines.some((line) => line.startsWith(`${mark}=`));
    }),
  );
  return pids.filter((_, index) => looked[index]).map(Number);
}

/** macOS shows the environment of the user’s own processes behind the command; Windows ends the whole tree by itself. */
async function fromPs(server: number): Promise<number[]> {
  if (process.platform === 'win32') return [];
  const { stdout } = await promisify(execFile)('ps', ['-Eww', '-x', '-o', 'pid=,command='], { maxBuffer: 64 << 20 });
  return stdout
    .split('\n')
    .filter((line) => line.includes(` OPENCODE_PID=${server} `) && line.includes(` ${mark}=`))
    .map((line) => Number.parseInt(line, 10));
}
