import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerSchemas, type Answer, type Review } from '../../../src/core/answers/schemas';
import { decideAnswer, decideLost, type HowLost } from '../../../src/core/mission/decide';
import { factSchema, type Fact, type FactOf } from '../../../src/core/mission/facts';
import type { RecordedRun } from '../../../src/core/mission/proof';
import { fold } from '../../../src/core/mission/reduce';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import type { MissionState, Turn } from '../../../src/core/mission/state';
import type { TodoDraft } from '../../../src/core/todo/model';

const blank = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };

function draft(id: string, check?: string): TodoDraft {
  return {
    id,
    title: `Do ${id}`,
    detail: '',
    files: [`${id}.ts`],
    after: [],
    ...(check === undefined ? {} : { check }),
  };
}

function mission(
  todos: readonly TodoDraft[],
  facts: readonly Fact[] = [],
  settings: Partial<Settings> = {},
): MissionState {
  const all: Fact[] = [
    {
      type: 'mission.created',
      mission: 'm-1',
      text: 'it',
      directory: '/w',
      settings: { ...defaultSettings, ...settings },
    },
    { type: 'todos.edited', ...blank, added: [...todos] },
    ...facts,
  ];
  return fold(all.map((fact, index) => ({ seq: index + 1, at: index + 1, fact })));
}

function ordered(turn: string, role: Turn['role'], todo?: string, kind: Turn['kind'] = 'first'): Fact[] {
  return [
    {
      type: 'turn.ordered',
      turn,
      role,
      attempt: 1,
      kind,
      message: `msg_${turn}`,
      ...(todo === undefined ? {} : { todo }),
    },
    { type: 'session.opened', turn, session: `ses_${turn}` },
  ];
}

function turnOf(s: MissionState, id: string): Turn {
  const turn = s.turns.get(id);
  assert.ok(turn);
  return turn;
}

function run(command: string, exit: number | null, more: Partial<RecordedRun> = {}): RecordedRun {
  return { session: 'ses_r', callID: `call_${command}`, command, exit, inWorkspace: true, ...more };
}

const pass: Review = { verdict: 'pass', summary: 'good', evidence: [{ command: 'test a', exitCode: 0 }], issues: [] };
const bad: Review = { verdict: 'fail', summary: 'bad', evidence: [], issues: [{ title: 'wrong', detail: 'so' }] };

function review(s: MissionState, value: Review, runs: readonly RecordedRun[] = []): Fact | undefined {
  return decideAnswer(s, turnOf(s, 'r'), { tool: 'mission_review', value }, { runs, leaves: () => false });
}

function todoReview(
  value: Review,
  runs: readonly RecordedRun[],
  kind: Turn['kind'] = 'first',
  check: string | undefined = 'test a',
) {
  const fact = review(mission([draft('T1', check)], ordered('r', 'reviewer', 'T1', kind)), value, runs);
  assert.equal(fact?.type, 'todo.reviewed');
  return fact;
}

describe('a review that says pass', () => {
  it('passes with the record of the check, whose run it names', () => {
    const fact = todoReview(pass, [run('npm i', 1), run('test a', 0)]);
    assert.equal(fact.outcome, 'passed');
    assert.deepEqual(fact.proof, { command: 'test a', session: 'ses_r', callID: 'call_test a' });
  });

  const runs: Readonly<Record<string, [RecordedRun[], RegExp]>> = {
    'no run at all': [[], /no run of the check `test a`/],
    'a run of another command': [[run('test a && true', 0), run('test  a', 0)], /no run of the check/],
    'a run in another folder': [[run('test a', 0, { inWorkspace: false })], /no run of the check/],
    'a run without an exit code': [[run('test a', null)], /no exit code/],
    'a last run that failed': [[run('test a', 0), run('test a', 1)], /exit code 1/],
  };
  for (const [title, [recorded, why]] of Object.entries(runs)) {
    it(`is asked for proof, then fails, with ${title}`, () => {
      const fact = todoReview(pass, recorded);
      assert.equal(fact.outcome, 'unproven');
      assert.match(fact.why ?? '', why);
      const again = todoReview(pass, recorded, 'remind');
      assert.equal(again.outcome, 'failed');
      assert.match(again.issues[0]?.detail ?? '', why);
    });
  }

  it('takes the last run: one that failed first does no harm', () => {
    assert.equal(todoReview(pass, [run('test a', 1), run(' test a\n', 0)]).outcome, 'passed');
  });

  it('passes without proof where there is no check', () => {
    const fact = todoReview(pass, [run('test a', 0)], 'first', '');
    assert.equal(fact.outcome, 'passed');
    assert.equal(fact.proof, undefined);
  });
});

