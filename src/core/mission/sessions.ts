import type { FactOf } from './facts';
import type { MissionState, Turn } from './state';

/** Enters a session that was opened for a turn; one that is known keeps what it has used. */
export function openSession(s: MissionState, session: string, turn: Turn, at: number): void {
  if (s.sessions.has(session)) return beginIn(s, session, turn.model);
  const { role, todo, attempt, model: asked } = turn;
  s.sessions.set(session, { role, todo, attempt, asked, openedAt: at, turns: 0, tokens: 0, cost: 0, workedMs: 0 });
}

/** Says that a session is at work again, on which model. */
export function beginIn(s: MissionState, session: string | undefined, asked: string | undefined): void {
  const known = session === undefined ? undefined : s.sessions.get(session);
  if (session === undefined || !known?.ended) return;
  // What another model answered says nothing about the one that is asked now.
  const model = asked === known.asked ? known.model : undefined;
  s.sessions.set(session, { ...known, ended: undefined, asked, model });
}

/** Adds what a turn has used to its session. */
export function endIn(s: MissionState, turn: Turn, fact: FactOf<'turn.ended'> | FactOf<'turn.lost'>, at: number): void {
  const known = s.sessions.get(turn.session ?? '');
  if (turn.session === undefined || !known) return;
  s.sessions.set(turn.session, {
    ...known,
    turns: known.turns + 1,
    tokens: known.tokens + fact.tokens,
    cost: known.cost + fact.cost,
    workedMs: known.workedMs + Math.max(0, at - turn.orderedAt),
    ended: { at, how: fact.type === 'turn.ended' ? 'answered' : fact.how },
    model: fact.model ?? known.model,
  });
}
