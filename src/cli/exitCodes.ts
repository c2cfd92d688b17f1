import type { MissionState } from '../core/mission/state';
import { HostError } from '../host/errors';
import { OpenCodeError } from '../opencode/errors';
import { FilesError, JournalError, LockError } from '../persistence/errors';

/** What the process ends with; the contract’s numbers. */
export const exitCodes = {
  sealed: 0,
  internal: 1,
  usage: 2,
  stopped: 3,
  exhausted: 4,
  failed: 5,
  waiting: 6,
  noServer: 7,
} as const;

/** The exit code of a mission that was driven here. */
export function exitOf(state: MissionState): number {
  return state.end ? exitCodes[state.end.state] : exitCodes.internal;
}

/** An error as a person meets it: the exit code and one sentence; undefined for a defect of ours. */
export function explain(error: unknown): { code: number; sentence: string } | undefined {
  if (error instanceof HostError) {
    return { code: error.kind === 'silent' ? exitCodes.internal : exitCodes.usage, sentence: error.message };
  }
  if (error instanceof LockError)
    return { code: error.kind === 'held' ? exitCodes.usage : exitCodes.internal, sentence: error.message };
  if (error instanceof FilesError)
    return { code: error.kind === 'io' ? exitCodes.internal : exitCodes.usage, sentence: error.message };
  if (error instanceof JournalError) {
    // Another process drives it now, or its folder is gone.
    const isTheirs = error.kind === 'fenced' || error.kind === 'missing';
    return { code: isTheirs ? exitCodes.usage : exitCodes.internal, sentence: error.message };
  }
  if (error instanceof OpenCodeError) return { code: exitCodes.noServer, sentence: error.message };
  return undefined;
}
