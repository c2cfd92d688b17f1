import assert from 'node:assert/strict';
import { checkAnswer, sortDecision, type AnswerContext } from '../../../src/core/answers/check';
import { checkTodos } from '../../../src/core/answers/checkTodos';
import {
  answerInProse,
  parseAnswer,
  type Answer,
  type CommanderAction,
  type WireTodo,
} from '../../../src/core/answers/schemas';
import type { TodoState } from '../../../src/core/todo/model';

const states: Readonly<Record<string, TodoState>> = {
  Q1: 'queued',
  W1: 'running',
  R1: 'reviewing',
  D1: 'done',
  F1: 'failed',
  B1: 'blocked',
  C1: 'cancelled',
};

const context: AnswerContext = {
  todos: Object.entries(states).map(([id, state]) => ({ id, state })),
  limit: 10,
  leaves: (path) => path.startsWith('link/'),
};

function todo(id: string, more: Partial<WireTodo> = {}): WireTodo {
  return { id, title: `Do ${id}`, detail: 'it', files: [`src/${id}.ts`], ...more };
}

/** The sentence that refuses a plan of these TODOs. */
function refusal(...todos: WireTodo[]): string {
  return checkAnswer({ tool: 'mission_plan', value: { summary: '', todos } }, context) ?? 'taken';
}

function decide(...actions: CommanderAction[]) {
  return sortDecision({ summary: 'so be it', actions }, context);
}

describe('a plan', () => {
  const refused: Readonly<Record<string, [WireTodo[], RegExp]>> = {
    'a cycle, with its way': [
      [todo('A', { after: ['C'] }), todo('B', { after: ['a'] }), todo('C', { after: ['B'] })],
      /cycle: [ABC] → [ABC] → [ABC] → [ABC]\.$/,
    ],
    'a TODO that waits for itself': [[todo('A', { after: ['a'] })], /^TODO A waits for itself/],
    'an unknown id in after': [[todo('A', { after: ['nobody'] })], /^TODO A waits for “nobody”, which is no TODO/],
    'an id twice in one plan, whatever the case': [[todo('Ab'), todo('aB')], /“aB” is a duplicate/],
    'an id that exists, whatever the case': [[todo('d1')], /“d1” is a duplicate/],
    'an empty id': [[todo('')], /The id “” is not usable/],
    'an id of 65 characters': [[todo('x'.repeat(65))], /not usable/],
    'an id with a blank': [[todo('a b')], /“a b” is not usable/],
    'an id with a slash': [[todo('../a')], /“\.\.\/a” is not usable/],
    'an id in other letters': [[todo('ä')], /not usable/],
    'an empty title': [[todo('A', { title: '' })], /^TODO A has an empty title/],
    'a title of blanks': [[todo('A', { title: ' \n ' })], /^TODO A has an empty title/],
    'an absolute path': [[todo('A', { files: ['/etc/passwd'] })], /^TODO A: .*“\/etc\/passwd” is absolute/],
    'a path on a drive': [[todo('A', { files: ['C:\\x.ts'] })], /is absolute/],
    'a path in the home folder': [[todo('A', { files: ['~/.ssh/config'] })], /is absolute/],
    'a path that leaves the folder': [[todo('A', { files: ['src/../../x.ts'] })], /leaves the workspace folder/],
    'a path that leaves through a link': [[todo('A', { files: ['link/x.ts'] })], /leads out of the workspace through/],
    'a path that reaches the link by a detour': [[todo('A', { files: ['src/../link/x'] })], /through a link/],
    'a name with a star': [[todo('A', { files: ['src/*.ts'] })], /holds a \* or a \?/],
    'a name with a question mark': [[todo('A', { files: ['src/a?.ts'] })], /holds a \* or a \?/],
    'a protected place': [[todo('A', { files: ['.git/hooks/pre-commit'] })], /is protected/],
    'more TODOs than the limit': [[todo('A'), todo('B'), todo('C'), todo('D')], /at most 10 TODOs; this would make 11/],
  };
  for (const [title, [todos, sentence]] of Object.entries(refused)) {
    it(`is refused for ${title}`, () => {
      assert.match(refusal(...todos), sentence);
      assert.match(
        decide(...todos.map((item) => ({ type: 'delegate' as const, ...item }))).refusals[0] ?? '',
        sentence,
      );
    });
  }

  it('is refused when it is empty and nothing is there, and taken when something is', () => {
    const empty: Answer = { tool: 'mission_plan', value: { summary: '', todos: [] } };
    assert.match(checkAnswer(empty, { ...context, todos: [] }) ?? '', /at least one TODO/);
    assert.equal(checkAnswer(empty, context), undefined);
  });

  it('is taken up to the limit, with ids of 64 characters and every letter that is allowed', () => {
    const longest = `Az09._-${'x'.repeat(57)}`;
    assert.equal(refusal(todo('A'), todo('B'), todo(longest)), 'taken');
  });

  it('is brought into form: ids as they are known, each path plain and once, no empty check', () => {
    const checked = checkTodos(
      [
        todo('A', { after: ['d1', 'D1', 'b'], files: ['./src//a.ts', 'src\\a.ts', 'src/x/../b.ts'], check: ' \n' }),
        todo('B', { check: ' npm test ', size: 'S' }),
      ],
      { ids: ['D1'], limit: 10, leaves: () => false },
    );
    assert.deepEqual(checked, {
      ok: true,
      todos: [
        { id: 'A', title: 'Do A', detail: 'it', files: ['src/a.ts', 'src/b.ts'], after: ['D1', 'B'] },
        { id: 'B', title: 'Do B', detail: 'it', files: ['src/B.ts'], after: [], check: 'npm test', size: 'S' },
      ],
    });
  });

  it('names what it refuses in one short line, whatever the model wrote', () => {
    const nasty = `\u001b[31m"x"\n${'y'.repeat(5_000)}`;
    for (const sentence of [refusal(todo(nasty)), refusal(todo('A', { after: [nasty] }))]) {
      assert.ok(sentence.length < 250, sentence);
      assert.doesNotMatch(sentence, /[\n\u001b]/);
    }
  });
});

