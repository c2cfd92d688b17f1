import type { Spent } from '../core/mission/limits';
import type { Turn } from '../core/mission/state';
import type { Signal } from './ports';
import { counted } from './usage';

/** What the turns in flight have used so far, as OpenCode tells it; the journal has a turn’s use only when it has ended. */
export class Meter {
  private readonly sessions = new Map<string, Map<string, Spent>>();

  take(signal: Signal): void {
    if (signal.type !== 'usage') return;
    const messages = this.sessions.get(signal.session) ?? new Map<string, Spent>();
    this.sessions.set(signal.session, messages);
    messages.set(signal.message, { tokens: counted(signal.tokens), cost: counted(signal.cost) });
  }

  /** The session’s turn has ended: its use is in the journal. */
  forget(session: string | undefined): void {
    if (session !== undefined) this.sessions.delete(session);
  }

  /** The sum over the given turns, US dollars and tokens. */
  of(turns: Iterable<Turn>): Spent {
    const sum = { tokens: 0, cost: 0 };
    for (const { session = '', message: prompt } of turns) {
      for (const [message, { tokens, cost }] of this.sessions.get(session) ?? []) {
        // Ids sort by time: what is older than the turn’s prompt is in the journal already.
        if (message <= prompt) continue;
        sum.tokens += tokens;
        sum.cost += cost;
      }
    }
    return sum;
  }
}
