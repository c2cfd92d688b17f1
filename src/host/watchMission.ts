import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorded } from '../core/mission/facts';
import type { JournalRecord } from '../core/mission/record';
import { fold, reduce } from '../core/mission/reduce';
import type { MissionState } from '../core/mission/state';
import { JournalError } from '../persistence/errors';
import { followJournal } from '../persistence/journalFollow';
import { readLock } from '../persistence/lock';
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
 * Follows a mission that another process drives; resolves when that one has let go of it and everything was told, or when
 * the signal aborts. Rejects with a `JournalError` as `readJournal`.
 */
export async function watchMission(watching: Watching): Promise<void> {
  const over = new AbortController();
  const stop = () => {
    over.abort();
  };
  watching.signal.addEventListener('abort', stop);
  if (watching.signal.aborted) stop();
  const following = follow(watching, over.signal).finally(stop);
  following.catch(() => undefined); // awaited below
  try {
    while (!over.signal.aborted && (await isDriven(watching))) await pause(lookMs, over.signal);
    // What was written last is told by the next look of the one that follows.
    await pause(lookMs, over.signal);
  } finally {
    stop();
    watching.signal.removeEventListener('abort', stop);
  }
  await following;
}

async function isDriven({ workspace, mission }: Watching): Promise<boolean> {
  return (await readLock(lockPath(workspace)))?.mission === mission;
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
