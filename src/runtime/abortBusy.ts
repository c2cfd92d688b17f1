import type { Backend } from './ports';

/** Aborts those of the sessions that are busy; returns how many there were. A stop is over when two passes in a row find none. */
export async function abortBusy(
  backend: Pick<Backend, 'busySessions' | 'abort'>,
  sessions: Pick<ReadonlySet<string>, 'has'>,
): Promise<number> {
  const busy = [...(await backend.busySessions())].filter((session) => sessions.has(session));
  await Promise.all(busy.map((session) => backend.abort(session)));
  return busy.length;
}
