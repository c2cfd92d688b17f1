import { serverMark } from '../core/terminal';
import { processesWith } from '../persistence/markedProcesses';

/**
 * The processes that a server’s agents started and that outlived it: their shells are process groups of their own. Each still
 * carries the server’s process id (`OPENCODE_PID`) and our mark in its environment. Empty where that cannot be read.
 */
export async function orphansOf(server: number): Promise<number[]> {
  const found = await processesWith(`OPENCODE_PID=${String(server)}`, `${serverMark}=`);
  return found.filter((pid) => pid !== server);
}
