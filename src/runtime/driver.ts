import type { Fact, FactOf, Recorded } from '../core/mission/facts';
import { plan, type Effect } from '../core/mission/plan';
import { reduce } from '../core/mission/reduce';
import { waitsForPerson } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { finish } from './finish';
import { Paper } from './paper';
import type { Ports, Producer, Signal } from './ports';
import { Turns } from './turns';

export interface DriverOptions {
  /** What to do when only a person can help: end the run, or stay and wait. */
  readonly whenWaiting: 'end' | 'stay';
  /** `todo.md` as an earlier process wrote it last. */
  readonly lastTodo?: string | undefined;
  /** The records of earlier processes, for the work log. */
  readonly past?: readonly Recorded[];
}

/** How often deadlines, edits of `todo.md` and unconfirmed aborts are looked after. */
const tickMs = 500;

/**
 * The one writer of a mission. Signals become facts, facts go to disk, and only then does what follows from them happen:
 * everything between a signal and the next prompt costs one flush.
 */
export class Driver {
  private inbox: Producer[] = [];
  private draining = false;
  private finishing = false;
  private closed = false;
  private forgetTick: (() => void) | undefined;
  private readonly turns: Turns;
  private readonly paper: Paper;
  private settle: { resolve: (state: MissionState) => void; reject: (error: unknown) => void } | undefined;

  constructor(
    readonly state: MissionState,
    private readonly ports: Ports,
    private readonly options: DriverOptions,
  ) {
    const post = (producer: Producer) => {
      this.post(producer);
    };
    this.turns = new Turns(state, ports, post);
    this.paper = new Paper(state, ports, post, options.lastTodo);
    this.paper.remember(options.past ?? [], state);
  }

  /** Drives the mission until it ends; rejects only when the journal cannot be written or on a defect of ours. */
  run(): Promise<MissionState> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.ports.backend.onSignal((signal) => {
        this.take(signal);
      });
      this.turns.adopt();
      this.tick();
      this.post(() => []);
    });
  }

  /** Asks for a stop; the returned promise of `run` resolves when everything is confirmed idle. */
  stop(by: string, as: FactOf<'stop.requested'>['as'] = 'stopped', reason = `stopped by ${by}`): void {
    this.post((state) => ((state.stop ?? state.end) ? [] : [{ type: 'stop.requested', by, as, reason }]));
  }

  /** Gives the Commander a note with its next turn. */
  note(text: string): void {
    this.post(() => [{ type: 'note.added', text }]);
  }

  /** Puts a producer of facts in line. */
  post(producer: Producer): void {
    this.inbox.push(producer);
    if (this.draining) return;
    this.draining = true;
    // A microtask later, so that signals of one tick share a flush.
    queueMicrotask(() => {
      this.drain().catch((error: unknown) => {
        this.fail(error);
      });
    });
  }

  private async drain(): Promise<void> {
    try {
      while (this.inbox.length > 0 && !this.closed) {
        const at = this.ports.clock.now();
        const records: Recorded[] = [];
        for (const producer of this.inbox.splice(0)) this.apply(producer(this.state), at, records);
        const effects = this.planAll(at, records);
        if (records.length > 0) {
          await this.ports.journal.append(
            records.map((record) => record.fact),
            at,
          );
          this.publish(records);
        }
        this.launch(effects);
      }
    } finally {
      this.draining = false;
    }
  }

  private apply(facts: readonly Fact[], at: number, records: Recorded[]): void {
    for (const fact of facts) {
      const record = { seq: this.state.seq + 1, at, fact };
      reduce(this.state, record);
      records.push(record);
    }
  }

  /** Turns the planner’s orders into facts right away, so that one flush covers the signal and what follows from it. */
  private planAll(at: number, records: Recorded[]): Exclude<Effect, { type: 'order' }>[] {
    const others: Exclude<Effect, { type: 'order' }>[] = [];
    for (const effect of plan(this.state, at)) {
      if (effect.type !== 'order') {
        others.push(effect);
        continue;
      }
      const { type: _, ...order } = effect;
      const turn = `t${String(this.state.turnsOrdered + 1)}`;
      this.apply([{ type: 'turn.ordered', turn, message: this.ports.ids.message(), ...order }], at, records);
      this.turns.ordered(turn);
    }
    return others;
  }

  private publish(records: readonly Recorded[]): void {
    this.ports.watcher.recorded?.(records);
    this.paper.follow(records);
  }

  private launch(effects: readonly Exclude<Effect, { type: 'order' }>[]): void {
    this.turns.launch();
    for (const effect of effects) {
      if (effect.type === 'abort') this.turns.abort(effect.turn);
      else this.finish(effect.state, effect.reason);
    }
    if (this.options.whenWaiting === 'end' && effects.length === 0 && waitsForPerson(this.state)) {
      const titles = [...this.state.asks.values()].map((ask) => ask.title).join('; ');
      this.stop('the command line', 'waiting', `Waits for a person: ${titles}`);
    }
  }

  private finish(state: FactOf<'mission.ended'>['state'], reason: string): void {
    if (this.finishing) return;
    this.finishing = true;
    finish({ driverState: this.state, ports: this.ports, paper: this.paper, state, reason })
      .then((end) => {
        this.finishing = false;
        if (end) this.end(end);
        else this.post(() => []);
      })
      .catch((error: unknown) => {
        this.fail(error);
      });
  }

  private end(fact: FactOf<'mission.ended'>): void {
    // A person’s edit or an ask may have come in while the end was made sure of: then there is no end yet.
    const at = this.ports.clock.now();
    const still = plan(this.state, at).some((effect) => effect.type === 'end' && effect.state === fact.state);
    if (this.inbox.length > 0 || this.draining || !still) {
      this.post(() => []);
      return;
    }
    const records: Recorded[] = [];
    this.draining = true;
    this.apply([fact], at, records);
    this.ports.journal
      .append([fact], at)
      .then(async () => {
        this.publish(records);
        this.close();
        await this.paper.close();
        this.settle?.resolve(this.state);
      })
      .catch((error: unknown) => {
        this.fail(error);
      });
  }

  private take(signal: Signal): void {
    this.ports.watcher.signalled?.(signal);
    this.turns.take(signal);
  }

  private tick(): void {
    this.forgetTick = this.ports.clock.after(tickMs, () => {
      this.turns.watch();
      this.paper.look();
      // Time alone may end a budget.
      this.post(() => []);
      this.tick();
    });
  }

  private close(): void {
    this.closed = true;
    this.forgetTick?.();
    this.turns.close();
  }

  private fail(error: unknown): void {
    this.close();
    this.settle?.reject(error);
  }
}
