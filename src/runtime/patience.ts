import { afterCall, afterOverflow, afterStep, noHabits, type Habits, type Stuck } from '../core/recovery/habits';
import { opensGate } from '../core/recovery/gates';
import { modelOfTurn } from '../core/recovery/models';
import {
  failuresInAQueue,
  failuresInATurn,
  failuresOfAProbe,
  failuresWhenHeld,
  usualPace,
  type FailureClass,
} from '../core/recovery/policies';
import { saysOverload, slowed } from '../core/recovery/throttle';
import type { HowLost } from '../core/mission/decide';
import type { MissionState, Turn } from '../core/mission/state';
import { duration } from '../core/todo/text';
import type { Ports, Producer, Signal } from './ports';

/** After so many refusals of its tool a turn is ended. */
const refusalsPerTurn = 6;

/** Why a turn is to be ended now. */
export interface Impatience {
  readonly how: HowLost;
  readonly reason: string;
  readonly class: FailureClass;
  /** When its provider wants to be asked again, in milliseconds since the epoch. */
  readonly askedUntil?: number | undefined;
}

interface Retry {
  readonly attempt: number;
  /** When the first of them was. */
  readonly since: number;
  readonly until: number;
  readonly sentence: string;
}

/** Watches turns that wait for their provider, that do the same again and again, or whose answers are refused. Not facts: lost with the process. */
export class Patience {
  private readonly retries = new Map<string, Retry>();
  /** When each model last ended a step. */
  private readonly served = new Map<string, number>();
  private readonly habits = new Map<string, Habits>();
  /** The calls of a turn’s tool that were refused. */
  private readonly refusals = new Map<string, Set<string>>();

  constructor(
    private readonly s: MissionState,
    private readonly ports: Pick<Ports, 'clock' | 'pace'>,
    private readonly post: (producer: Producer) => void,
  ) {}

  /** Takes a signal of a turn in; what comes back is why it is to be ended. */
  heard(id: string, signal: Signal): Impatience | undefined {
    const turn = this.s.turns.get(id);
    if (!turn) return undefined;
    if (signal.type === 'retrying') {
      const known = this.retries.get(turn.id);
      const { attempt = (known?.attempt ?? 0) + 1, until, sentence } = signal;
      this.retries.set(turn.id, { attempt, since: known?.since ?? this.ports.clock.now(), until, sentence });
      if (saysOverload(signal.sentence)) this.tellSlowed(turn, signal.sentence);
      return this.look(turn);
    }
    if (signal.type === 'stepped' && !signal.empty) {
      this.served.set(modelOfTurn(this.s, turn), this.ports.clock.now());
      this.tellAnswered(turn);
    }
    if (signal.type === 'tool' || signal.type === 'stepped' || signal.type === 'answer') this.retries.delete(turn.id);
    if (signal.type === 'refused') return this.refused(turn, signal.callID, signal.sentence);
    return stuck(this.habit(turn, signal));
  }

  /** A model that is waited for says something again: its gate may open before this turn has come to its end. */
  private tellAnswered(turn: Turn): void {
    const { clock } = this.ports;
    if (!opensGate(this.s, turn, clock.now())) return;
    this.post((s) =>
      s.turns.has(turn.id) && opensGate(s, turn, clock.now()) ? [{ type: 'model.answered', turn: turn.id }] : [],
    );
  }

  /** The provider has too much to do: fewer turns of its model at once. */
  private tellSlowed(turn: Turn, sentence: string): void {
    this.post((s) => {
      const current = s.turns.get(turn.id);
      const fact = current && slowed(s, current, sentence.slice(0, 300));
      return fact ? [fact] : [];
    });
  }

  private refused(turn: Turn, callID: string, sentence: string): Impatience | undefined {
    const calls = (this.refusals.get(turn.id) ?? new Set()).add(callID);
    this.refusals.set(turn.id, calls);
    if (calls.size < refusalsPerTurn) return undefined;
    return {
      how: 'refused',
      class: 'refused',
      reason: `Its answer was refused ${String(calls.size)} times: ${sentence}`,
    };
  }

  /** Whether a turn waits for its provider for longer than it may, as its model’s gate stands now. */
  look(turn: Turn): Impatience | undefined {
    const retry = this.retries.get(turn.id);
    if (!retry) return undefined;
    const now = this.ports.clock.now();
    const { longWaitMs, capMs } = this.ports.pace ?? usualPace;
    const wait = retry.until - now;
    const said = retry.sentence.slice(0, 300);
    if (wait > longWaitMs) {
      const reason = `The provider asks to wait ${duration(wait)}: ${said}`;
      return { how: 'waits', reason, class: wait > capMs ? 'longLimit' : 'limit', askedUntil: retry.until };
    }
    if (retry.attempt < this.mostFailures(turn, retry)) return undefined;
    const times = retry.attempt === 1 ? 'once more' : `${retry.attempt} times in a row`;
    return {
      how: 'waits',
      reason: `The provider failed ${times}: ${said}`,
      class: 'provider',
      askedUntil: retry.until,
    };
  }

  private mostFailures(turn: Turn, { since, sentence }: Retry): number {
    const model = modelOfTurn(this.s, turn);
    const gate = this.s.gates.get(model);
    const serves = (this.served.get(model) ?? -Infinity) >= since;
    if (!gate) return serves && saysOverload(sentence) ? failuresInAQueue : failuresInATurn;
    return gate.probe === turn.id ? failuresOfAProbe : failuresWhenHeld;
  }

  private habit(turn: Turn, signal: Signal): Stuck | undefined {
    const habits = this.habits.get(turn.id) ?? noHabits();
    this.habits.set(turn.id, habits);
    if (signal.type === 'tool' && signal.ended) return afterCall(habits, { ...signal.ended, callID: signal.callID });
    if (signal.type === 'stepped') return afterStep(habits, signal.empty === true);
    if (signal.type === 'failed' && signal.failure.kind === 'overflow')
      return afterOverflow(habits, signal.failure.sentence);
    return undefined;
  }

  forget(turn: string): void {
    this.retries.delete(turn);
    this.habits.delete(turn);
    this.refusals.delete(turn);
  }
}

function stuck(found: Stuck | undefined): Impatience | undefined {
  return found && { how: found.class === 'repetition' ? 'looped' : 'error', ...found };
}