describe('a review that says fail', () => {
  it('opens its issues under ids of their own, and gives one without a title a title', () => {
    const s = mission([draft('T1')], ordered('r', 'reviewer', 'T1'));
    s.issuesOpened = 4;
    const issues = [
      { title: 'wrong', detail: 'so', file: 'a.ts', line: 3 },
      { title: ' ', detail: 'else' },
    ];
    const fact = review(s, { ...bad, issues });
    assert.deepEqual(fact?.type === 'todo.reviewed' && fact.issues, [
      { id: 'I5', todo: 'T1', title: 'wrong', detail: 'so', file: 'a.ts', line: 3 },
      { id: 'I6', todo: 'T1', title: 'The review failed', detail: 'else' },
    ]);
  });

  it('fails whatever ran, also without an issue', () => {
    const fact = todoReview({ ...bad, issues: [] }, [run('test a', 0)]);
    assert.equal(fact.outcome, 'failed');
    assert.equal(fact.issues.length, 1);
  });

  it('is repeated once when others were writing, and names their turns', () => {
    const facts = [...ordered('w', 'worker', 'T2'), ...ordered('r', 'reviewer', 'T1')];
    const fact = review(mission([draft('T1'), draft('T2')], facts), bad);
    assert.deepEqual(fact?.type === 'todo.reviewed' && [fact.outcome, fact.waitFor, fact.issues], [
      'repeated',
      ['w'],
      [],
    ]);
  });

  it('is not repeated again, though others still write', () => {
    const facts: Fact[] = [
      ...ordered('w', 'worker', 'T2'),
      ...ordered('r1', 'reviewer', 'T1'),
      { type: 'todo.reviewed', turn: 'r1', todo: 'T1', outcome: 'repeated', summary: '', issues: [], waitFor: [] },
      { type: 'turn.ended', turn: 'r1', tokens: 0, cost: 0 },
      ...ordered('r', 'reviewer', 'T1'),
    ];
    const fact = review(mission([draft('T1'), draft('T2')], facts), bad);
    assert.equal(fact?.type === 'todo.reviewed' && fact.outcome, 'failed');
  });

  it('is not repeated for a worker that has reported already, nor for other reviewers', () => {
    const reported: Fact = {
      type: 'worker.reported',
      turn: 'w',
      todo: 'T2',
      status: 'done',
      summary: '',
      files: [],
      followUps: [],
    };
    const facts = [...ordered('w', 'worker', 'T2'), reported, ...ordered('r', 'reviewer', 'T1')];
    assert.equal(
      (review(mission([draft('T1'), draft('T2')], facts), bad) as FactOf<'todo.reviewed'>).outcome,
      'failed',
    );
  });
});

