import { decideEdit, type TodoEdit } from '../../src/core/mission/decideEdit';
import type { Recorded } from '../../src/core/mission/facts';
import { unreachable } from './fakeBackend';
import {
  answer,
  diamond,
  fail,
  fakeMission,
  pass,
  todos,
  type Agent,
  type FakeMission,
  type FakeOptions,
} from './fakeMission';

const plan = todos(diamond);
const settings = { 'limits.stallMinutes': 1, 'limits.sessionMinutes': 5 } as const;
const blocked = answer({ status: 'blocked', summary: 'no', files: [], reason: 'There is no key.' });
const slowWorkers: FakeOptions['latencyMs'] = ({ role }) => (role === 'worker' ? 60_000 : 100);
const full = Object.assign(new Error('The disk is full.'), { kind: 'io' });

/** Runs a mission to its end, or until its host is killed. */
async function run(options: Partial<FakeOptions>, act: (mission: FakeMission) => void = () => undefined) {
  const mission = fakeMission({ plan, settings, ...options });
  act(mission);
  await mission.run().catch(() => undefined);
  await mission.clock.until(new Promise<void>((resolve) => mission.clock.after(5_000, resolve)));
  return mission;
}

/** A new host on what the one before left. */
function next(before: FakeMission, options: Partial<FakeOptions> = {}, act?: (mission: FakeMission) => void) {
  const { clock, backend, files } = before;
  return run({ ...{ past: [...before.records], clock, backend, files }, ...options }, act);
}

/** Does something to a mission at so many milliseconds. */
const at = (ms: number, act: (mission: FakeMission) => void) => (mission: FakeMission) => {
  mission.clock.after(ms, () => act(mission));
};

const stopAt = (ms: number) => at(ms, ({ driver }) => driver.stop('a person'));

function edit(wish: TodoEdit) {
  return ({ driver }: FakeMission) =>
    driver.edit((state) => {
      const decision = decideEdit(state, wish, () => false);
      return decision.ok ? decision.fact : undefined;
    });
}

/** A worker that is silent, a check that is not proven, a review that fails, and a mission review that finds a fault. */
function troubled(): Agent {
  let reviews = 0;
  return ({ role, order: { todo, attempt }, nth, text, opening }) => {
    if (role === 'worker' && todo === 'T2' && attempt === 1) return { do: 'silent', prose: 'All done!' };
    if (role === 'reviewer' && todo === 'T3' && attempt === 1) return fail('the sum is off');
    if (role === 'reviewer' && todo === 'T4') return nth === 1 ? pass('') : pass(opening);
    if (role === 'reviewer' && todo === undefined) return (reviews += 1) === 1 ? fail('no README') : pass(opening);
    if (role !== 'commander' || !text.includes('no README') || text.includes('"id":"T5"')) return undefined;
    const draft = { id: 'T5', title: 'README', detail: 'it', files: ['README.md'], check: 'test T5' };
    return answer({ summary: 'write one', actions: [{ type: 'delegate', ...draft }] });
  };
}

/** A Commander that retries, or cancels, what is stuck. */
function deciding(type: 'retry' | 'cancel', worker: Agent): Agent {
  return (prompt) => {
    const isStuck = /"state":"(?:blocked|failed)"/.test(prompt.text);
    if (prompt.role !== 'commander' || !isStuck) return worker(prompt);
    const { todos: all } = JSON.parse(/```mission-state\n(.*)\n```/.exec(prompt.text)?.[1] ?? '{}') as {
      todos: { id: string; state: string }[];
    };
    const stuck = all.filter(({ state }) => state === 'blocked' || state === 'failed');
    return answer({ summary: type, actions: stuck.map(({ id }) => ({ type, todo: id, reason: 'it cannot be done' })) });
  };
}

const asking: Agent = ({ role, order }) =>
  role === 'worker' && order.todo === 'T1' && order.attempt === 1 ? { do: 'ask', title: 'bash: make' } : undefined;

