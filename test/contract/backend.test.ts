import assert from 'node:assert/strict';
import type { Backend, PromptOrder, SessionOrder, Signal, TurnRecord } from '../../src/runtime/ports';
import { FakeBackend, type Reply } from '../support/fakeBackend';
import { ManualClock } from '../support/manualClock';
import type { Scenario } from '../support/model/scenario';
import { newMessage, orderFor, promptFor, Signals, until, useWorld } from './world';

/** What the agent does with the next prompts. */
type Manner = 'answers' | 'answers after a check' | 'asks first' | 'talks' | 'fails' | 'hangs';

/** A backend on the bench: how to tell its agent what to do, and how to let time pass until something is there. */
interface Bench {
  readonly backend: Backend;
  readonly signals: Signals;
  readonly agent: (manner: Manner) => void;
  readonly until: <T>(look: () => Promise<T | undefined | false>) => Promise<T>;
  /** How many turns the agent was given in a session. */
  readonly turns: (session: string) => number;
}

const report = { status: 'done', summary: 'T1: done.', files: ['src/a.ts'] };
const words = 'All done, I think.';
const check = 'test -d src || exit 3';

function fakeBench(): Bench {
  const clock = new ManualClock();
  const replies: Readonly<Record<Manner, Reply>> = {
    answers: { do: 'answer', input: report },
    'answers after a check': { do: 'answer', input: report, runs: [{ command: check, exit: 3 }] },
    'asks first': {
      ...{ do: 'ask', title: 'bash: echo may I' },
      then: { do: 'answer', input: report },
      rejected: { do: 'answer', input: report },
    },
    talks: { do: 'silent', prose: words },
    fails: { do: 'fail', sentence: 'The provider refused the request.' },
    hangs: { do: 'hang' },
  };
  let manner: Manner = 'answers';
  const backend = new FakeBackend(clock, () => replies[manner]);
  return {
    backend,
    signals: new Signals().listen(backend),
    agent: (next) => (manner = next),
    until: async (look) => {
      for (;;) {
        const seen = await look();
        if (seen !== undefined && seen !== false) return seen;
        if (!(await clock.next())) throw new Error(`Nothing more happens: ${String(look)}`);
      }
    },
    turns: (session) => backend.prompts.filter((prompt) => prompt.session === session).length,
  };
}

const scenarios: Readonly<Record<Manner, Scenario>> = {
  answers: { todos: { T1: { steps: [], report } } },
  'answers after a check': { todos: { T1: { steps: [{ bash: check }], report } } },
  'asks first': { todos: { T1: { steps: [{ bash: 'echo may I' }], report } } },
  talks: { todos: { T1: { steps: [] } }, faults: [{ prose: words }] },
  fails: { faults: [{ status: 400 }] },
  hangs: { faults: [{ hang: true }] },
};

backendSuite('the fake backend', () => fakeBench);

backendSuite('OpenCode as a backend', () => {
  const world = useWorld();
  return () => {
    const { backend, signals, model } = world();
    return {
      backend,
      signals,
      agent: (manner) => {
        model.play(scenarios[manner]);
      },
      until,
      turns: (session) => model.turnsOf({ session }).length,
    };
  };
});

/** OpenCode’s turn is aborted where its answer is recorded, before the model is asked for closing words. */
function assertEndedWell({ error }: TurnRecord): void {
  assert.ok(error === undefined || error.kind === 'aborted', error?.sentence);
}

