import { parseAnswer, type Answer, type ToolName } from '../core/answers/schemas';
import type { BackgroundCall } from '../core/commands/model';
import { contextOf, decideAnswer, decideLost, toolOf } from '../core/mission/decide';
import type { MissionState, Turn } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import { Asks } from './asks';
import { Patience } from './patience';
import { readingOf, type Doom, type Loss } from './readTurn';
import { restingRecord, runsOf, sessionOrder, startTurn, type TurnPorts } from './startTurn';
import { Pulse } from './pulse';
import { dueOf } from './watchTurns';
import type { BackendFailure, Producer, Signal, TurnRecord } from './ports';
import { unused, usageOf, type Usage } from './usage';

/** An idle session that never was seen busy may be a prompt that is only just stored. */
const graceMs = 1_500;
/** The same for a prompt of this process: a fresh server on a busy machine loads its providers before it shows a sign. */
const firstSignMs = 30_000;
/** An error is on its message some 100 ms after it was told. */
const errorMs = 500;

/** Carries turns out: opens sessions, prompts, reads answers, ends turns. What a turn means is the core’s; this is its hands. */
export class Turns {
  private readonly pulse: Pulse;
  private readonly asks: Asks;
  private readonly patience: Patience;
  /** Ordered, and not on disk yet. */
  private readonly toLaunch = new Set<string>();
  private readonly launching = new Set<string>();
  private readonly concluding = new Set<string>();
  /** Turns whose answer waits for the journal. */
  private readonly delivered = new Set<string>();
  /** Turns that fell idle while something else was done about them. */
  private readonly again = new Set<string>();
  private readonly doomed = new Map<string, Doom>();
  private readonly abortedAt = new Map<string, number>();
  /** The last error that OpenCode told of a turn. */
  private readonly failures = new Map<string, BackendFailure>();
  private readonly bySession = new Map<string, string>();
  /** Turns that were started once, by this process or an earlier one. */
  private readonly started = new Set<string>();
  /** Those that this process prompted itself, in the server as it runs now. */
  private readonly prompted = new Set<string>();
  private readonly closing = new AbortController();
  /** Turns that are silent for too long, and whose session is being looked at. */
  private readonly probing = new Set<string>();
  /** Starts that are under way. */
  private readonly starts = new Set<Promise<void>>();

  constructor(
    private readonly s: MissionState,
    private readonly ports: TurnPorts,
    private readonly post: (producer: Producer) => void,
    private readonly called: (session: string, calls: readonly BackgroundCall[]) => void,
  ) {
    this.pulse = new Pulse(ports.clock);
    this.patience = new Patience(s, ports, post);
    this.asks = new Asks(s, post, (session) => s.sessions.has(session) || this.bySession.has(session));
  }

  /** Takes over the turns that an earlier process left in flight; they are read once the stream is there. */
  adopt(): void {
    for (const turn of this.s.turns.values()) {
      if (turn.session !== undefined) this.bySession.set(turn.session, turn.id);
      this.pulse.begin(turn.id);
      this.started.add(turn.id);
    }
  }

  /** The server was ended with everything in it: whatever was to be stopped is. */
  serverEnded(): void {
    for (const turn of this.s.turns.values()) {
      if (turn.settling)
        this.post((s) => (s.turns.has(turn.id) ? [{ type: 'turn.ended', turn: turn.id, ...unused }] : []));
      else this.lose(turn.id, { how: 'stopped', reason: this.doomed.get(turn.id)?.reason ?? 'the server was ended' });
    }
  }

  /** Notes a turn that was just ordered; it starts with `launch`, when its order is on disk. */
  ordered(id: string): void {
    this.toLaunch.add(id);
  }

  launch(): void {
    const ids = [...this.toLaunch];
    this.toLaunch.clear();
    for (const id of ids) this.start(id);
  }

