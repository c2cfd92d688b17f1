import type { Fact, FactOf, Recorded } from '../core/mission/facts';
import { differing } from '../core/mission/differed';
import { maskFact } from '../core/mission/maskFact';
import { noted, type NoteWish } from '../core/mission/notes';
import { plan, type Effect } from '../core/mission/plan';
import { dueWarnings, type Spent } from '../core/mission/limits';
import { reduce } from '../core/mission/reduce';
import { waitsForPerson } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { againFacts } from '../core/commands/decide';
import { Changes } from './changes';
import { Commands } from './commands';
import { DeafServer } from './deafServer';
import { finish, sweep } from './finish';
import { Landings } from './landings';
import { Meter } from './meter';
import { PatientJournal } from './patientJournal';
import type { Settings } from '../core/mission/settings';
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

/** What is done after everything is on disk; orders are facts by then. */
type Later = Exclude<Effect, { type: 'order' | 'run' }>;

/** How often deadlines, edits of `todo.md` and unconfirmed aborts are looked after. */
const tickMs = 500;
/** A tick that comes so much later than it should, or before the one before it, was no time in which anybody worked. */
const jumpMs = 10_000;
const backMs = 1_000;

/**
 * The one writer of a mission. Signals become facts, facts go to disk, and only then does what follows from them happen:
 * everything between a signal and the next prompt costs one flush.
 */
export class Driver {
  private inbox: Producer[] = [];
  private draining = false;
  private finishing = false;
  private closed = false;
  /** The append that is under way. */
  private writing: Promise<unknown> = Promise.resolve();
  private readonly journal: PatientJournal;
  private readonly meter = new Meter();
  private tickedAt: number;
  private readonly deafServer: DeafServer;
  private forgetTick: (() => void) | undefined;
  private readonly turns: Turns;
  private readonly paper: Paper;
  private readonly commands: Commands;
  private readonly changes: Changes;
  private readonly landings: Landings;
  private settle: { resolve: (state: MissionState) => void; reject: (error: unknown) => void } | undefined;

  constructor(
    readonly state: MissionState,
    private readonly ports: Ports,
    private readonly options: DriverOptions,
  ) {
    const post = (producer: Producer) => {
      this.post(producer);
    };
    this.tickedAt = ports.clock.now();
    this.journal = new PatientJournal(ports, () => {
      if (state.stop) this.stopUnwritten();
    });
    this.commands = new Commands(state, ports, post);
    this.changes = new Changes(state, ports, post);
    const before = this.changes.before.bind(this.changes);
    const landings = new Landings(state, ports, post, this.changes.landing.bind(this.changes));
    this.landings = landings;
    const prepare = landings.prepare.bind(landings);
    const directoryOf = landings.directoryOf.bind(landings);
    this.turns = new Turns(state, { ...ports, before, prepare, directoryOf }, post, (session, calls) => {
      this.commands.heard(session, calls);
    });
    this.deafServer = new DeafServer(ports, () => {
      this.turns.serverEnded();
    });
    this.paper = new Paper(state, ports, post, options.lastTodo);
    this.paper.remember(options.past ?? [], state);
  }