describe('a decision', () => {
  it('of flat actions with nothing but their type is refused, each with its reason', () => {
    const refused: Readonly<Record<CommanderAction['type'], RegExp | undefined>> = {
      plan: undefined,
      delegate: /The id “” is not usable/,
      retry: /retry names “”, which is no TODO/,
      cancel: /cancel names “”, which is no TODO/,
      run: /run needs a command/,
      ask: /ask needs a question/,
      seal: undefined,
    };
    for (const [type, sentence] of Object.entries(refused) as [CommanderAction['type'], RegExp | undefined][]) {
      const { refusals } = decide({ type });
      if (sentence === undefined) assert.deepEqual(refusals, [], type);
      else assert.match(refusals.join(' '), sentence);
    }
    assert.match(decide({ type: 'ask', question: ' ' }).refusals[0] ?? '', /needs a question/);
    assert.match(decide({ type: 'run', command: '\t' }).refusals[0] ?? '', /needs a command/);
  });

  it('delegates only with a title', () => {
    assert.match(decide({ type: 'delegate', id: 'A' }).refusals[0] ?? '', /TODO A has an empty title/);
    const { added } = decide({ type: 'delegate', id: 'A', title: 'Do A' });
    assert.deepEqual(added, [{ id: 'A', title: 'Do A', detail: '', files: [], after: [] }]);
  });

  it('retries what is over and cancels what is not, and says why it does nothing else', () => {
    const retried: Readonly<Record<string, RegExp | undefined>> = {
      ...{ F1: undefined, B1: undefined, D1: undefined, C1: undefined },
      ...{ Q1: /is queued already/, W1: /at work already/, R1: /at work already/, X9: /“X9”, which is no TODO/ },
    };
    const cancelled: Readonly<Record<string, RegExp | undefined>> = {
      ...{ F1: undefined, B1: undefined, Q1: undefined, W1: undefined, R1: undefined },
      ...{ D1: /is done already/, C1: /is cancelled already/, X9: /“X9”, which is no TODO/ },
    };
    for (const [type, table] of [['retry', retried] as const, ['cancel', cancelled] as const]) {
      for (const [id, sentence] of Object.entries(table)) {
        const sorted = decide({ type, todo: id.toLowerCase(), reason: 'no need', brief: 'again' });
        const done = [...sorted.retried, ...sorted.cancelled].map((item) => item.todo);
        if (sentence === undefined) assert.deepEqual([sorted.refusals, done], [[], [id]]);
        else {
          assert.match(sorted.refusals.join(' ').replace('x9', 'X9'), sentence);
          assert.deepEqual(done, []);
        }
      }
    }
  });

  it('takes `id` where a model means `todo`', () => {
    assert.deepEqual(decide({ type: 'retry', id: 'F1' }).retried, [{ todo: 'F1' }]);
  });

  it('stands as far as it can: what is refused takes nothing else with it', () => {
    const sorted = decide(
      { type: 'plan', brief: 'the rest' },
      { type: 'retry', todo: 'nobody' },
      { type: 'cancel', todo: 'F1', reason: 'no need' },
      { type: 'ask', question: ' which? ', options: ['a'] },
      { type: 'delegate', ...todo('A', { after: ['B'] }) },
      { type: 'delegate', ...todo('B') },
      { type: 'seal' },
    );
    assert.deepEqual(sorted, {
      added: [
        { ...todo('A'), after: ['B'] },
        { ...todo('B'), after: [] },
      ],
      plan: 'the rest',
      retried: [],
      cancelled: [{ todo: 'F1', reason: 'no need' }],
      questions: [{ question: 'which?', options: ['a'] }],
      seal: true,
      refusals: ['The action retry names “nobody”, which is no TODO.'],
    });
  });
});

