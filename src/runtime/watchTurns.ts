import type { MissionState, Turn } from '../core/mission/state';
import type { Pulse } from './pulse';
import type { Doom, Loss } from './readTurn';

/** An abort that is not confirmed is sent again after so long; after the second time, the turn is given up as lost. */
const repeatAbortMs = 2_000;
const giveUpAbortMs = 12_000;
/** How long an agent that has answered may take to end its step. */
const lateMs = 3_000;

/** What time alone makes due for a turn in flight. */
export type Due =
  | { readonly type: 'abort' }
  | { readonly type: 'abortAgain' }
  | { readonly type: 'giveUp'; readonly doom: Doom }
  /** Time to look whether its session is at work at all. */
  | { readonly type: 'probe'; readonly reason: string }
  | ({ readonly type: 'doom' } & Loss);

/** A turn as its hands know it; times in milliseconds since the epoch. */
export interface WatchedTurn {
  readonly turn: Turn;
  readonly aborted: number | undefined;
  readonly doom: Doom | undefined;
}

/** Looks after a turn’s deadlines and after an abort that nobody confirmed; `now` in milliseconds since the epoch. */
export function dueOf(
  s: MissionState,
  pulse: Pulse,
  { turn, aborted, doom }: WatchedTurn,
  now: number,
): Due | undefined {
  if (aborted !== undefined) {
    if (doom && now - doom.since > giveUpAbortMs) return { type: 'giveUp', doom };
    return now - aborted > repeatAbortMs ? { type: 'abortAgain' } : undefined;
  }
  if (turn.settling) {
    // An agent that has answered and neither ends its step nor runs a tool is ended after a while.
    return !pulse.toolsRunning(turn.id) && pulse.silentMs(turn.id) > lateMs ? { type: 'abort' } : undefined;
  }
  if (now - turn.orderedAt + turn.usedMs > s.settings['limits.sessionMinutes'] * 60_000)
    return { type: 'doom', how: 'timeout', class: 'minutes', reason: overdue('sessionMinutes', s) };
  if (asks(s, turn)) {
    pulse.touch(turn.id);
    return undefined;
  }
  if (pulse.stalledMs(turn.id) > s.settings['limits.stallMinutes'] * 60_000)
    return { type: 'probe', reason: overdue('stallMinutes', s) };
  return undefined;
}

/** A turn that waits for a person is not stalled. */
function asks(s: MissionState, turn: Turn): boolean {
  for (const ask of s.asks.values()) if (ask.session === turn.session) return true;
  return false;
}

function overdue(limit: 'sessionMinutes' | 'stallMinutes', s: MissionState): string {
  const minutes = String(s.settings[`limits.${limit}`]);
  return limit === 'sessionMinutes'
    ? `The attempt took longer than ${minutes} minutes.`
    : `No sign of life for ${minutes} minutes.`;
}