describe('a mission review', () => {
  const mode = { review: 'mission' } as const;
  const begin = (todos: readonly TodoDraft[], kind: Turn['kind'] = 'first', settings: Partial<Settings> = {}) => {
    const plan: Fact[] = [
      ...ordered('p', 'planner'),
      {
        type: 'planner.planned',
        turn: 'p',
        summary: '',
        added: [...todos],
        check: 'test all',
        sources: [],
        refusals: [],
      },
    ];
    const done: Fact = { type: 'todos.edited', ...blank, ticked: todos.map((todo) => todo.id) };
    return mission([], [...plan, done, ...ordered('r', 'reviewer', undefined, kind)], settings);
  };
  const outcome = (fact: Fact | undefined) => {
    assert.equal(fact?.type, 'mission.reviewed');
    return fact;
  };

  it('needs the mission’s own check proven, and only that where every TODO was reviewed', () => {
    const s = begin([draft('T1', 'test a')]);
    assert.equal(outcome(review(s, pass, [run('test a', 0)])).outcome, 'unproven');
    const fact = outcome(review(s, pass, [run('test all', 0)]));
    assert.deepEqual([fact.outcome, fact.proofs.map((item) => item.todo)], ['passed', [undefined]]);
  });

  it('proves the TODOs whose checks ran, where only the mission is reviewed', () => {
    const s = begin([draft('T1', 'test a'), draft('T2', 'test b'), draft('T3')], 'first', mode);
    const all = [run('test all', 0), run('test a', 0), run('test b', 0)];
    const fact = outcome(review(s, pass, all));
    assert.deepEqual([fact.outcome, fact.proofs.map((item) => item.todo)], ['passed', [undefined, 'T1', 'T2']]);
    const asked = outcome(review(s, pass, all.slice(0, 2)));
    assert.equal(asked.outcome, 'unproven');
    assert.match(asked.why ?? '', /test b/);
  });

  it('asked for proof once, fails by a check that failed and leaves unverified what was not run', () => {
    const s = begin([draft('T1', 'test a'), draft('T2', 'test b')], 'remind', mode);
    const left = outcome(review(s, pass, [run('test all', 0), run('test a', 0)]));
    assert.deepEqual([left.outcome, left.proofs.map((item) => item.todo)], ['passed', [undefined, 'T1']]);
    const failed = outcome(review(s, pass, [run('test all', 0), run('test a', 2)]));
    assert.equal(failed.outcome, 'failed');
    assert.match(failed.issues[0]?.detail ?? '', /test a.*exit code 2/);
    assert.equal(failed.issues[0]?.todo, undefined);
  });
});