describe('an answer', () => {
  it('that fails a review needs an issue', () => {
    const review = (issues: { title: string; detail: string }[]) =>
      checkAnswer({ tool: 'mission_review', value: { verdict: 'fail', summary: '', evidence: [], issues } }, context);
    assert.match(review([]) ?? '', /needs at least one issue/);
    assert.equal(review([{ title: 'wrong', detail: 'really' }]), undefined);
    const pass: Answer = {
      tool: 'mission_review',
      value: { verdict: 'pass', summary: '', evidence: [], issues: [] },
    };
    assert.equal(checkAnswer(pass, context), undefined);
  });

  it('of a wrong shape is refused by the name of the field', () => {
    const wrong: [Parameters<typeof parseAnswer>[0], unknown, RegExp][] = [
      ['mission_report', { status: 'finished', summary: '', files: [] }, /^The field status is wrong/],
      ['mission_report', { status: 'done', summary: '' }, /^The field files is wrong/],
      ['mission_report', 'done', /^The field input is wrong/],
      ['mission_plan', { summary: '', todos: [todo('A'), { ...todo('B'), files: 'x' }] }, /todos\[1\]\.files is wrong/],
      ['mission_decide', { summary: '', actions: [{ type: 'explode' }] }, /actions\[0\]\.type is wrong/],
      ['mission_review', { verdict: 'pass', summary: '', evidence: [{ command: 'x' }], issues: [] }, /exitCode/],
    ];
    for (const [tool, input, sentence] of wrong) {
      const parsed = parseAnswer(tool, input);
      assert.ok(!parsed.ok);
      assert.match(parsed.sentence, sentence);
    }
  });

  it('keeps what a tool does not know to itself', () => {
    const parsed = parseAnswer('mission_report', { status: 'done', summary: 's', files: [], mood: 'good' });
    assert.deepEqual(parsed, {
      ok: true,
      answer: { tool: 'mission_report', value: { status: 'done', summary: 's', files: [] } },
    });
  });

  const report = '{"status":"done","summary":"s","files":[]}';
  const found: Readonly<Record<string, string>> = {
    bare: report,
    'in the middle of words': `Here: ${report} – bye.`,
    fenced: `Done.\n\`\`\`json\n${report}\n\`\`\`\nBye {now}.`,
    'the last of two': `\`\`\`\n{"status":"blocked","summary":"old","files":[]}\n\`\`\`\n\`\`\`\n${report}\n\`\`\``,
    'before a block of something else': `\`\`\`json\n${report}\n\`\`\`\n\`\`\`ts\n{ const a = 1; }\n\`\`\``,
  };
  for (const [title, prose] of Object.entries(found)) {
    it(`is found in prose: ${title}`, () => {
      const answer = answerInProse('mission_report', prose);
      assert.deepEqual(answer?.value, { status: 'done', summary: 's', files: [] });
    });
  }

  it('is not found where none of the right shape is', () => {
    for (const prose of [
      '',
      'All done!',
      '{',
      '{}',
      '[1]',
      '{"status":"done"}',
      `\`\`\`json\n{"verdict":"pass"}\n\`\`\``,
    ])
      assert.equal(answerInProse('mission_report', prose), undefined, prose);
  });
});