  private start(id: string): void {
    if (this.launching.has(id)) return;
    this.launching.add(id);
    this.pulse.begin(id);
    // Started before, or by an earlier process: then its session may be there.
    const mayExist = this.started.has(id);
    this.started.add(id);
    const opened = this.opened.bind(this, id);
    const sending = (): unknown => this.prompted.add(id);
    const start = startTurn(this.s, this.ports, id, mayExist, this.closing.signal, opened, sending)
      .then((started) => {
        this.launching.delete(id);
        if (this.closing.signal.aborted) return;
        if (!started) this.lose(id, { how: this.doomed.get(id)?.how ?? 'stopped', reason: 'stopped before it began' });
        else if (this.doomed.has(id)) this.sendAbort(id);
        // It may have fallen idle before the call that prompted it returned.
        else if (this.again.delete(id)) void this.conclude(id);
        // An earlier process may have prompted it, and it has ended unheard.
        else if (mayExist) this.later(id);
      })
      .catch((error: unknown) => {
        this.launching.delete(id);
        if (this.closing.signal.aborted) return;
        this.lose(id, { how: 'error', reason: `The turn could not be started: ${sentenceOf(error)}` });
      })
      .finally(() => {
        this.starts.delete(start);
      });
    this.starts.add(start);
  }

  /** Ends a turn that the mission no longer wants, or, with `held`, one that is set down for that reason to go on later. */
  abort(id: string, held?: string): void {
    const how = held === undefined ? 'unwanted' : 'stopped';
    this.doom(id, { how, reason: held ?? 'its TODO was closed meanwhile' });
  }

  take(signal: Signal): void {
    this.asks.take(signal);
    // After a start, and whenever the stream was away, every turn in flight is read from its session.
    if (signal.type === 'connected') for (const turn of this.s.turns.values()) void this.conclude(turn.id);
    // What ran in the server before runs no more, so nobody waits for its first sign.
    else if (signal.type === 'moved') this.prompted.clear();
    else if (signal.type === 'disconnected') this.ports.log(signal.sentence);
    else if ('session' in signal && signal.type !== 'asked') this.heard(signal);
  }

  private heard(signal: Exclude<Extract<Signal, { session: string }>, { type: 'asked' }>): void {
    const id = this.bySession.get(signal.session);
    if (id === undefined) return; // not a session of ours
    this.pulse.beat(id, signal);
    const loss = this.patience.heard(id, signal);
    if (loss) this.doom(id, loss);
    if (signal.type === 'background') this.called(signal.session, [signal.call]);
    else if (signal.type === 'answer') void this.answered(id, signal.tool, signal.input);
    else if (signal.type === 'idle') void this.conclude(id);
    else if (signal.type === 'stepped') this.settleNow(id);
    else if (signal.type === 'failed') this.failed(id, signal.failure);
  }

  private async answered(id: string, tool: ToolName, input: unknown): Promise<void> {
    const turn = this.s.turns.get(id);
    if (!turn || turn.settling || tool !== toolOf[turn.role]) return;
    const parsed = parseAnswer(tool, input);
    if (parsed.ok) await this.deliver(turn, parsed.answer);
  }

  private async deliver(turn: Turn, answer: Answer): Promise<void> {
    if (this.concluding.has(turn.id)) {
      this.again.add(turn.id);
      return;
    }
    this.concluding.add(turn.id);
    try {
      await this.judge(turn, answer);
    } catch (error) {
      // The record could not be read: the idle event or the next connection tries again.
      this.ports.log(`The record of turn ${turn.id} could not be read: ${sentenceOf(error)}`);
    } finally {
      this.concluded(turn.id);
    }
  }

  private async judge(turn: Turn, answer: Answer): Promise<void> {
    const needsRuns = answer.tool === 'mission_review' && answer.value.verdict === 'pass';
    const runs = needsRuns ? await runsOf(this.ports, turn) : [];
    const around = { runs, leaves: (path: string) => this.ports.files.leaves(path) };
    this.delivered.add(turn.id);
    this.post((s) => {
      const current = s.turns.get(turn.id);
      const fact = current ? decideAnswer(s, current, answer, around) : undefined;
      queueMicrotask(() => {
        this.delivered.delete(turn.id);
        this.settleNow(turn.id);
        if (this.again.delete(turn.id)) void this.conclude(turn.id);
      });
      return fact ? [fact] : [];
    });
  }