function editing(mission: FakeMission): void {
  const { clock, files } = mission;
  const wishes: readonly TodoEdit[] = [
    { type: 'add', draft: { title: 'Say it in French', detail: 'all of it', files: ['fr.md'], after: ['T1'] } },
    { type: 'change', change: { id: 'T4', title: 'Do T4 well', check: 'test T4 --all' } },
    { type: 'move', todo: 'T4', before: 'T2' },
    { type: 'cancel', todo: 'T3' },
    { type: 'tick', todo: 'T4', done: true },
    { type: 'retry', todo: 'T4' },
    { type: 'hold', todo: 'T2' },
    { type: 'retry', todo: 'T2' },
  ];
  wishes.forEach((wish, index) => at(600 + index * 150, edit(wish))(mission));
  clock.after(2_500, () => {
    files.set('todo.md', `${files.get('todo.md') ?? ''}\n- [x] Thank everybody\nA line of my own\n`);
  });
}

/** Missions of many kinds on the fake backend, each by its name. */
export const scenarios: Readonly<Record<string, () => Promise<{ readonly records: readonly Recorded[] }>>> = {
  sealed: () => run({}),
  'sealed-with-troubles': () => run({ agent: troubled() }),
  stopped: () => run({ latencyMs: slowWorkers }, stopAt(2_000)),
  'stopped-before-the-first-answer': () => run({}, stopAt(50)),
  'stopped-on-a-dead-server': () =>
    run({ latencyMs: slowWorkers }, (mission) => {
      at(1_500, ({ backend }) => backend.crash())(mission);
      stopAt(3_000)(mission);
    }),
  'stopped-and-resumed-twice': async () => {
    const first = await run({ latencyMs: slowWorkers }, stopAt(2_000));
    return next(await next(first, { note: 'in French, please' }, stopAt(20_000)));
  },
  'exhausted-by-iterations': () =>
    run({
      settings: { ...settings, 'limits.maxIterations': 2 },
      agent: ({ role }) => (role === 'worker' ? blocked : undefined),
    }),
  'exhausted-by-a-budget-and-raised': async () =>
    next(await run({ settings: { ...settings, 'budget.tokens': 700 } }), {
      settings: { ...settings, 'budget.tokens': 0 },
    }),
  'failed-without-a-commander': () =>
    run({ agent: ({ role }) => (role === 'commander' ? { do: 'silent' } : undefined) }),
  'waiting-for-a-permission': () => run({ agent: asking }),
  'a-permission-given': () =>
    run(
      {
        agent: (prompt) => {
          const reply = asking(prompt);
          return reply?.do === 'ask'
            ? { ...reply, then: answer({ status: 'done', summary: 'made', files: [] }) }
            : reply;
        },
        whenWaiting: 'stay',
      },
      at(5_000, ({ backend }) => {
        for (const ask of backend.openAsks.keys()) void backend.replyPermission(ask, 'once');
      }),
    ),
  'waiting-for-the-plan-and-approved': async () =>
    next(await run({ settings: { ...settings, planApproval: true } }), {
      settings: { ...settings, planApproval: true },
    }),
  'a-question-answered-with-a-note': async () => {
    const agent: Agent = ({ role, nth }) =>
      role === 'commander' && nth === 1
        ? answer({
            summary: 'first',
            actions: [{ type: 'ask', question: 'In which language?', options: ['French', 'Welsh'] }],
          })
        : undefined;
    return next(await run({ agent }), { note: 'Welsh' });
  },
  'paused-and-waiting': () =>
    run(
      {},
      at(400, ({ driver }) => driver.pause('a person')),
    ),
  'paused-and-gone-on': () =>
    run({ whenWaiting: 'stay' }, (mission) => {
      at(400, ({ driver }) => driver.pause('a person'))(mission);
      at(60_000, ({ driver }) => driver.unpause('a person'))(mission);
    }),
  'killed-and-adopted': async () =>
    next(await run({ agent: troubled(), killAt: { seq: 17, when: 'next' } }), { adopted: true }),
  'killed-in-mid-prompt': () => run({ killAt: { seq: 9, when: 'flushed' } }),
  'killed-thrice': async () => {
    const first = await run({ killAt: { seq: 8, when: 'flushed' } });
    const second = await next(first, { killAt: { seq: 15, when: 'next' } });
    return next(await next(second, { adopted: true, killAt: { seq: 24, when: 'next' } }), { adopted: true });
  },
  'killed-while-it-paused': () =>
    run({ latencyMs: slowWorkers }, (mission) => {
      at(2_000, ({ driver }) => driver.pause('a person'))(mission);
      at(4_000, (one) => one.kill())(mission);
    }),
  'killed-while-it-stopped': () =>
    run(
      { latencyMs: slowWorkers, faults: { call: (call) => (call === 'abort' ? unreachable() : undefined) } },
      (mission) => {
        stopAt(2_000)(mission);
        at(2_300, (one) => one.kill())(mission);
      },
    ),
  'left-by-its-window': async () =>
    next(
      await run(
        { latencyMs: slowWorkers },
        at(2_000, ({ driver }) => void driver.detach()),
      ),
      { adopted: true },
    ),
  'edited-by-a-person': () => run({ latencyMs: ({ role }) => (role === 'worker' ? 900 : 100) }, editing),
  noted: () =>
    run(
      {},
      at(900, ({ driver }) => driver.note('Mind the gap.')),
    ),
  'blocked-and-retried': () =>
    run({
      agent: deciding('retry', ({ role, order }) =>
        role === 'worker' && order.todo === 'T2' && order.attempt === 1 ? blocked : undefined,
      ),
    }),
  'failed-and-cancelled': () =>
    run({
      settings: { ...settings, 'limits.recoveryAttempts': 1 },
      agent: deciding('cancel', ({ role, order }) =>
        role === 'reviewer' && order.todo === 'T2' ? fail('wrong again') : undefined,
      ),
    }),
  'turns-interrupted': () =>
    run({ latencyMs: ({ role }) => (role === 'worker' ? 3_000 : 100) }, (mission) => {
      for (const ms of [1_500, 8_000]) {
        at(ms, ({ backend }) => backend.crash())(mission);
        at(ms + 2_000, ({ backend }) => backend.restart())(mission);
      }
    }),
  'stalled-and-replaced': () =>
    run({
      agent: ({ role, order }) =>
        role === 'worker' && order.todo === 'T2' && order.attempt === 1 ? { do: 'hang' } : undefined,
    }),
  'reviewed-once-at-its-end': () =>
    run({
      settings: { ...settings, review: 'mission' },
      agent: ({ role, text }) =>
        role === 'reviewer'
          ? {
              ...pass(text),
              runs: ['T1', 'T2', 'T3', 'T4']
                .map((id) => ({ command: `test ${id}`, exit: 0 }))
                .concat({ command: 'test all', exit: 0 }),
            }
          : undefined,
    }),
  'its-limits-changed': () =>
    run(
      {},
      at(500, ({ driver }) => driver.change({ ...driver.state.settings, 'limits.parallelSessions': 1 }, 'a person')),
    ),
  'slept-through': () => {
    let off = 0;
    return run(
      { latencyMs: slowWorkers, clockOffMs: () => off },
      at(2_000, () => (off = 86_400_000)),
    );
  },
  'a-full-disk': () => {
    let isFull = false;
    return run({ refuses: () => (isFull ? full : undefined) }, (mission) => {
      at(400, () => (isFull = true))(mission);
      at(60_000, () => (isFull = false))(mission);
    });
  },
  'two-hundred-todos': () =>
    run({
      plan: {
        summary: 'many',
        todos: Array.from({ length: 200 }, (_, i) => ({
          id: `T${i + 1}`,
          title: `Do ${i + 1}`,
          detail: '',
          files: [`f${i + 1}`],
          after: i % 10 === 0 ? [] : [`T${i}`],
        })),
      },
      settings: { ...settings, review: 'mission' },
    }),
};
