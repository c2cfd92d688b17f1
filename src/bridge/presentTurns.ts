/** Sessions whose turn is remembered. */
const mostSessions = 500;

/** What is remembered of the turn that each session is in, by the id of its user message; the latest sessions only. */
export interface PresentTurns<T> {
  /** The turn of this message, begun with `make` where it is not the one that is known. */
  of(session: string, message: string, make: () => T): T;
  /** The last turn that was asked for; undefined for a session that was not. */
  last(session: string): T | undefined;
}

export function presentTurns<T>(): PresentTurns<T> {
  const turns = new Map<string, { readonly message: string; readonly of: T }>();
  return {
    of: (session, message, make) => {
      const known = turns.get(session);
      const turn = known?.message === message ? known : { message, of: make() };
      // The latest stands last.
      turns.delete(session);
      turns.set(session, turn);
      for (const oldest of turns.keys()) {
        if (turns.size <= mostSessions) break;
        turns.delete(oldest);
      }
      return turn.of;
    },
    last: (session) => turns.get(session)?.of,
  };
}