  /** Drives the mission until it ends or is detached (then it has no `end`); rejects only when the journal cannot be written or on a defect of ours. */
  run(): Promise<MissionState> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.ports.backend.onSignal((signal) => {
        this.take(signal);
      });
      this.turns.adopt();
      this.commands.adopt();
      this.changes.adopt();
      this.landings.adopt();
      this.tick();
      this.post(() => []);
    });
  }

  /** Asks for a stop; the returned promise of `run` resolves when everything is confirmed idle. */
  stop(by: string, as: FactOf<'stop.requested'>['as'] = 'stopped', reason = `stopped by ${by}`): void {
    if (this.journal.trouble !== undefined) {
      this.stopUnwritten();
      return;
    }
    this.post((state) => ((state.stop ?? state.end) ? [] : [{ type: 'stop.requested', by, as, reason }]));
  }

  /** Gives the Commander a note with its next turn, or the worker of a TODO before its review. */
  note(text: string, wish: NoteWish = {}): void {
    this.post((s) => (s.end ? [] : [noted(s, text, wish)]));
  }

  /** Wants a queued note delivered at once. */
  hurry(note: string): void {
    this.post((s) => (s.end ? [] : [{ type: 'note.hurried', note }]));
  }

  /** From now on no new turn is prompted; those in flight come to their end by themselves. */
  pause(by: string): void {
    this.post((s) => (s.paused || s.end ? [] : [{ type: 'mission.paused', by }]));
  }

  unpause(by: string): void {
    this.post((s) => (s.paused ? [{ type: 'mission.unpaused', by }] : []));
  }

  /** Takes a person’s edit of the TODOs in; it is decided on the state of its turn, and may then be none any more. */
  edit(decide: (state: MissionState) => FactOf<'todos.edited'> | undefined): void {
    this.post((s) => {
      const fact = s.end ? undefined : decide(s);
      return fact ? [fact] : [];
    });
  }

  /** Goes on with other settings. */
  change(settings: Settings, by: string): void {
    this.post((s) => (s.end ? [] : [{ type: 'settings.changed', settings, by }]));
  }

  /** Ends a background command. */
  killCommand(id: string, by: string): void {
    this.commands.kill(id, by);
  }

  /** Runs a background command once more, as a new one. */
  runAgain(id: string): void {
    this.post((s) => againFacts(s, id, this.ports.clock.now()));
  }

  /** Closes an ask that no session waits for: the Commander’s, or the approval of the plan. */
  answer(ask: string, reply: string): void {
    this.post((s) => (s.asks.has(ask) ? [{ type: 'ask.closed', ask, reply }] : []));
  }

  /**
   * Lets go of the mission without touching an agent: `run` resolves without an end once nothing is written or sent any more.
   * Another process goes on from the journal.
   */
  async detach(): Promise<void> {
    this.close();
    await Promise.allSettled([this.writing, this.turns.quiet(), this.changes.settled(), this.landings.settled()]);
    await this.paper.close();
    this.settle?.resolve(this.state);
  }

  /** Another process has the mission, or its folder is gone: nothing is written or sent any more, and `run` rejects with the reason. */
  giveUp(reason: Error): void {
    if (!this.closed) this.fail(reason);
  }

  /** Puts a producer of facts in line. */
  post(producer: Producer): void {
    this.inbox.push(producer);
    if (this.draining) return;
    this.draining = true;
    // A microtask later, so that signals of one tick share a flush.
    queueMicrotask(() => {
      this.drain().catch((error: unknown) => {
        // Who lets go waits for no disk.
        if (!this.closed) this.fail(error);
      });
    });
  }

  private async drain(): Promise<void> {
    try {
      while (this.inbox.length > 0 && !this.closed) {
        const at = this.ports.clock.now();
        const records: Recorded[] = [];
        for (const producer of this.inbox.splice(0)) this.apply(producer(this.state), at, records);
        this.apply(dueWarnings(this.state, at, this.flying()), at, records);
        const effects = this.planAll(at, records);
        if (records.length > 0) {
          const facts = records.map((record) => record.fact);
          await (this.writing = this.journal.append(facts, at));
          this.publish(records);
        }
        if (!this.isClosed()) this.launch(effects);
      }
    } finally {
      this.draining = false;
    }
  }

  private apply(facts: readonly Fact[], at: number, records: Recorded[]): void {
    for (const told of facts) {
      // Before it is folded, so that the state is what stands on disk.
      const fact = maskFact(told);
      // What the turn used is in the fact that ends it.
      if (fact.type === 'turn.ended' || fact.type === 'turn.lost')
        this.meter.forget(this.state.turns.get(fact.turn)?.session);
      const differed = differing(this.state, fact);
      const record = { seq: this.state.seq + 1, at, fact };
      reduce(this.state, record);
      records.push(record);
      if (differed) this.apply([differed], at, records);
    }
  }

  /** Turns the planner’s orders into facts right away, so that one flush covers the signal and what follows from it. */
  private planAll(at: number, records: Recorded[]): Later[] {
    const others: Later[] = [];
    for (const effect of plan(this.state, at, this.flying())) {
      if (effect.type === 'run') {
        this.apply([{ type: 'command.started', id: effect.command }], at, records);
        this.commands.started(effect.command);
        continue;
      }
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

  /** What turns in flight have used so far. */
  private flying(): Spent {
    return this.meter.of(this.state.turns.values());
  }

  private publish(records: readonly Recorded[]): void {
    this.ports.watcher.recorded?.(records);
    this.paper.follow(records);
    this.changes.follow(records);
    this.landings.follow(records);
  }

  private launch(effects: readonly Later[]): void {
    this.turns.launch();
    this.commands.launch();
    for (const effect of effects) {
      if (effect.type === 'abort') this.turns.abort(effect.turn, effect.held);
      else if (effect.type === 'kill') this.commands.end(effect.command);
      else if (effect.type === 'land') this.landings.land(effect.todo);
      else this.finish(effect.state, effect.reason);
    }
    if (this.options.whenWaiting === 'stay' || effects.length > 0) return;
    if (this.state.paused && this.state.turns.size === 0) {
      this.stop('the command line', 'waiting', `It was paused by ${this.state.paused.by}`);
    } else if (waitsForPerson(this.state)) {
      const titles = [...this.state.asks.values()].map((ask) => ask.title).join('; ');
      this.stop('the command line', 'waiting', `Waits for a person: ${titles}`);
    }
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private finish(state: FactOf<'mission.ended'>['state'], reason: string): void {
    if (this.finishing) return;
    this.finishing = true;
    finish({ ...this.ending(), paper: this.paper, settling: [this.landings, this.changes], state, reason })
      .then((end) => {
        this.finishing = false;
        if (this.closed) return;
        if (end) this.end(end);
        else this.post(() => []);
      })
      .catch((error: unknown) => {
        this.fail(error);
      });
  }

  private ending(): Parameters<typeof sweep>[0] {
    const detached = () => this.closed;
    return { driverState: this.state, ports: this.ports, detached, serverEnded: () => this.deafServer.isEnded };
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
    const append = this.journal.append([fact], at);
    this.writing = append;
    append
      .then(async () => {
        this.publish(records);
        this.close();
        await this.paper.close();
        this.settle?.resolve(this.state);
      })
      .catch((error: unknown) => {
        // Who lets go waits for no disk.
        if (!this.closed) this.fail(error);
      });
  }

  private take(signal: Signal): void {
    if (this.closed) return;
    this.ports.watcher.signalled?.(signal);
    this.meter.take(signal);
    this.turns.take(signal);
  }

  private tick(): void {
    this.forgetTick = this.ports.clock.after(tickMs, () => {
      // After a jump deadlines are looked at when it is taken in; what cannot be written must not be found out over and over.
      if (!this.hasJumped() && this.journal.trouble === undefined) this.look();
      this.tick();
    });
  }

  /** A computer that slept, a process that was frozen, a clock that was set: none of it lets a turn be late. Whether it did. */
  private hasJumped(): boolean {
    const now = this.ports.clock.now();
    const gap = now - this.tickedAt - tickMs;
    this.tickedAt = now;
    if (gap < jumpMs && gap > -backMs) return false;
    this.turns.shift(gap);
    this.deafServer.shift(gap);
    this.post((s) => (s.end ? [] : [{ type: 'clock.jumped', ms: gap }]));
    return true;
  }

  private look(): void {
    this.turns.watch();
    this.paper.look();
    this.deafServer.look(this.state);
    // Time alone may end a budget, or come near one.
    this.post(() => []);
  }

  /** A stop that the disk does not take: the agents are stopped all the same, and the mission is left as it is on disk. */
  private stopUnwritten(): void {
    if (this.closed || this.finishing) return;
    this.finishing = true;
    const { trouble = '' } = this.journal;
    this.turns.close();
    sweep(this.ending(), this.state.sessions.size)
      .then((left) => {
        const agents = left === 0 ? 'Every agent is stopped' : `${String(left)} agents may still be at work`;
        this.fail(new Error(`${agents}, but the stop could not be written down. ${trouble} Make room, then resume.`));
      })
      .catch((error: unknown) => {
        this.fail(error);
      });
  }

  private close(): void {
    this.closed = true;
    this.forgetTick?.();
    this.journal.giveUp();
    this.turns.close();
    this.changes.close();
    this.landings.close();
  }

  private fail(error: unknown): void {
    this.close();
    this.settle?.reject(error);
  }
}
