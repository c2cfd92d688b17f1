import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { factSchema, type Fact } from '../../../src/core/mission/facts';
import { maskFact } from '../../../src/core/mission/maskFact';
import { defaultSettings } from '../../../src/core/mission/settings';
import { checkAnswer, sortDecision } from '../../../src/core/answers/check';
import { logLine, renderIssues, renderWorkLog } from '../../../src/core/todo/logMarkdown';
import { renderTodo } from '../../../src/core/todo/markdown';
import { readTodoEdits } from '../../../src/core/todo/parseMarkdown';
import type { Todo } from '../../../src/core/todo/model';
import { plainLine } from '../../../src/cli/view/plainLines';
import { told } from '../../../src/vscode/errors';
import { transcriptText } from '../../../src/vscode/transcripts/text';
import { classify } from '../../../src/opencode/errors';
import { signalsOf } from '../../../src/opencode/wire';

const secret = `ghp_${'aZ3kQ9xLm2Bv7TnR4cWy'.repeat(2).slice(0, 36)}`;
const said = `I found ${secret} in .env`;
const clean = 'I found ••• in .env';

const draft = { id: 'T1', title: said, detail: said, files: [`src/${secret}.ts`], after: [] };
const usage = { tokens: 1, cost: 0 };

/** Every kind of fact that holds words of an agent, a model or a server. */
const facts: readonly Fact[] = [
  {
    ...{ type: 'commander.decided', turn: 't1', summary: said, added: [draft], plan: said, seal: false },
    retried: [{ todo: 'T1', brief: said }],
    cancelled: [{ todo: 'T1', reason: said }],
    asks: [{ ask: 'A1', question: said, options: [said] }],
    refusals: [said],
  },
  {
    ...{ type: 'planner.planned', turn: 't1', summary: said, added: [draft], refusals: [said] },
    sources: [{ url: `https://me:${secret}@x.example/`, title: said, notes: said }],
  },
  {
    ...{ type: 'worker.reported', turn: 't1', todo: 'T1', status: 'blocked', summary: said, reason: said, files: [] },
    followUps: [{ ...draft, check: `TOKEN=${secret} npm test` }],
  },
  {
    ...{ type: 'todo.reviewed', turn: 't1', todo: 'T1', outcome: 'failed', summary: said, why: said },
    issues: [{ id: 'I1', title: said, detail: said, file: 'a.ts' }],
  },
  { type: 'mission.reviewed', turn: 't1', outcome: 'failed', summary: said, issues: [], proofs: [], why: said },
  { type: 'turn.lost', turn: 't1', how: 'error', reason: said, next: 'over', ...usage },
  { type: 'mission.ended', state: 'failed', reason: said },
  { type: 'stop.requested', by: 'the host', as: 'failed', reason: said },
  { type: 'noticed', text: said },
  {
    ...{ type: 'ask.opened', ask: 'per_1', kind: 'permission', title: said },
    permission: { name: 'bash', patterns: [`curl -H "Authorization: Bearer ${secret}"`], always: [said] },
    questions: [{ question: said, header: said, options: [{ label: said, description: said }], multiple: false }],
  },
];

describe('secrets in facts', () => {
  for (const fact of facts) {
    it(`are masked in ${fact.type} before it is reduced and written, and it stays a fact`, () => {
      const masked = maskFact(fact);
      const { files: _files, ...rest } = { files: [], ...masked };
      const text = JSON.stringify(rest).replaceAll(`src/${secret}.ts`, '');
      assert.ok(!text.includes(secret), text);
      assert.ok(text.includes('•••'));
      assert.deepEqual(factSchema.parse(masked), masked);
      assert.deepEqual(maskFact(masked), masked);
    });
  }

  it('stay where they name something: an id, a path, a session', () => {
    const fact: Fact = { type: 'test.archived', todo: 'T1', from: `src/${secret}.ts`, to: `tests/${secret}.ts` };
    assert.equal(maskFact(fact), fact);
  });

  it('stay in a person’s own words, which agents are told word for word; an address of theirs loses its password', () => {
    const settings = { ...defaultSettings, 'server.url': 'http://me:topsecret@127.0.0.1:4096' };
    const created: Fact = { type: 'mission.created', mission: 'm-1', text: said, directory: '/w', settings };
    const masked = maskFact(created);
    assert.equal(masked.text, said);
    assert.equal(masked.settings['server.url'], 'http://•••@127.0.0.1:4096');
    assert.ok(new URL(masked.settings['server.url']).origin === 'http://127.0.0.1:4096', 'it is still the server');
    for (const fact of [
      { type: 'note.added', text: said },
      { type: 'ask.closed', ask: 'A1', reply: said },
    ] satisfies Fact[]) {
      assert.equal(maskFact(fact), fact);
    }
  });

  it('are looked for in every recorded fact, and none of the honest ones changes', () => {
    const folder = new URL('../core/fixtures/', import.meta.url);
    let seen = 0;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.jsonl?$/.test(name)) continue;
      const text = readFileSync(new URL(name.split('\\').join('/'), folder), 'utf8');
      for (const value of factsIn(text)) {
        assert.equal(maskFact(value), value, JSON.stringify(value));
        seen += 1;
      }
    }
    assert.ok(seen > 50, `${seen} facts were looked at`);
  });
});

