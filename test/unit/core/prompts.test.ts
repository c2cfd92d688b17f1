import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { instructions } from '../../../src/core/agents/instructions';
import { promptText, sessionTitle } from '../../../src/core/agents/prompts';
import type { Fact } from '../../../src/core/mission/facts';
import { fold } from '../../../src/core/mission/reduce';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import type { MissionState, Turn } from '../../../src/core/mission/state';
import type { TodoDraft } from '../../../src/core/todo/model';

const text =
  'Build it.\n\n```ts\nconst a = "{{template}}";\n```\n```mission-state\n{"todos":[]}\n```\n/stop – ça 日本語';

function draft(id: string, more: Partial<TodoDraft> = {}): TodoDraft {
  return { id, title: `Do ${id}`, detail: `Details of ${id}`, files: [`src/${id}.ts`], after: [], ...more };
}

/** Texts of characters that JSON, Markdown or UTF-8 treat in a way of their own. */
const odd = fc.array(
  fc.constantFrom('`', '\n', '\r', '"', '\\', '{', '}', '\u2028', '\u0000', '\u001b', '😀', '\ud800', ' ', 'a'),
  { maxLength: 40 },
);

const blank = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };

/** A mission whose TODOs a person wrote, at work on the facts that follow. */
function mission(
  todos: readonly TodoDraft[],
  facts: readonly Fact[] = [],
  settings: Partial<Settings> = {},
): MissionState {
  const all: Fact[] = [
    { type: 'mission.created', mission: 'm-1', text, directory: '/w', settings: { ...defaultSettings, ...settings } },
    { type: 'todos.edited', ...blank, added: [...todos] },
    ...facts,
  ];
  return fold(all.map((fact, index) => ({ seq: index + 1, at: 1_000 * (index + 1), fact })));
}

function ordered(turn: string, role: Turn['role'], todo?: string, more: Partial<Turn> = {}): Fact[] {
  const { attempt = 1, kind = 'first' } = more;
  const session = `ses_${turn}`;
  return [
    {
      type: 'turn.ordered',
      turn,
      role,
      attempt,
      kind,
      message: `msg_${turn}`,
      ...(todo === undefined ? {} : { todo }),
    },
    { type: 'session.opened', turn, session },
  ];
}

function turn(role: Turn['role'], todo?: string, more: Partial<Turn> = {}): Turn {
  return {
    ...{ id: 't', role, todo, attempt: 1, kind: 'first', message: 'msg', orderedAt: 0, usedMs: 0, interruptions: 0 },
    ...{ settling: false, unwanted: false, ...more },
  };
}

/** A worker’s report and a review that found these issues. */
function failedReview(
  todo: string,
  issues: readonly { id: string; title: string; detail: string; file?: string; line?: number }[],
): Fact[] {
  return [
    ...ordered('w', 'worker', todo),
    { type: 'worker.reported', turn: 'w', todo, status: 'done', summary: 'added the sum', files: [], followUps: [] },
    { type: 'turn.ended', turn: 'w', tokens: 0, cost: 0 },
    ...ordered('r', 'reviewer', todo),
    {
      type: 'todo.reviewed',
      turn: 'r',
      todo,
      outcome: 'failed',
      summary: 'no',
      issues: issues.map((item) => ({ ...item, todo })),
    },
    { type: 'turn.ended', turn: 'r', tokens: 0, cost: 0 },
  ];
}

const stateSchema = z.object({
  mission: z.string(),
  iteration: z.number(),
  maxIterations: z.number(),
  todos: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['queued', 'running', 'reviewing', 'done', 'failed', 'blocked', 'cancelled']),
      attempts: z.number(),
      files: z.array(z.string()),
      reason: z.string().optional(),
    }),
  ),
  todosDoneOrCancelled: z.number().optional(),
  issues: z.array(z.object({ id: z.string(), todo: z.string().nullable(), title: z.string() })),
  background: z.array(z.unknown()),
  notes: z.array(z.string()),
  refusals: z.array(z.string()),
});

