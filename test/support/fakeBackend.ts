import type { RecordedRun } from '../../src/core/mission/proof';
import type { Backend, PromptOrder, SessionOrder, Signal, TurnRecord } from '../../src/runtime/ports';
import { toolOf } from '../../src/core/mission/decide';
import type { ManualClock } from './manualClock';

/** What a fake agent does with a prompt. */
export type Reply =
  | {
      readonly do: 'answer';
      readonly input: unknown;
      readonly runs?: readonly { command: string; exit: number | null }[];
    }
  | { readonly do: 'silent'; readonly prose?: string }
  | { readonly do: 'fail'; readonly sentence: string }
  | { readonly do: 'ask'; readonly title: string }
  | { readonly do: 'hang' };

export interface FakePrompt extends PromptOrder {
  readonly order: SessionOrder;
  /** The number of the prompt in its session, from 1. */
  readonly nth: number;
}

interface FakeTurn {
  readonly prompt: FakePrompt;
  reply?: Reply;
  state: 'busy' | 'done' | 'aborted';
}

/** OpenCode as the driver sees it, without OpenCode: for speed in unit tests, never instead of the real thing. */
export class FakeBackend implements Backend {
  readonly sessions = new Map<string, { order: SessionOrder; turns: FakeTurn[]; runs: RecordedRun[] }>();
  readonly prompts: FakePrompt[] = [];
  busyNow = 0;
  peak = 0;
  private listener: (signal: Signal) => void = () => undefined;

  constructor(
    private readonly clock: ManualClock,
    private readonly agent: (prompt: FakePrompt) => Reply,
    private readonly latencyMs: (prompt: FakePrompt) => number = () => 100,
  ) {}

  onSignal(listener: (signal: Signal) => void): void {
    this.listener = listener;
  }

  connect(): void {
    this.listener({ type: 'connected' });
  }

  openSession(order: SessionOrder): Promise<string> {
    const id = `ses_${String(this.sessions.size + 1)}`;
    this.sessions.set(id, { order, turns: [], runs: [] });
    return Promise.resolve(id);
  }

  findSession(order: SessionOrder): Promise<string | undefined> {
    const found = [...this.sessions].find(
      ([, session]) =>
        session.order.role === order.role &&
        session.order.todo === order.todo &&
        session.order.attempt === order.attempt,
    );
    return Promise.resolve(found?.[0]);
  }

  prompt(order: PromptOrder): Promise<void> {
    const session = this.sessions.get(order.session);
    if (!session) return Promise.reject(new Error('no such session'));
    if (session.turns.some((turn) => turn.prompt.message === order.message)) return Promise.resolve();
    const prompt = { ...order, order: session.order, nth: session.turns.length + 1 };
    const turn: FakeTurn = { prompt, state: 'busy' };
    session.turns.push(turn);
    this.prompts.push(prompt);
    this.busyNow += 1;
    this.peak = Math.max(this.peak, this.busyNow);
    this.listener({ type: 'busy', session: order.session });
    this.clock.after(this.latencyMs(prompt), () => {
      this.finish(turn);
    });
    return Promise.resolve();
  }

  private finish(turn: FakeTurn): void {
    if (turn.state !== 'busy') return;
    const { session } = turn.prompt;
    const reply = this.agent(turn.prompt);
    turn.reply = reply;
    if (reply.do === 'hang') return;
    if (reply.do === 'ask') {
      this.listener({ type: 'asked', session, ask: `per_${session}`, kind: 'permission', title: reply.title });
      return;
    }
    if (reply.do === 'answer') {
      const runs = this.sessions.get(session)?.runs ?? [];
      for (const run of reply.runs ?? [])
        runs.push({ ...run, session, callID: `call_${String(runs.length)}`, inWorkspace: true });
      this.listener({ type: 'answer', session, tool: toolOf[turn.prompt.role], input: reply.input });
    }
    this.end(turn, 'done');
  }

  private end(turn: FakeTurn, state: 'done' | 'aborted'): void {
    turn.state = state;
    this.busyNow -= 1;
    this.listener({ type: 'idle', session: turn.prompt.session });
  }

  abort(session: string): Promise<void> {
    const turn = this.sessions.get(session)?.turns.at(-1);
    if (turn?.state === 'busy') this.end(turn, 'aborted');
    return Promise.resolve();
  }

  busySessions(): Promise<Set<string>> {
    const busy = [...this.sessions].filter(([, { turns }]) => turns.at(-1)?.state === 'busy');
    return Promise.resolve(new Set(busy.map(([id]) => id)));
  }

  readTurn(session: string, message: string): Promise<TurnRecord> {
    const turn = this.sessions.get(session)?.turns.find((item) => item.prompt.message === message);
    const reply = turn?.reply;
    return Promise.resolve({
      sent: turn !== undefined,
      complete: turn?.state === 'done' && reply?.do !== 'fail',
      prose: reply?.do === 'silent' ? (reply.prose ?? '') : '',
      tokens: turn ? 100 : 0,
      cost: turn ? 0.01 : 0,
      ...(reply?.do === 'answer' && turn ? { answer: { tool: toolOf[turn.prompt.role], input: reply.input } } : {}),
      ...(reply?.do === 'fail' ? { error: { kind: 'provider' as const, sentence: reply.sentence } } : {}),
    });
  }

  isEmpty(session: string): Promise<boolean> {
    return Promise.resolve((this.sessions.get(session)?.turns.length ?? 0) === 0);
  }

  readRuns(session: string): Promise<RecordedRun[]> {
    return Promise.resolve(this.sessions.get(session)?.runs ?? []);
  }
}