describe('an answer', () => {
  const report: Answer = { tool: 'mission_report', value: { status: 'done', summary: 's', files: [] } };
  const around = { runs: [], leaves: () => false };

  it('counts once, and only with the tool of its turn’s role', () => {
    const s = mission([draft('T1')], ordered('w', 'worker', 'T1'));
    assert.equal(decideAnswer(s, turnOf(s, 'w'), { tool: 'mission_review', value: pass }, around), undefined);
    const fact = decideAnswer(s, turnOf(s, 'w'), report, around);
    assert.equal(fact?.type, 'worker.reported');
    fold([{ seq: 9, at: 9, fact }], s);
    assert.equal(decideAnswer(s, turnOf(s, 'w'), report, around), undefined);
  });

  it('of the Planner that cannot be taken adds nothing and says why', () => {
    const s = mission([draft('T1')], ordered('p', 'planner'));
    const value = { summary: '', todos: [{ id: 't1', title: 'x', detail: '', files: [] }], check: ' ' };
    const fact = decideAnswer(s, turnOf(s, 'p'), { tool: 'mission_plan', value }, around);
    assert.deepEqual(fact?.type === 'planner.planned' && [fact.added, fact.check], [[], undefined]);
    assert.match(
      fact?.type === 'planner.planned' ? (fact.refusals[0] ?? '') : '',
      /^The plan was refused: .*duplicate/,
    );
  });

  it('of the Commander asks under ids of their own', () => {
    const s = mission([], ordered('c', 'commander'));
    s.asksOpened = 2;
    const actions = ['red?', 'blue?'].map((question) => ({ type: 'ask' as const, question }));
    const fact = decideAnswer(s, turnOf(s, 'c'), { tool: 'mission_decide', value: { summary: '', actions } }, around);
    assert.deepEqual(fact?.type === 'commander.decided' && fact.asks.map((ask) => ask.ask), ['A3', 'A4']);
  });

  /** Whatever passes a tool’s own schema, the journal must be able to give back. */
  const survives = (answer: Answer, role: Turn['role'], runs: readonly RecordedRun[] = []) => {
    const todo = role === 'worker' || role === 'reviewer' ? 'T1' : undefined;
    const s = mission([draft('T1', 'test a')], ordered('t', role, todo));
    const fact = decideAnswer(s, turnOf(s, 't'), answer, { runs, leaves: () => false });
    const stored: unknown = JSON.parse(JSON.stringify(fact));
    const parsed = factSchema.safeParse(stored);
    assert.ok(parsed.success, `the journal could not be read again: ${parsed.error?.issues[0]?.path.join('.') ?? ''}`);
    assert.deepEqual(parsed.data, stored);
  };
  const word = fc.oneof(fc.string(), fc.string({ minLength: 190, maxLength: 400 }));
  const todos = fc.array(
    fc.record(
      { id: word, title: fc.string(), detail: fc.string(), files: fc.array(word), after: fc.array(word), check: word },
      { requiredKeys: ['id', 'title', 'detail', 'files'] },
    ),
    { maxLength: 3 },
  );

  it('of a worker can be read again from the journal, whatever its follow-ups are called', () => {
    fc.assert(
      fc.property(todos, fc.constantFrom('done', 'blocked'), (followUps, status) => {
        const value = answerSchemas.mission_report.parse({ status, summary: 's', files: [], followUps });
        survives({ tool: 'mission_report', value }, 'worker');
      }),
    );
  });

  it('of a Planner and a Commander can be read again from the journal, whatever they name', () => {
    fc.assert(
      fc.property(todos, word, (list, odd) => {
        survives({ tool: 'mission_plan', value: { summary: odd, todos: list, check: odd } }, 'planner');
        const delegated = list.map((item) => ({ type: 'delegate' as const, ...item }));
        const others = (['retry', 'cancel'] as const).map((type) => ({ type, todo: odd }));
        survives({ tool: 'mission_decide', value: { summary: odd, actions: [...delegated, ...others] } }, 'commander');
      }),
    );
  });

  it('proven by a call with a long id can be read again from the journal', () => {
    // Some providers put a whole signature into the id of a call.
    const callID = `call_${'x'.repeat(2_000)}`;
    survives({ tool: 'mission_review', value: pass }, 'reviewer', [run('test a', 0, { callID })]);
  });
});

describe('a lost turn', () => {
  const usage = { tokens: 1, cost: 0 };
  const next = (how: HowLost, more: Partial<Turn> = {}, settings: Partial<Settings> = {}) => {
    const s = mission([draft('T1')], ordered('w', 'worker', 'T1'), settings);
    const fact = decideLost(s, { ...turnOf(s, 'w'), ...more }, how, 'why', usage);
    return fact.next;
  };

  it('is reminded once when it was silent', () => {
    assert.equal(next('silent'), 'remind');
    assert.equal(next('silent', { kind: 'continue' }), 'remind');
    assert.equal(next('silent', { kind: 'remind' }), 'over');
  });

  it('goes on after an interruption as often as attempts may be repeated, and after a stop always', () => {
    assert.equal(next('interrupted', { interruptions: 2 }), 'continue');
    assert.equal(next('interrupted', { interruptions: 3 }), 'over');
    assert.equal(next('interrupted', {}, { 'limits.recoveryAttempts': 0 }), 'over');
    assert.equal(next('stopped', { interruptions: 9 }), 'continue');
  });

  it('is over in every other way', () => {
    for (const how of ['error', 'timeout', 'stalled', 'refused', 'unwanted'] as const)
      assert.equal(next(how), 'over', how);
  });
});
