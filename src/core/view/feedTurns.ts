import type { Recorded } from '../mission/facts';
import type { MissionState } from '../mission/state';
import type { FeedTurn } from './feedItem';

/**
 * Says whose turn each of the coming records speaks of, where the state holds them all already: a turn that ended, and whose
 * session went on with the same flush, is in no state any more.
 */
export function followTurns(s: Pick<MissionState, 'turns'>): (record: Recorded) => FeedTurn | undefined {
  const turns = new Map<string, FeedTurn>(s.turns);
  return ({ fact }) => {
    if (!('turn' in fact)) return undefined;
    const { turn } = fact;
    if (fact.type === 'turn.ordered') turns.set(turn, { ...fact, session: fact.session });
    const known = turns.get(turn);
    if (known && fact.type === 'session.opened') turns.set(turn, { ...known, session: fact.session });
    if (fact.type === 'turn.ended' || fact.type === 'turn.lost') turns.delete(turn);
    return known;
  };
}
