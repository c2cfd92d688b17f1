import type { MissionState } from '../core/mission/state';
import type { Producer, Signal } from './ports';

/** What agents of the mission ask of a person: heard from the stream, and read again whenever it was away. */
export class Asks {
  /** Open before the stream was there, and not told again since. */
  private doubtful = new Set<string>();

  constructor(
    private readonly s: MissionState,
    private readonly post: (producer: Producer) => void,
    /** Whether a session is one of the mission’s. */
    private readonly isOurs: (session: string) => boolean,
  ) {}

  /** Takes a signal about asks in; the stream’s own are told to all. */
  take(signal: Signal): void {
    if (signal.type === 'asked') this.asked(signal);
    else if (signal.type === 'replied') this.close(signal.ask, signal.reply);
    else if (signal.type === 'connected') this.doubt();
    else if (signal.type === 'asksRead') this.closeUntold();
  }

  private asked({ ask, kind, session, title, permission, questions }: Extract<Signal, { type: 'asked' }>): void {
    if (!this.isOurs(session)) return;
    this.doubtful.delete(ask);
    const about = { ...(permission && { permission }), ...(questions && { questions }) };
    this.post((s) => {
      // What an agent asked whose turn is over, and OpenCode still tells, nobody waits for.
      const isWaitedFor = [...s.turns.values()].some((turn) => turn.session === session);
      return s.asks.has(ask) || !isWaitedFor ? [] : [{ type: 'ask.opened', ask, kind, session, title, ...about }];
    });
  }

  private doubt(): void {
    const open = [...this.s.asks.values()].filter((ask) => ask.session !== undefined);
    this.doubtful = new Set(open.map((ask) => ask.id));
  }

  /** What OpenCode does not ask any more was answered while nobody listened. */
  private closeUntold(): void {
    for (const ask of this.doubtful) this.close(ask, 'answered elsewhere');
    this.doubtful.clear();
  }

  private close(ask: string, reply: string): void {
    this.post((s) => (s.asks.has(ask) ? [{ type: 'ask.closed', ask, reply }] : []));
  }
}
