import type { RecordedRun } from '../../src/core/mission/proof';
import type {
  Backend,
  BackendFailure,
  Clock,
  PromptOrder,
  SessionOrder,
  Signal,
  TurnRecord,
} from '../../src/runtime/ports';
import { toolOf } from '../../src/core/mission/decide';
import type { QuestionAsked } from '../../src/core/mission/facts';

/** What a fake agent does with a prompt. */
export type Reply =
  | {
      readonly do: 'answer';
      readonly input: unknown;
      readonly runs?: readonly { command: string; exit: number | null }[];
      /** Milliseconds of closing words after the answer; `'hang'` never ends its step, as a stalled provider. */
      readonly closing?: number | 'hang';
    }
  | { readonly do: 'silent'; readonly prose?: string }
  /** Meets an error; of the provider’s unless told. */
  | { readonly do: 'fail'; readonly sentence: string; readonly failure?: Omit<BackendFailure, 'sentence'> }
  /** Waits for its provider, as OpenCode does by itself, until so many milliseconds from now; then it does the rest. */
  | {
      readonly do: 'retry';
      readonly inMs: number;
      readonly attempt: number;
      readonly then: Reply;
      readonly says?: string;
    }
  /** Its tool refuses so many payloads, then it does the rest. */
  | { readonly do: 'refused'; readonly times: number; readonly then: Reply }
  /** Asks for a permission, or a question; goes on with `then` when it is answered, or by itself after `waitMs`. */
  | {
      readonly do: 'ask';
      readonly title: string;
      readonly waitMs?: number;
      readonly questions?: readonly QuestionAsked[];
      readonly then?: Reply;
      /** What follows a rejection; without it the turn ends. */
      readonly rejected?: Reply;
    }
  | { readonly do: 'hang' };

export interface FakePrompt extends PromptOrder {
  readonly order: SessionOrder;
  /** The number of the prompt in its session, from 1. */
  readonly nth: number;
  /** The first prompt of its session: what the agent still knows when it is only told to go on. */
  readonly opening: string;
}

interface FakeTurn {
  readonly prompt: FakePrompt;
  reply?: Reply;
  /** Whether its tool call is completed. */
  answered: boolean;
  state: 'busy' | 'done' | 'aborted';
}

export type BackendCall = Exclude<keyof Backend, 'onSignal'>;

export interface FakeFaults {
  /** Asked before each call: a number lets it take so many milliseconds, an error refuses it, `lost` does it and loses the response. */
  readonly call?: (call: BackendCall) => number | Error | 'lost' | undefined;
}

/** An error as the real backend throws it while the server is away. */
export function unreachable(): Error {
  return Object.assign(new Error('OpenCode does not answer.'), { kind: 'unreachable' });
}

/** Calls within one millisecond that are more than any mission needs. */
const mostAtOnce = 1_000;

/** OpenCode as the driver sees it, without OpenCode: for speed in unit tests, never instead of the real thing. */
export class FakeBackend implements Backend {
  readonly sessions = new Map<string, { order: SessionOrder; turns: FakeTurn[]; runs: RecordedRun[] }>();
  readonly prompts: FakePrompt[] = [];
  /** What OpenCode would not stand: a prompt into a busy session, a message sent to two sessions, two writers of one file, a host that spins. */
  readonly violations: string[] = [];
  readonly calls = new Map<BackendCall, number>();
  /** The worktrees in which sessions work. */
  readonly heard = new Set<string>();
  busyNow = 0;
  peak = 0;
  /** The most prompts at once that were not answered yet. */
  peakUnanswered = 0;
  /** What agents asked and nobody answered yet. */
  readonly openAsks = new Map<string, { turn: FakeTurn; reply: Extract<Reply, { do: 'ask' }> }>();
  /** How asks were answered, in order. */
  readonly answers: { ask: string; reply: string; message?: string | undefined }[] = [];
  private down = false;
  private lastCall = 0;
  private atOnce = 0;
  private listener: (signal: Signal) => void = () => undefined;

  /** What a turn costs. */
  bill = { tokens: 100, cost: 0.01 };

  constructor(
    private readonly clock: Clock,
    private readonly agent: (prompt: FakePrompt) => Reply,
    private readonly latencyMs: (prompt: FakePrompt) => number = () => 100,
    private readonly faults: FakeFaults = {},
  ) {}

  onSignal(listener: (signal: Signal) => void): void {
    this.listener = listener;
  }

  connect(): void {
    if (this.down) return;
    this.emit({ type: 'connected' });
    for (const [ask, { turn, reply }] of this.openAsks) this.emit(askedSignal(turn, ask, reply));
    this.emit({ type: 'asksRead' });
  }

  /** The server dies: what its models were doing is gone, its sessions stay on disk, and no call gets through until `restart`. */
  crash(): void {
    for (const { turns } of this.sessions.values()) {
      const turn = turns.at(-1);
      if (turn?.state !== 'busy') continue;
      turn.state = 'aborted';
      this.busyNow -= 1;
    }
    this.emit({ type: 'disconnected', sentence: 'The server is away.' });
    this.down = true;
  }

