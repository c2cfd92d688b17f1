import type { Clock, Signal } from './ports';

interface Beat {
  lastAt: number;
  busy: boolean;
  readonly tools: Set<string>;
  /** The model’s step is over and no tool has started since. */
  stepped: boolean;
}

/** What only an agent at work gives. */
const signs: ReadonlySet<Signal['type']> = new Set<Signal['type']>(['busy', 'tool', 'stepped', 'answer', 'retrying']);

/** When each turn in flight gave its last sign of life, and which of its tools run. Not facts: lost with the process. */
export class Pulse {
  private readonly beats = new Map<string, Beat>();

  constructor(private readonly clock: Clock) {}

  begin(turn: string): void {
    this.beats.set(turn, { lastAt: this.clock.now(), busy: false, tools: new Set(), stepped: false });
  }

  /** So many milliseconds passed in which nothing could be heard. */
  shift(ms: number): void {
    for (const beat of this.beats.values()) beat.lastAt += ms;
  }

  end(turn: string): void {
    this.beats.delete(turn);
  }

  beat(turn: string, signal: Signal): void {
    const beat = this.beats.get(turn);
    if (!beat) return;
    beat.lastAt = this.clock.now();
    // A wait that the provider asked for is no silence.
    if (signal.type === 'retrying' && Number.isFinite(signal.until)) beat.lastAt = Math.max(beat.lastAt, signal.until);
    if (signal.type === 'tool') {
      if (signal.running) {
        beat.tools.add(signal.callID);
        beat.stepped = false;
      } else {
        beat.tools.delete(signal.callID);
      }
    } else if (signal.type === 'stepped') {
      beat.stepped = true;
    } else if (signal.type === 'idle') {
      beat.tools.clear();
    }
    // The events of our own prompt being stored come first, and are no sign of the agent’s.
    if (signs.has(signal.type)) beat.busy = true;
  }

  /** Counts as a sign of life without being one: the turn waits for somebody else. */
  touch(turn: string): void {
    const beat = this.beats.get(turn);
    if (beat) beat.lastAt = this.clock.now();
  }

  /** Whether it was seen at work. */
  wasBusy(turn: string): boolean {
    return this.beats.get(turn)?.busy ?? false;
  }

  /** Whether the turn can be ended without losing anything: the step that gave the answer is over, and its usage recorded. */
  isBetweenSteps(turn: string): boolean {
    const beat = this.beats.get(turn);
    return beat !== undefined && beat.stepped && beat.tools.size === 0;
  }

  toolsRunning(turn: string): boolean {
    return (this.beats.get(turn)?.tools.size ?? 0) > 0;
  }

  silentMs(turn: string): number {
    const beat = this.beats.get(turn);
    return beat ? this.clock.now() - beat.lastAt : 0;
  }

  /** Like `silentMs`, but the clock stands still while a tool runs: tools have time-outs of their own. */
  stalledMs(turn: string): number {
    return this.toolsRunning(turn) ? 0 : this.silentMs(turn);
  }
}