  /** The answer is recorded: the model’s closing words are not waited for, but the end of its step is, with what it cost. */
  private settleNow(id: string): void {
    if (!this.s.turns.get(id)?.settling || !this.pulse.isBetweenSteps(id) || this.abortedAt.has(id)) return;
    this.sendAbort(id);
  }

  /** An error may end a turn before it was ever busy, and then no idle event comes. */
  private failed(id: string, failure: BackendFailure): void {
    if (failure.kind === 'aborted') return;
    this.failures.set(id, failure);
    this.ports.clock.after(errorMs, () => void this.conclude(id));
  }

  private doom(id: string, loss: Loss): void {
    const turn = this.s.turns.get(id);
    if (!turn || this.doomed.has(id)) return;
    if (turn.settling) {
      // It has answered; what it still does is not waited for.
      if (!this.abortedAt.has(id)) this.sendAbort(id);
      return;
    }
    this.doomed.set(id, { ...loss, since: this.ports.clock.now() });
    if (this.launching.has(id)) return; // aborted when its start is through
    if (turn.session !== undefined) this.sendAbort(id);
    else void this.doomUnopened(turn, loss);
  }

  /** An earlier process may have opened and prompted the session and died before it could say so. */
  private async doomUnopened(turn: Turn, loss: Loss): Promise<void> {
    this.launching.add(turn.id);
    try {
      const session = await this.ports.backend.findSession(sessionOrder(this.s, turn));
      this.launching.delete(turn.id);
      if (session === undefined) this.lose(turn.id, loss);
      else
        this.opened(turn.id, session, () => {
          this.sendAbort(turn.id);
        });
    } catch (error) {
      this.launching.delete(turn.id);
      const reason = `${loss.reason}; its session could not be looked for: ${sentenceOf(error)}`;
      this.lose(turn.id, { ...loss, reason });
    }
  }

  private opened(id: string, session: string, then: () => void = () => undefined): void {
    this.bySession.set(session, id);
    this.post((s) => {
      queueMicrotask(then);
      return s.turns.get(id)?.session === session ? [] : [{ type: 'session.opened', turn: id, session }];
    });
    this.asks.recognise(session);
  }

  private sendAbort(id: string): void {
    this.abortedAt.set(id, this.ports.clock.now());
    const session = this.s.turns.get(id)?.session;
    if (session === undefined) return;
    this.ports.backend.abort(session).catch((error: unknown) => {
      this.ports.log(`The abort of turn ${id} failed: ${sentenceOf(error)}`);
    });
  }

  /** Finds out how a turn stands whose session is, or may be, idle, and says it as a fact. */
  private async conclude(id: string): Promise<void> {
    const turn = this.s.turns.get(id);
    if (!turn || this.toLaunch.has(id)) return;
    if (this.launching.has(id) || this.concluding.has(id) || this.delivered.has(id)) {
      this.again.add(id);
      return;
    }
    if (turn.session === undefined) {
      this.start(id); // its order is on disk and nothing more is known: look for the session, or open it
      return;
    }
    this.concluding.add(id);
    try {
      const record = await restingRecord(this.ports, turn, turn.session);
      if (!record) {
        if (this.doomed.has(id) || this.s.turns.get(id)?.settling) this.sendAbort(id);
        return;
      }
      this.called(turn.session, record.background ?? []);
      await this.read(turn, record);
    } catch (error) {
      this.ports.log(`Turn ${id} could not be read: ${sentenceOf(error)}`);
      this.later(id);
    } finally {
      this.concluded(id);
    }
  }

  private concluded(id: string): void {
    this.concluding.delete(id);
    if (!this.delivered.has(id) && this.again.delete(id)) void this.conclude(id);
  }