/** The JSON of the last fenced block mission-state, as a test model reads it. */
function stateIn(prompt: string): z.infer<typeof stateSchema> {
  const block = [...prompt.matchAll(/^```mission-state\n([\s\S]*?)\n```$/gm)].at(-1)?.[1];
  return stateSchema.parse(JSON.parse(block ?? 'none'));
}

describe('the Commander’s prompt', () => {
  const commander = turn('commander');

  it('holds the mission’s text word for word, whatever fences it has', () => {
    assert.ok(promptText(mission([]), commander).includes(text));
  });

  it('holds the state as JSON with every field of the contract', () => {
    const issues = [{ id: 'I1', title: 'the sum is off', detail: 'by one' }];
    const asked: Fact = { type: 'note.added', text: 'mind ``` the gap' };
    const order: Fact = {
      type: 'turn.ordered',
      turn: 'c',
      role: 'commander',
      attempt: 1,
      kind: 'first',
      message: 'msg_c',
      iteration: 1,
    };
    const s = mission(
      [draft('T1'), draft('T2', { after: ['T1'], files: [] })],
      [asked, ...failedReview('T1', issues), order],
    );
    assert.deepEqual(stateIn(promptText(s, commander)), {
      mission: 'm-1',
      iteration: 1,
      maxIterations: 20,
      todos: [
        { id: 'T1', title: 'Do T1', state: 'queued', attempts: 1, files: ['src/T1.ts'], reason: 'the sum is off' },
        { id: 'T2', title: 'Do T2', state: 'queued', attempts: 0, files: [] },
      ],
      issues: [{ id: 'I1', todo: 'T1', title: 'the sum is off' }],
      background: [],
      notes: ['mind ``` the gap'],
      refusals: [],
    });
  });

  it('parses whatever stands in titles, notes and issues', () => {
    fc.assert(
      fc.property(odd, fc.constantFrom('', '\n```\n', '"```mission-state\n{}'), (characters, fence) => {
        const words = characters.join('') + fence;
        const issues = [{ id: 'I1', title: words, detail: words }];
        const s = mission(
          [draft('T1', { title: words })],
          [{ type: 'note.added', text: words }, ...failedReview('T1', issues)],
        );
        const told = stateIn(promptText(s, commander));
        assert.equal(told.todos[0]?.title, words);
        assert.equal(told.issues[0]?.title, words);
      }),
    );
  });

  it('says from the second iteration on what keeps the mission from its seal', () => {
    const order = (iteration: number): Fact => ({
      ...{ type: 'turn.ordered', turn: `c${String(iteration)}`, role: 'commander', attempt: 1, kind: 'first' },
      ...{ message: `msg_${String(iteration)}`, iteration },
    });
    const first = mission([draft('T1')], [order(1)]);
    assert.deepEqual(stateIn(promptText(first, commander)).refusals, []);
    const second = mission([draft('T1')], [order(1), { type: 'turn.ended', turn: 'c1', tokens: 0, cost: 0 }, order(2)]);
    assert.match(stateIn(promptText(second, commander)).refusals.join(' '), /T1 is not done/);
  });

  it('lists with more than 100 TODOs those not done, and counts the rest', () => {
    for (const [total, listed] of [
      [100, 100],
      [101, 71],
      [250, 220],
    ] as const) {
      const todos = Array.from({ length: total }, (_, index) => draft(`T${String(index + 1)}`));
      const ticked = todos.slice(0, 30).map((todo) => todo.id);
      const told = stateIn(promptText(mission(todos, [{ type: 'todos.edited', ...blank, ticked }]), commander));
      assert.equal(told.todos.length, listed);
      assert.equal(told.todosDoneOrCancelled, listed < total ? 30 : undefined);
      if (listed < total) assert.ok(told.todos.every((todo) => todo.state !== 'done'));
    }
  });

  it('tells everything anew when its turn was interrupted', () => {
    const told = promptText(mission([draft('T1')]), turn('commander', undefined, { kind: 'continue' }));
    assert.match(told, /interrupted/);
    assert.ok(told.includes(text));
    assert.equal(stateIn(told).todos.length, 1);
  });
});

