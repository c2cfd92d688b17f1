import { FakeBackend, unreachable, type FakePrompt, type Reply } from '../../../support/fakeBackend';
import type { ManualClock } from '../../../support/manualClock';
import type { PromptOrder, SessionOrder, Signal } from '../../../../src/runtime/ports';
import type { Chance } from './chance';
import type { Weather } from './weather';

/** What OpenCode is asked to do, before it does it. */
export interface Orders {
  opens(order: SessionOrder): void;
  prompts(order: PromptOrder): void;
}

/** The fake backend behind a line on which signals are lost, come twice, late and in another order. */
export class StormyBackend extends FakeBackend {
  /** Nothing goes wrong any more. */
  calm = false;
  private cuts = 0;

  constructor(
    private readonly stormClock: ManualClock,
    private readonly chance: Chance,
    private readonly weather: Weather,
    agent: (prompt: FakePrompt) => Reply,
    private readonly orders: Orders,
  ) {
    super(stormClock, agent, () => 20 + chance.below(chance.is(0.1) ? 5_000 : 300), {
      call: () => {
        if (this.calm) return undefined;
        if (chance.is(0.3)) return chance.below(chance.is(0.1) ? 3_000 : 40);
        if (!chance.is(weather.calls)) return undefined;
        return chance.is(0.5) ? unreachable() : 'lost';
      },
    });
  }

  override openSession(order: SessionOrder): Promise<string> {
    this.orders.opens(order);
    return super.openSession(order);
  }

  override prompt(order: PromptOrder): Promise<void> {
    this.orders.prompts(order);
    return super.prompt(order);
  }

  override emit(signal: Signal): void {
    if (this.cuts > 0) return;
    const { chance, weather } = this;
    // That the stream is there, or is not, is the host’s own finding: it is neither lost nor late.
    const ofStream = signal.type === 'connected' || signal.type === 'disconnected' || signal.type === 'asksRead';
    if (this.calm || ofStream || !chance.is(weather.signals)) {
      super.emit(signal);
      return;
    }
    const [first, second] = chance.one([[], [0, 0], [0, 200], [30], [1_500, 20]] as const);
    for (const ms of [first, second]) if (ms !== undefined) this.deliver(ms, signal);
  }

  private deliver(ms: number, signal: Signal): void {
    if (ms === 0) super.emit(signal);
    else this.stormClock.after(ms, () => super.emit(signal));
  }

  /** The event stream is away for so many milliseconds; the server is not. */
  cut(ms: number): void {
    super.emit({ type: 'disconnected', sentence: 'The stream is away.' });
    this.cuts += 1;
    this.stormClock.after(ms, () => {
      this.cuts -= 1;
      this.connect();
    });
  }
}
