import { seeLock } from '../persistence/lock';
import { lockPath } from '../persistence/workspaceFiles';
import { leftServer, type ServerWish } from './reachServer';

/**
 * Ends the server of a driver that died between its mission’s end and its own: nobody else would. A server that the dead
 * driver had left to others on purpose, and one without a driver’s lock, are left alone.
 */
export async function endLeftBehind(
  wish: Pick<ServerWish, 'workspace' | 'bridge' | 'log'>,
  mission: string,
): Promise<void> {
  const seen = await seeLock(lockPath(wish.workspace));
  if (!seen || seen.live || seen.holder.left || seen.holder.mission !== mission) return;
  await (await leftServer({ ...wish, signal: new AbortController().signal }))?.close();
}