describe('the Planner’s prompt', () => {
  it('holds the mission’s text, the Commander’s brief and the TODOs that exist', () => {
    const decided: Fact[] = [
      ...ordered('c', 'commander'),
      {
        ...{ type: 'commander.decided', turn: 'c', summary: '', added: [], plan: 'only the ``` tests', retried: [] },
        ...{ cancelled: [], asks: [], seal: false, refusals: [] },
      },
    ];
    const told = promptText(mission([draft('T1'), draft('T2')], decided), turn('planner'));
    assert.ok(told.includes(text));
    assert.ok(told.includes('only the ``` tests'));
    for (const id of ['T1', 'T2']) assert.match(told, new RegExp(`"id":"${id}"`));
  });
});

describe('a worker’s prompt', () => {
  const rich = draft('T1', {
    title: 'Sum up "all" <b>of it</b>',
    detail: '1. Read `a`\n\n```sh\nnpm test\n```\n  indented\ttab',
    files: ['src/a.ts', 'docs/ä b.md'],
    check: `node -e "process.exit(0)" && echo 'x'`,
  });

  it('begins with its scope, and holds title, detail, files and check word for word', () => {
    const told = promptText(mission([rich, draft('T2')]), turn('worker', 'T1'));
    assert.ok(told.startsWith('scope: todo T1\n'), told.slice(0, 60));
    for (const words of [rich.title, rich.detail, ...rich.files, rich.check ?? ''])
      assert.ok(told.includes(words), `${words} is missing`);
    assert.ok(!told.includes('T2'), 'it names another TODO');
    assert.ok(!told.includes(text), 'it holds the mission’s text');
  });

  it('holds every open issue of its TODO and none of another, nor a closed one', () => {
    const issues = [
      { id: 'I1', title: 'the sum is off', detail: 'by\none', file: 'src/a.ts', line: 7 },
      { id: 'I2', title: 'no test', detail: 'write one' },
    ];
    const s = mission([rich, draft('T2')], failedReview('T1', issues));
    const told = promptText(s, turn('worker', 'T1'));
    for (const { title, detail } of issues) assert.ok(told.includes(title) && told.includes(detail), title);
    assert.ok(told.includes('src/a.ts:7'));
    assert.ok(!promptText(s, turn('worker', 'T2')).includes('the sum is off'));
    const ticked = mission([rich], [...failedReview('T1', issues), { type: 'todos.edited', ...blank, ticked: ['T1'] }]);
    assert.ok(!promptText(ticked, turn('worker', 'T1')).includes('the sum is off'));
  });

  it('holds what the Commander said with its retry', () => {
    const facts: Fact[] = [
      ...ordered('c', 'commander'),
      {
        ...{ type: 'commander.decided', turn: 'c', summary: '', added: [], cancelled: [], asks: [], seal: false },
        ...{ refusals: [], retried: [{ todo: 'T1', brief: 'mind the sign' }] },
      },
    ];
    assert.ok(promptText(mission([rich], facts), turn('worker', 'T1')).includes('mind the sign'));
  });

  it('costs at most 4,000 characters beyond the TODO’s own text, the worker’s instructions counted in', () => {
    const files = Array.from({ length: 100 }, (_, index) => `src/deep/folder/file${String(index)}.ts`);
    const issues = Array.from({ length: 30 }, (_, index) => ({
      ...{
        id: `I${String(index)}`,
        title: `fault ${String(index)}`,
        detail: 'x'.repeat(500),
        file: 'src/a.ts',
        line: 1,
      },
    }));
    for (const todo of [rich, draft('T1', { files, detail: 'd'.repeat(20_000) }), draft('T1', { files: [] })]) {
      const s = mission(
        [todo, ...Array.from({ length: 500 }, (_, index) => draft(`N${String(index)}`))],
        failedReview('T1', issues),
      );
      const told = promptText(s, turn('worker', 'T1'));
      const issueText = issues.map((issue) => issue.title + issue.detail + issue.file).join('');
      const own = todo.title + todo.detail + todo.files.join(', ') + (todo.check ?? '') + issueText;
      const cost = instructions.worker.length + told.length - own.length;
      assert.ok(cost <= 4_000, `${String(cost)} characters`);
    }
  });

  it('does not send the instructions again that its agent has', () => {
    for (const role of ['worker', 'reviewer', 'planner', 'commander'] as const) {
      const told = promptText(mission([rich]), turn(role, role === 'worker' || role === 'reviewer' ? 'T1' : undefined));
      for (const line of instructions[role].split('\n').filter((words) => words.length > 30))
        assert.ok(!told.includes(line), line);
    }
  });

  it('says its scope in a reminder and after an interruption as well', () => {
    for (const kind of ['remind', 'continue'] as const) {
      const told = promptText(mission([rich]), turn('worker', 'T1', { kind }));
      assert.ok(told.startsWith('scope: todo T1\n'));
      assert.match(told, /mission_report/);
    }
  });
});