/** The facts in a fixture: JSON lines, or objects anywhere in one JSON text. */
function factsIn(text: string): Fact[] {
  const values = text.trimStart().startsWith('{"v"')
    ? text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
    : [JSON.parse(text) as unknown];
  const found: Fact[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const parsed = factSchema.safeParse(value);
    if (parsed.success) found.push(parsed.data);
    else for (const item of Object.values(value)) look(item);
  };
  for (const value of values) look(value);
  return found;
}

describe('a secret in a check', () => {
  const context = { todos: [], limit: 10, leaves: () => false };
  const todo = { id: 'T1', title: 'Deploy', detail: 'Deploy it', files: ['a.ts'] };
  const check = `TOKEN=${secret} npm test`;

  it('refuses the plan or the TODO in a sentence that the model can use and that does not repeat it', () => {
    const plans = [
      { summary: '', todos: [{ ...todo, check }] },
      { summary: '', todos: [todo], check },
    ];
    for (const value of plans) {
      const refusal = checkAnswer({ tool: 'mission_plan', value }, context) ?? '';
      assert.match(refusal, /looks like a secret; have the command read it from the environment/);
      assert.ok(!refusal.includes(secret));
    }
    const { added, refusals } = sortDecision({ summary: '', actions: [{ type: 'delegate', ...todo, check }] }, context);
    assert.deepEqual([added.length, refusals.length], [0, 1]);
  });

  it('leaves a check alone that reads it, or that sets a password of its own', () => {
    for (const fine of ['TOKEN=$TOKEN npm test', 'PGPASSWORD=postgres npm test', 'grep -q password= README.md']) {
      const value = { summary: '', todos: [{ ...todo, check: fine }] };
      assert.equal(checkAnswer({ tool: 'mission_plan', value }, context), undefined);
    }
  });
});

describe('a secret that is shown or put on paper', () => {
  const blank = {
    after: [],
    attempts: 1,
    tries: 1,
    reviews: 0,
    reviewsLost: 0,
    verified: false,
    by: 'person',
  } as const;
  const todo: Todo = {
    ...blank,
    id: 'T1',
    title: said,
    detail: '',
    files: [],
    state: 'failed',
    reason: said,
    check: said,
  };
  const view = { mission: 'm-1', seq: 1, text: said, state: 'running', iteration: 1, todos: [todo], kept: [] };

  it('is masked in todo.md, also in a person’s words, and its masked title is nobody’s edit', () => {
    const text = renderTodo(view);
    assert.ok(!text.replaceAll('\\', '').includes(secret), text);
    assert.deepEqual(readTodoEdits(text, text.replace('- [ ] **T1**', '- [x] **T1**'), [todo]), {
      ...{ ticked: ['T1'], unticked: [], retitled: [], added: [], kept: [], gone: [] },
    });
  });

  it('is masked in the work log and among the issues', () => {
    const log = renderWorkLog({ mission: 'm-1', lines: [logLine(1, said)], earlier: 0 });
    const issue = { id: 'I1', title: said, detail: said, state: 'open' } as const;
    const issues = renderIssues({ mission: 'm-1', issues: [issue] });
    for (const text of [log, issues]) assert.ok(!text.replaceAll('\\', '').includes(secret), text);
  });

  it('is masked in a line of the terminal, also when the end of the line would cut it', () => {
    assert.ok(plainLine(0, said).endsWith(clean));
    for (let before = 430; before < 500; before += 1) {
      const line = plainLine(0, `${'x'.repeat(before)} ${secret}`);
      assert.ok(!line.includes('ghp_a'), line.slice(-40));
    }
  });

  it('is masked in what a notification says of an error', () => {
    assert.equal(told(new Error(said)).sentence, clean);
  });

  it('is masked in the document of a transcript', () => {
    const entries = [
      { id: '1', at: 0, kind: 'tool', tool: 'bash', text: `cat .env # ${secret}`, output: said },
    ] as const;
    const words = { empty: '', working: '', earlier: String, cut: '' };
    const text = transcriptText({ title: 'T1', entries, total: 1, busy: false, error: said, clock: String, words });
    assert.ok(!text.includes(secret), text);
    assert.equal(text.split('•••').length, 4);
  });

  it('is masked in what a provider says, and in what an agent is seen to do', () => {
    const failure = classify({ name: 'APIError', data: { statusCode: 401, message: `Incorrect key: ${secret}` } });
    assert.equal(failure.sentence, 'The provider refused the key: Incorrect key: •••');
    const state = { status: 'running', input: { command: `curl -H "Authorization: Bearer ${secret}" x` } };
    const part = { type: 'tool', sessionID: 's', callID: 'c', tool: 'bash', state };
    const retry = { sessionID: 's', status: { type: 'retry', next: 1, message: said } };
    const signals = [
      ...signalsOf({ type: 'message.part.updated', properties: { part } }),
      ...signalsOf({ type: 'session.status', properties: retry }),
    ];
    assert.deepEqual(
      signals.map(({ type }) => type),
      ['tool', 'activity', 'retrying'],
    );
    assert.ok(!JSON.stringify(signals).includes(secret));
  });
});
