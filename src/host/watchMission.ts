import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorded } from '../core/mission/facts';
import type { JournalRecord } from '../core/mission/record';
import { fold, reduce } from '../core/mission/reduce';
import type { MissionState } from '../core/mission/state';
import { JournalError } from '../persistence/errors';
import { followJournal } from '../persistence/journalFollow';
import { seeLock, type Sight } from '../persistence/lock';
import { Vigil } from '../persistence/vigil';
import { journalPath, lockPath } from '../persistence/workspaceFiles';
import { recordedFacts } from './workspace';

const lookMs = 300;

/** A mission as its journal grows. */
export interface Growing {
  /** Changed in place by later records. */
  readonly state: MissionState;
  readonly records: Recorded[];
}

export interface Watching {
  readonly workspace: string;
  readonly mission: string;
  /** The journal was read (again) from its start. */
  readonly began: (mission: Growing) => void;
  readonly recorded: (records: readonly Recorded[]) => void;
  readonly signal: AbortSignal;
}

/**
 * What became of the driver: it let go in order (`free`), or another mission is driven by now; or it died, left the mission to
 * whoever wants it, or is `frozen` as it was seen (`orphaned`).
 */
export type Outcome = { readonly type: 'free' } | { readonly type: 'orphaned'; readonly frozen?: Sight };

/**
 * Follows a mission that another process drives; resolves when that one does not drive it any more and everything was told, or
 * when the signal aborts. Rejects with a `JournalError` as `readJournal`.
 */
export async function watchMission(watching: Watching): Promise<Outcome> {
  const over = new AbortController();
  const stop = () => {
    over.abort();
  };
  watching.signal.addEventListener('abort', stop);
  if (watching.signal.aborted) stop();
  const following = follow(watching, over.signal).finally(stop);
  following.catch(() => undefined); // awaited below
  let outcome: Outcome = { type: 'free' };
  try {
    outcome = await watchDriver(watching, over.signal);
    // What was written last is told by the next look of the one that follows.
    await pause(lookMs, over.signal);
  } finally {
    stop();
    watching.signal.removeEventListener('abort', stop);
  }
  await following;
  return outcome;
}

/** Looks at the driver’s lock until it does not drive the mission any more, or the signal aborts. */
export async function watchDriver(
  { workspace, mission }: Pick<Watching, 'workspace' | 'mission'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const vigil = new Vigil();
  while (!signal.aborted) {
    const seen = await seeLock(lockPath(workspace));
    if (seen?.holder.mission !== mission) return { type: 'free' };
    if (!seen.live) return { type: 'orphaned' };
    const { beatMs } = seen.holder;
    const mark = `${seen.sight.token} ${String(seen.sight.touchedAt)}`;
    if (beatMs !== undefined && vigil.look(mark, performance.now(), beatMs))
      return { type: 'orphaned', frozen: seen.sight };
    await pause(Math.min(lookMs, beatMs ?? lookMs), signal);
  }
  return { type: 'free' };
}

async function follow(watching: Watching, signal: AbortSignal): Promise<void> {
  let growing: Growing | undefined;
  const take = (fresh: readonly JournalRecord[], restarted: boolean): void => {
    const more = recordedFacts(fresh);
    if (restarted || !growing) {
      growing = { records: more, state: fold(more) };
      watching.began(growing);
      return;
    }
    for (const record of more) reduce(growing.state, record);
    growing.records.push(...more);
    watching.recorded(more);
  };
  while (!signal.aborted) {
    try {
      await followJournal(journalPath(watching.workspace, watching.mission), take, signal);
    } catch (error) {
      // Its driver holds the lock before it has a journal.
      if (!(error instanceof JournalError && error.kind === 'missing')) throw error;
      await pause(lookMs, signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: whoever waits looks by itself
}