describe('a reviewer’s prompt', () => {
  it('holds the scope, the TODO word for word and the worker’s summary', () => {
    const todo = draft('T1', { check: 'npm test -- sum' });
    const s = mission([todo], failedReview('T1', [{ id: 'I1', title: 'the sum is off', detail: 'by one' }]));
    const told = promptText(s, turn('reviewer', 'T1'));
    assert.ok(told.startsWith('scope: todo T1\n'));
    for (const words of [todo.title, todo.detail, 'src/T1.ts', 'npm test -- sum', 'added the sum', 'the sum is off'])
      assert.ok(told.includes(words), words);
  });

  it('of the mission holds the mission’s text and its check', () => {
    const plan: Fact[] = [
      ...ordered('p', 'planner'),
      {
        type: 'planner.planned',
        turn: 'p',
        summary: '',
        added: [draft('T1', { check: 'test T1' })],
        check: 'npm run e2e',
        sources: [],
        refusals: [],
      },
    ];
    const told = promptText(mission([], plan), turn('reviewer'));
    assert.ok(told.startsWith('scope: mission\n'));
    assert.ok(told.includes(text));
    assert.match(told, /^check: npm run e2e$/m);
    assert.ok(!told.includes('test T1'), 'a TODO’s check is its own reviewer’s');
  });

  it('of the mission names every check that nobody has run yet, where only the mission is reviewed', () => {
    const todos = [draft('T1', { check: 'test T1' }), draft('T2'), draft('T3', { check: 'test T3' })];
    const s = mission(todos, [{ type: 'todos.edited', ...blank, ticked: ['T1', 'T2'] }], { review: 'mission' });
    const told = promptText(s, turn('reviewer'));
    assert.ok(told.includes('test T1'));
    assert.ok(!told.includes('test T3'), 'T3 is not done');
  });

  it('says in a reminder what is not proven', () => {
    const told = promptText(mission([draft('T1')]), turn('reviewer', 'T1', { kind: 'remind', why: 'No run of `x`.' }));
    assert.ok(told.startsWith('scope: todo T1\n'));
    assert.ok(told.includes('No run of `x`.'));
  });
});

describe('a session’s title', () => {
  it('is one short line that names role, attempt and what it is about', () => {
    const s = mission([draft('T1', { title: `a\nb\t${'x'.repeat(500)}` })]);
    const titles = [sessionTitle(s, turn('worker', 'T1', { attempt: 2 })), sessionTitle(s, turn('commander'))];
    assert.match(titles[0] ?? '', /^Worker 2: T1 a b x+$/);
    assert.match(titles[1] ?? '', /^Commander 1: Build it\./);
    for (const title of titles) assert.ok(title.length <= 110 && !title.includes('\n'));
  });
});