  private async read(turn: Turn, record: TurnRecord): Promise<void> {
    const { id } = turn;
    const usage = usageOf(record);
    const now = this.s.turns.get(id);
    if (!now) return;
    if (now.settling) {
      this.forget(turn);
      this.post((s) => (s.turns.has(id) ? [{ type: 'turn.ended', turn: id, ...usage }] : []));
      return;
    }
    const reading = readingOf(turn, record, {
      doom: this.doomed.get(id),
      failure: this.failures.get(id),
      fresh: !this.pulse.wasBusy(id) && this.pulse.silentMs(id) < (this.prompted.has(id) ? firstSignMs : graceMs),
      context: contextOf(this.s, (path) => this.ports.files.leaves(path)),
      now: this.ports.clock.now(),
    });
    if (reading.kind === 'answered') {
      await this.judge(turn, reading.answer);
      this.again.add(id);
    } else if (reading.kind === 'lost') {
      this.lose(id, reading, usage, record.prose);
    } else if (reading.kind === 'unsent') {
      this.start(id);
    } else {
      this.later(id);
    }
  }

  private later(id: string): void {
    this.ports.clock.after(graceMs, () => void this.conclude(id));
  }

  private lose(id: string, { how, reason, class: failure, askedUntil }: Loss, usage: Usage = unused, words = ''): void {
    const turn = this.s.turns.get(id);
    if (turn) this.forget(turn);
    this.post((s) => {
      const current = s.turns.get(id);
      const known = failure && { class: failure, now: this.ports.clock.now(), askedUntil, words };
      return current ? [decideLost(s, current, how, reason, usage, known, this.ports.pace)] : [];
    });
  }

  private forget(turn: Turn): void {
    this.pulse.end(turn.id);
    this.patience.forget(turn.id);
    this.started.delete(turn.id);
    this.prompted.delete(turn.id);
    this.doomed.delete(turn.id);
    this.abortedAt.delete(turn.id);
    this.failures.delete(turn.id);
    this.again.delete(turn.id);
    if (turn.session !== undefined && this.bySession.get(turn.session) === turn.id) this.bySession.delete(turn.session);
  }

  /** So many milliseconds passed in which nothing could be heard: no deadline counts them. */
  shift(ms: number): void {
    this.pulse.shift(ms);
    for (const [id, at] of this.abortedAt) this.abortedAt.set(id, at + ms);
    for (const [id, doom] of this.doomed) this.doomed.set(id, { ...doom, since: doom.since + ms });
  }

  /** Looks after deadlines and after aborts that nobody confirmed. */
  watch(): void {
    const now = this.ports.clock.now();
    for (const turn of this.s.turns.values()) {
      if (this.launching.has(turn.id)) continue;
      const watched = { turn, aborted: this.abortedAt.get(turn.id), doom: this.doomed.get(turn.id) };
      const due = dueOf(this.s, this.pulse, watched, now);
      if (due?.type === 'doom') this.doom(turn.id, due);
      else if (due?.type === 'probe') void this.probe(turn, due.reason);
      else if (due?.type === 'abort') this.sendAbort(turn.id);
      else if (due?.type === 'abortAgain') {
        this.abortedAt.set(turn.id, now);
        void this.conclude(turn.id);
      } else if (due?.type === 'giveUp') {
        this.ports.log(`Turn ${turn.id} did not confirm its abort.`);
        // Its session may be busy for ever: nothing goes on in it.
        this.lose(turn.id, { how: due.doom.how, reason: due.doom.reason });
      } else if (!this.doomed.has(turn.id) && !turn.settling) {
        const loss = this.patience.look(turn);
        if (loss) this.doom(turn.id, loss);
      }
    }
  }

  /** A turn is silent for too long: it has ended unheard, or it is ended. */
  private async probe(turn: Turn, reason: string): Promise<void> {
    if (this.probing.has(turn.id)) return;
    this.probing.add(turn.id);
    try {
      const { session } = turn;
      const where = this.ports.directoryOf?.(turn);
      const busy = session === undefined || (await this.ports.backend.isBusy(session, where));
      if (busy) this.doom(turn.id, { how: 'stalled', class: 'stall', reason });
      else await this.conclude(turn.id);
    } catch (error) {
      // That the server is away is not the agent’s silence.
      this.pulse.touch(turn.id);
      this.ports.log(`The session of turn ${turn.id} could not be looked at: ${sentenceOf(error)}`);
    } finally {
      this.probing.delete(turn.id);
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** Resolves when no start is under way any more; after `close` each ends with the call it is in. */
  async quiet(): Promise<void> {
    while (this.starts.size > 0) await Promise.all(this.starts);
  }
}