  restart(): void {
    this.down = false;
    this.connect();
  }

  openSession(order: SessionOrder): Promise<string> {
    return this.call('openSession', () => {
      const id = `ses_${String(this.sessions.size + 1)}`;
      this.sessions.set(id, { order, turns: [], runs: [] });
      return id;
    });
  }

  findSession(order: SessionOrder): Promise<string | undefined> {
    return this.call('findSession', () => {
      const found = [...this.sessions].find(
        ([, session]) =>
          session.order.role === order.role &&
          session.order.todo === order.todo &&
          session.order.attempt === order.attempt,
      );
      return found?.[0];
    });
  }

  prompt(order: PromptOrder): Promise<void> {
    return this.call('prompt', () => {
      this.take(order);
    });
  }

  private take(order: PromptOrder): void {
    const session = this.sessions.get(order.session);
    if (!session) throw new Error('no such session');
    if (session.turns.some((turn) => turn.prompt.message === order.message)) return;
    const opening = session.turns[0]?.prompt.text ?? order.text;
    const prompt = { ...order, order: session.order, nth: session.turns.length + 1, opening };
    this.judge(prompt, session.turns.at(-1));
    const turn: FakeTurn = { prompt, answered: false, state: 'busy' };
    session.turns.push(turn);
    this.prompts.push(prompt);
    this.busyNow += 1;
    this.peak = Math.max(this.peak, this.busyNow);
    this.peakUnanswered = Math.max(this.peakUnanswered, this.unanswered().length);
    this.emit({ type: 'busy', session: order.session });
    this.clock.after(this.latencyMs(prompt), () => {
      if (turn.state === 'busy') this.act(turn, this.agent(prompt));
    });
  }

  private judge(prompt: FakePrompt, last: FakeTurn | undefined): void {
    const { session, message } = prompt;
    if (last?.state === 'busy') this.violations.push(`${session} was prompted while it was busy`);
    if (this.prompts.some((other) => other.message === message))
      this.violations.push(`${message} went to two sessions`);
    if (prompt.role !== 'worker') return;
    const mine = allowedFiles(prompt.order);
    for (const { prompt: other } of this.unanswered()) {
      if (other.role !== 'worker' || other.session === session) continue;
      if (mine.length === 0 || allowedFiles(other.order).length === 0)
        this.violations.push(`${prompt.order.todo ?? ''} and ${other.order.todo ?? ''} ran at once, one without files`);
      for (const file of allowedFiles(other.order))
        if (mine.includes(file)) this.violations.push(`two workers write ${file}`);
    }
  }

  private unanswered(): FakeTurn[] {
    const turns = [...this.sessions.values()].flatMap((session) => session.turns.slice(-1));
    return turns.filter((turn) => turn.state === 'busy' && !turn.answered);
  }

  private act(turn: FakeTurn, reply: Reply): void {
    const { session, role } = turn.prompt;
    turn.reply = reply;
    switch (reply.do) {
      case 'hang':
        return;
      case 'ask': {
        const ask = `${reply.questions ? 'que' : 'per'}_${turn.prompt.message}`;
        this.openAsks.set(ask, { turn, reply });
        this.emit(askedSignal(turn, ask, reply));
        if (reply.waitMs !== undefined) this.clock.after(reply.waitMs, () => this.settle(ask, 'once'));
        return;
      }
      case 'refused':
        for (let call = 1; call <= reply.times; call += 1)
          this.emit({
            type: 'refused',
            session,
            callID: `${turn.prompt.message}_${String(call)}`,
            sentence: 'no good',
          });
        this.later(turn, 10, reply.then);
        return;
      case 'answer':
        this.answer(turn, reply, role);
        return;
      case 'fail':
        this.emit({ type: 'failed', session, failure: failureOf(reply) });
        this.end(turn, 'done');
        return;
      case 'retry': {
        const { attempt, inMs, says = 'slow down' } = reply;
        this.emit({ type: 'retrying', session, until: this.clock.now() + inMs, attempt, sentence: says });
        this.later(turn, inMs, reply.then);
        return;
      }
      case 'silent':
        this.emit({ type: 'stepped', session });
        this.end(turn, 'done');
    }
  }

  private later(turn: FakeTurn, ms: number, then: Reply): void {
    this.clock.after(ms, () => {
      if (turn.state === 'busy') this.act(turn, then);
    });
  }

  replyPermission(ask: string, reply: 'once' | 'always' | 'reject', message?: string): Promise<boolean> {
    return this.call('replyPermission', () => this.settle(ask, reply, message));
  }

  replyQuestion(ask: string, answers: readonly (readonly string[])[]): Promise<boolean> {
    return this.call('replyQuestion', () => this.settle(ask, answers.map((labels) => labels.join('+')).join(', ')));
  }

  rejectQuestion(ask: string): Promise<boolean> {
    return this.call('rejectQuestion', () => this.settle(ask, 'rejected'));
  }

