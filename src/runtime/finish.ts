import type { FactOf } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import { abortBusy } from './abortBusy';
import type { Paper } from './paper';
import type { Ports } from './ports';

/** A stop that finds sessions busy for so long is reported with what is confirmed. */
const sweepMs = 10_000;
const passMs = 150;

export interface Ending {
  readonly driverState: MissionState;
  readonly ports: Ports;
  readonly paper: Paper;
  /** What is to be said yet of turns that are over. */
  readonly settling: readonly { settled(): Promise<void> }[];
  readonly state: FactOf<'mission.ended'>['state'];
  readonly reason: string;
  /** Whether this process let go of the mission meanwhile. */
  readonly detached: () => boolean;
  /** Whether the server was ended with everything in it: then nothing is busy any more. */
  readonly serverEnded: () => boolean;
}

/**
 * Makes sure of an end before it is recorded: edits of `todo.md` are taken in, no session of the mission is busy in two
 * passes. Undefined means: something came in, and there is no end yet.
 */
export async function finish(ending: Ending): Promise<FactOf<'mission.ended'> | undefined> {
  const { driverState: s, ports, state, reason } = ending;
  if (await orLog(ports, false, () => ending.paper.takeEdits())) return undefined;
  const total = s.sessions.size;
  const confirmed = total - (await sweep(ending, total));
  if (ending.detached()) return undefined;
  if (state === 'sealed' && confirmed < total) return undefined;
  await orLog(ports, undefined, () => ending.paper.archiveTests());
  for (const each of ending.settling) await each.settled();
  // A person’s edit began somebody meanwhile, who is over again: all are looked at anew.
  if (s.sessions.size > total) return undefined;
  const words = s.stop ? `${reason} (${String(confirmed)} of ${String(total)} confirmed)` : reason;
  return { type: 'mission.ended', state, reason: words, confirmed };
}

/** A file that cannot be read or written is told, and never decides how a mission ends. */
async function orLog<T>(ports: Ports, otherwise: T, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    ports.log(sentenceOf(error));
    return otherwise;
  }
}

/** Aborts what is still busy until two passes find nothing; returns how many are not confirmed idle in the end. */
export async function sweep(
  { driverState: s, ports, detached, serverEnded }: Pick<Ending, 'driverState' | 'ports' | 'detached' | 'serverEnded'>,
  total: number,
): Promise<number> {
  const deadline = ports.clock.now() + sweepMs;
  let quiet = 0;
  let unconfirmed = total;
  for (;;) {
    if (serverEnded()) return 0;
    try {
      unconfirmed = await abortBusy(ports.backend, s.sessions);
      quiet = unconfirmed === 0 ? quiet + 1 : 0;
    } catch (error) {
      ports.log(`A pass over the sessions failed: ${String(error)}`);
      quiet = 0;
      unconfirmed = total;
    }
    if (quiet >= 2 || ports.clock.now() > deadline || detached()) return unconfirmed;
    await new Promise<void>((resolve) => {
      ports.clock.after(passMs, resolve);
    });
  }
}
