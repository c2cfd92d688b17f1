import type { Spent } from '../core/mission/limits';
import type { Signal } from './ports';

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

  /** The sum over the given sessions, US dollars and tokens. */
  of(sessions: Iterable<string | undefined>): Spent {
    const sum = { tokens: 0, cost: 0 };
    for (const session of sessions) {
      for (const { tokens, cost } of this.sessions.get(session ?? '')?.values() ?? []) {
        sum.tokens += tokens;
        sum.cost += cost;
      }
    }
    return sum;
  }
}

/** What a provider counts may be anything; only what can be added up is. */
function counted(amount: number): number {
  return Number.isFinite(amount) ? Math.max(0, amount) : 0;
}
