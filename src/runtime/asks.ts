import type { MissionState } from '../core/mission/state';
import type { Producer, Signal } from './ports';

type Asked = Extract<Signal, { type: 'asked' }>;

/** Asks of sessions that are not known (yet) that are remembered; others' sessions ask on the same stream. */
const mostStrange = 200;

/** What agents of the mission ask of a person: heard from the stream, and read again whenever it was away. */
export class Asks {
  /** Open before the stream was there, and not told again since. */
  private doubtful = new Set<string>();
  /** Asked by sessions that are not the mission’s as far as is known: one of an adopted turn may yet turn out to be. */
  private readonly strange = new Map<string, Asked>();

  constructor(
    private readonly s: MissionState,
    private readonly post: (producer: Producer) => void,
    /** Whether a session is one of the mission’s. */
    private readonly isOurs: (session: string) => boolean,
  ) {}

  /** Takes a signal about asks in; the stream’s own are told to all. */
  take(signal: Signal): void {
    if (signal.type === 'asked') this.asked(signal);
    else if (signal.type === 'replied') this.replied(signal.ask, signal.reply);
    else if (signal.type === 'connected') this.doubt();
    else if (signal.type === 'asksRead') this.closeUntold();
  }

  /** A session turned out to be the mission’s: what it asked before counts. */
  recognise(session: string): void {
    for (const asked of [...this.strange.values()]) if (asked.session === session) this.asked(asked);
  }

  private asked(asked: Asked): void {
    const { ask, kind, session, title, permission, questions } = asked;
    if (!this.isOurs(session)) {
      if (this.strange.size < mostStrange) this.strange.set(ask, asked);
      return;
    }
    this.strange.delete(ask);
    this.doubtful.delete(ask);
    const about = { ...(permission && { permission }), ...(questions && { questions }) };
    this.post((s) => {
      // What an agent asked whose turn is over, and OpenCode still tells, nobody waits for.
      const isWaitedFor = [...s.turns.values()].some((turn) => turn.session === session);
      return s.asks.has(ask) || !isWaitedFor ? [] : [{ type: 'ask.opened', ask, kind, session, title, ...about }];
    });
  }

  private replied(ask: string, reply: string): void {
    this.strange.delete(ask);
    this.close(ask, reply);
  }

  private doubt(): void {
    this.strange.clear(); // all that are open are told anew
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