function backendSuite(name: string, prepare: () => () => Bench): void {
  describe(name, function () {
    this.timeout(180_000);
    const bench = prepare();
    let now: Bench;
    beforeEach(() => {
      now = bench();
    });

    async function prompted(order: SessionOrder, session?: string): Promise<PromptOrder> {
      const prompt = {
        session: session ?? (await now.backend.openSession(order)),
        message: newMessage(),
        role: order.role,
        model: '',
        text: promptFor(order),
      };
      await now.backend.prompt(prompt);
      return prompt;
    }

    /** The turn’s record once it is over. */
    const over = ({ session, message }: PromptOrder): Promise<TurnRecord> =>
      now.until(async () => {
        if ((await now.backend.busySessions()).has(session)) return undefined;
        const record = await now.backend.readTurn(session, message);
        return record.complete || record.error !== undefined ? record : undefined;
      });

    /** The types of the signals about a session, without the lossy news; busy is said again at each step. */
    const told = (session: string): Signal['type'][] => {
      const counted: Signal['type'][] = ['busy', 'answer', 'idle'];
      const types = now.signals.all.flatMap((signal) =>
        'session' in signal && signal.session === session && counted.includes(signal.type) ? [signal.type] : [],
      );
      return [...new Set(types)];
    };

    it('opens a session of its own for each order; it is empty until it is prompted', async () => {
      now.agent('answers');
      const boss = await now.backend.openSession(orderFor('commander'));
      const order = orderFor('worker', { parent: boss });
      const session = await now.backend.openSession(order);
      assert.notEqual(session, boss);
      assert.equal(await now.backend.isEmpty(session), true);
      await over(await prompted(order, session));
      assert.equal(await now.backend.isEmpty(session), false);
      assert.equal(await now.backend.isEmpty(boss), true);
    });

    it('finds a session by its order, with and without a parent, and none for another attempt, role or TODO', async () => {
      const top = orderFor('commander');
      const boss = await now.backend.openSession(top);
      const order = orderFor('worker', { parent: boss });
      assert.equal(await now.backend.findSession(order), undefined);
      const session = await now.backend.openSession(order);
      assert.equal(await now.backend.findSession(top), boss);
      assert.equal(await now.backend.findSession(order), session);
      assert.equal(await now.backend.findSession({ ...order, attempt: order.attempt + 1_000 }), undefined);
      assert.equal(await now.backend.findSession({ ...order, role: 'reviewer' }), undefined);
      assert.equal(await now.backend.findSession({ ...order, todo: 'T2' }), undefined);
      assert.equal(await now.backend.findSession({ ...order, todo: undefined }), undefined);
    });

    it('takes a prompt that is sent twice, even at once, as one turn', async () => {
      now.agent('answers');
      const order = orderFor('worker');
      const session = await now.backend.openSession(order);
      const prompt = { session, message: newMessage(), role: order.role, model: '', text: promptFor(order) };
      await Promise.all([now.backend.prompt(prompt), now.backend.prompt(prompt)]);
      await over(prompt);
      await now.backend.prompt(prompt);
      const record = await over(prompt);
      assert.equal(now.turns(session), 1);
      assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
    });

    it('signals busy, the answer, then idle', async () => {
      now.agent('answers');
      const { session } = await prompted(orderFor('worker'));
      await now.until(() => Promise.resolve(now.signals.of('idle', session).length > 0));
      assert.deepEqual(told(session), ['busy', 'answer', 'idle']);
      const [answer, ...more] = now.signals.of('answer', session);
      assert.deepEqual(more, []);
      assert.deepEqual(answer, { type: 'answer', session, tool: 'mission_report', input: report });
    });

    it('reads a turn that was never sent as such', async () => {
      now.agent('answers');
      const order = orderFor('worker');
      const session = await now.backend.openSession(order);
      const empty = await now.backend.readTurn(session, newMessage());
      await over(await prompted(order, session));
      const other = await now.backend.readTurn(session, newMessage());
      for (const { sent, complete, answer, error, prose, tokens, cost } of [empty, other]) {
        assert.deepEqual(
          { sent, complete, answer, error, prose, tokens, cost },
          { sent: false, complete: false, answer: undefined, error: undefined, prose: '', tokens: 0, cost: 0 },
        );
      }
    });

    it('reads an answered turn with its answer and what it used', async () => {
      now.agent('answers');
      const record = await over(await prompted(orderFor('worker')));
      assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
      assert.equal(record.sent, true);
      assertEndedWell(record);
      assert.ok(record.tokens > 0 && record.cost > 0, `${record.tokens} tokens, ${record.cost} dollars`);
      assert.match(record.model ?? '', /^(scripted\/scripted-1|fake\/model)$/);
    });

    it('tells what is asked and what “always” would allow; the first answer counts, another one is told that it came late', async () => {
      now.agent('asks first');
      const plain = orderFor('worker');
      const asking = { permission: 'bash', pattern: '*', action: 'ask' as const };
      const order = { ...plain, rules: (prefix: string) => [...plain.rules(prefix), asking] };
      for (const reply of ['once', 'reject'] as const) {
        const prompt = await prompted({ ...order, attempt: order.attempt + 10_000 });
        const asked = await now.until(() => Promise.resolve(now.signals.of('asked', prompt.session)[0]));
        assert.deepEqual([asked.kind, asked.title], ['permission', 'bash: echo may I']);
        assert.deepEqual(asked.permission, { name: 'bash', patterns: ['echo may I'], always: ['echo *'] });
        const replies = [1, 2].map(() => now.backend.replyPermission(asked.ask, reply, 'Not on my machine.'));
        assert.deepEqual((await Promise.all(replies)).sort(), [false, true]);
        assert.equal(await now.backend.replyPermission(asked.ask, reply), false);
        const told = () => now.signals.of('replied').filter(({ ask }) => ask === asked.ask);
        await now.until(() => Promise.resolve(told().length > 0));
        assert.deepEqual(
          told().map((signal) => signal.reply),
          [reply],
        );
        assert.deepEqual((await over(prompt)).answer, { tool: 'mission_report', input: report });
      }
      assert.equal(await now.backend.replyQuestion('que_nobody', [['yes']]), false);
      assert.equal(await now.backend.rejectQuestion('que_nobody'), false);
    });

    it('reads a turn that ended in words as complete, with the words and no answer', async () => {
      now.agent('talks');
      const record = await over(await prompted(orderFor('worker')));
      assert.deepEqual([record.sent, record.complete, record.answer], [true, true, undefined]);
      assert.equal(record.prose, words);
    });

    it('reads a turn that failed with its error', async () => {
      now.agent('fails');
      const record = await over(await prompted(orderFor('worker')));
      assert.deepEqual([record.sent, record.complete, record.answer], [true, false, undefined]);
      assert.ok(['request', 'provider'].includes(record.error?.kind ?? ''), record.error?.kind);
      assert.match(record.error?.sentence ?? '', /provider refused the request/i);
    });

    it('names a session busy while its turn runs, and idle after an abort, which reads as interrupted', async () => {
      now.agent('hangs');
      const prompt = await prompted(orderFor('worker'));
      const { session, message } = prompt;
      await now.until(async () => now.turns(session) === 1 && (await now.backend.busySessions()).has(session));
      assert.deepEqual(now.signals.of('idle', session), []);
      await now.backend.abort(session);
      await now.until(async () => !(await now.backend.busySessions()).has(session));
      await now.until(() => Promise.resolve(now.signals.of('idle', session).length > 0));
      const record = await now.backend.readTurn(session, message);
      assert.deepEqual([record.sent, record.complete, record.answer], [true, false, undefined]);
      assert.ok(record.error === undefined || record.error.kind === 'aborted');
    });

    it('takes another prompt in an aborted session; the turns are read apart', async () => {
      now.agent('hangs');
      const order = orderFor('worker');
      const first = await prompted(order);
      await now.until(() => Promise.resolve(now.turns(first.session) === 1));
      await now.backend.abort(first.session);
      await now.until(async () => !(await now.backend.busySessions()).has(first.session));
      now.agent('answers');
      const record = await over(await prompted(order, first.session));
      assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
      assertEndedWell(record);
      assert.equal(now.turns(first.session), 2);
    });

    it('bears an abort of a session that is idle', async () => {
      now.agent('answers');
      const prompt = await prompted(orderFor('worker'));
      await over(prompt);
      await now.backend.abort(prompt.session);
      const record = await over(prompt);
      assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
      assertEndedWell(record);
    });

    it('reads the shell runs of a session with their exit codes', async () => {
      now.agent('answers after a check');
      const prompt = await prompted(orderFor('worker'));
      await over(prompt);
      const [run, ...more] = await now.backend.readRuns(prompt.session);
      assert.deepEqual(more, []);
      assert.ok(run && run.callID !== '');
      const { session, command, exit, inWorkspace } = run;
      assert.deepEqual(
        { session, command, exit, inWorkspace },
        { session: prompt.session, command: check, exit: 3, inWorkspace: true },
      );
      assert.deepEqual(await now.backend.readRuns(await now.backend.openSession(orderFor('worker'))), []);
    });
  });
}