  private settle(ask: string, answer: string, message?: string): boolean {
    const open = this.openAsks.get(ask);
    this.openAsks.delete(ask);
    if (open?.turn.state !== 'busy') return false;
    const { turn, reply } = open;
    const rejected = answer === 'reject' || answer === 'rejected';
    this.answers.push({ ask, reply: answer, message });
    this.emit({ type: 'replied', ask, reply: reply.questions && !rejected ? 'answered' : answer });
    const next = rejected ? reply.rejected : reply.then;
    if (next) this.act(turn, next);
    else if (rejected) this.end(turn, 'done');
    return true;
  }

  private answer(turn: FakeTurn, reply: Extract<Reply, { do: 'answer' }>, role: PromptOrder['role']): void {
    const { session } = turn.prompt;
    const runs = this.sessions.get(session)?.runs ?? [];
    for (const run of reply.runs ?? [])
      runs.push({ ...run, session, callID: `call_${String(runs.length)}`, inWorkspace: true });
    turn.answered = true;
    this.emit({ type: 'answer', session, tool: toolOf[role], input: reply.input });
    if (reply.closing === 'hang') return;
    this.emit({ type: 'stepped', session });
    if (reply.closing === undefined) this.end(turn, 'done');
    else
      this.clock.after(reply.closing, () => {
        if (turn.state === 'busy') this.end(turn, 'done');
      });
  }

  private end(turn: FakeTurn, state: 'done' | 'aborted'): void {
    turn.state = state;
    this.busyNow -= 1;
    this.emit({ type: 'idle', session: turn.prompt.session });
  }

  abort(session: string): Promise<void> {
    return this.call('abort', () => {
      const turn = this.sessions.get(session)?.turns.at(-1);
      if (turn?.state === 'busy') this.end(turn, 'aborted');
    });
  }

  busySessions(): Promise<Set<string>> {
    return this.call('busySessions', () => {
      const busy = [...this.sessions].filter(([, { turns }]) => turns.at(-1)?.state === 'busy');
      return new Set(busy.map(([id]) => id));
    });
  }

  readTurn(session: string, message: string): Promise<TurnRecord> {
    return this.call('readTurn', () => {
      const turn = this.sessions.get(session)?.turns.find((item) => item.prompt.message === message);
      const reply = turn?.reply;
      return {
        sent: turn !== undefined,
        complete: turn?.state === 'done' && reply?.do !== 'fail',
        prose: reply?.do === 'silent' ? (reply.prose ?? '') : '',
        tokens: turn ? this.bill.tokens : 0,
        cost: turn ? this.bill.cost : 0,
        ...(turn ? { model: turn.prompt.model || 'fake/model' } : {}),
        ...(reply?.do === 'answer' && turn ? { answer: { tool: toolOf[turn.prompt.role], input: reply.input } } : {}),
        ...(reply?.do === 'fail' ? { error: failureOf(reply) } : {}),
      };
    });
  }

  isEmpty(session: string): Promise<boolean> {
    return this.call('isEmpty', () => (this.sessions.get(session)?.turns.length ?? 0) === 0);
  }

  async isBusy(session: string): Promise<boolean> {
    return (await this.busySessions()).has(session);
  }

  hear(directory: string, works: boolean): void {
    if (works) this.heard.add(directory);
    else this.heard.delete(directory);
  }

  readRuns(session: string): Promise<RecordedRun[]> {
    return this.call('readRuns', () => [...(this.sessions.get(session)?.runs ?? [])]);
  }

  private async call<T>(name: BackendCall, act: () => T): Promise<T> {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const now = this.clock.now();
    this.atOnce = now === this.lastCall ? this.atOnce + 1 : 0;
    this.lastCall = now;
    if (this.atOnce > mostAtOnce) {
      // Whoever asks like this in promises alone would never let a test come to its end.
      if (this.atOnce === mostAtOnce + 1) this.violations.push(`the host spins on ${name}`);
      return new Promise<never>(() => undefined);
    }
    const fault = this.down ? unreachable() : this.faults.call?.(name);
    if (fault instanceof Error) throw fault;
    const result = act();
    if (fault === 'lost') throw unreachable();
    if (fault !== undefined)
      await new Promise<void>((resolve) => {
        this.clock.after(fault, resolve);
      });
    return result;
  }

  /** Tells a signal, also one that a test makes up. */
  emit(signal: Signal): void {
    if (!this.down) this.listener(signal);
  }
}

function failureOf({ sentence, failure }: Extract<Reply, { do: 'fail' }>): BackendFailure {
  return { kind: 'provider', ...failure, sentence };
}

function askedSignal(turn: FakeTurn, ask: string, { title, questions }: Extract<Reply, { do: 'ask' }>): Signal {
  const { session } = turn.prompt;
  if (questions) return { type: 'asked', session, ask, kind: 'question', title, questions };
  const [name = '', ...rest] = title.split(': ');
  const permission = { name, patterns: [rest.join(': ')], always: [`${rest.join(': ').split(' ')[0] ?? ''} *`] };
  return { type: 'asked', session, ask, kind: 'permission', title, permission };
}

/** The files a session may write by its rules, without case. */
function allowedFiles(order: SessionOrder): string[] {
  return order
    .rules('')
    .filter((rule) => rule.permission === 'edit' && rule.action === 'allow')
    .map((rule) => rule.pattern.toLowerCase());
}
