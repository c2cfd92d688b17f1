import { contextOf, decideAnswer, decideLost } from '../core/mission/decide';
import type { Fact } from '../core/mission/facts';
import type { MissionState, Turn } from '../core/mission/state';
import type { Backend } from '../runtime/ports';
import { readingOf } from '../runtime/readTurn';

interface Settling {
  readonly state: MissionState;
  /** Absent when no server is left in which anything could have been answered. */
  readonly backend: Backend | undefined;
  readonly leaves: (path: string) => boolean;
  readonly record: (fact: Fact) => Promise<void>;
  readonly now: () => number;
}

/** Ends the turns that a dead driver left, all idle by now: an answer that came while nobody listened stands, the others are set down. */
export async function settleTurns(settling: Settling): Promise<void> {
  for (const turn of [...settling.state.turns.values()]) await settle(settling, turn);
}

async function settle({ state, backend, leaves, record, now }: Settling, turn: Turn): Promise<void> {
  const { session } = turn;
  const read = session === undefined ? undefined : await backend?.readTurn(session, turn.message);
  const { tokens = 0, cost = 0, model } = read ?? {};
  const usage = { tokens, cost, ...(model === undefined ? {} : { model }) };
  if (!turn.settling && read && session !== undefined && backend) {
    const doom = { how: 'stopped' as const, reason: 'stopped', since: now() };
    const around = { doom, failure: undefined, fresh: false, context: contextOf(state, leaves), now: now() };
    const reading = readingOf(turn, read, around);
    if (reading.kind === 'answered') {
      const fact = decideAnswer(state, turn, reading.answer, { runs: await backend.readRuns(session), leaves });
      if (fact) await record(fact);
    }
  }
  const current = state.turns.get(turn.id);
  if (current?.settling) await record({ type: 'turn.ended', turn: turn.id, ...usage });
  else if (current) await record(decideLost(state, current, 'stopped', 'stopped', usage));
}
