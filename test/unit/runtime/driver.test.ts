import assert from 'node:assert/strict';
import { fold } from '../../../src/core/mission/reduce';
import { result } from '../../../src/core/mission/select';
import { answer, diamond, fail, fakeMission, pass, todos, type FakeMission } from '../../support/fakeMission';

function ofRole(mission: FakeMission, role: string, todo?: string) {
  return mission.backend.prompts.filter(
    (prompt) => prompt.role === role && (todo === undefined || prompt.order.todo === todo),
  );
}

describe('driver on the fake backend', () => {
  it('seals a diamond with one worker turn and one review a TODO', async () => {
    const mission = fakeMission({ plan: todos(diamond) });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const { todos: counted, iterations, sessions } = result(state, 0);
    assert.deepEqual(counted, { total: 4, done: 4, verified: 4 });
    assert.equal(iterations, 1);
    for (const id of Object.keys(diamond)) {
      assert.equal(ofRole(mission, 'worker', id).length, 1);
      assert.equal(ofRole(mission, 'reviewer', id).length, 1);
    }
    assert.equal(sessions.created, 1 + 1 + 4 + 4 + 1);
    assert.equal(sessions.peak, 2);
  });

  it('begins nothing before what it waits for was reviewed', async () => {
    const mission = fakeMission({ plan: todos(diamond) });
    await mission.run();
    const order = mission.records.flatMap(({ fact }) =>
      fact.type === 'turn.ordered' && fact.role === 'worker'
        ? [`start ${fact.todo ?? ''}`]
        : fact.type === 'todo.reviewed'
          ? [`passed ${turnTodo(mission, fact.turn)}`]
          : [],
    );
    for (const [before, after] of [
      ['T1', 'T2'],
      ['T1', 'T3'],
      ['T2', 'T4'],
      ['T3', 'T4'],
    ]) {
      assert.ok(order.indexOf(`passed ${before ?? ''}`) < order.indexOf(`start ${after ?? ''}`), order.join(' '));
    }
    assert.equal(order.indexOf('start T3'), order.indexOf('start T2') + 1, 'the middle ones start together');
  });

  it('replays its journal to the same state', async () => {
    const mission = fakeMission({ plan: todos(diamond) });
    const state = await mission.run();
    assert.deepEqual(fold(mission.records), state);
  });

  it('sends a failed TODO back with the issue, and seals when it is mended', async () => {
    let reviews = 0;
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      agent: ({ role, order, text }) => {
        if (role !== 'reviewer' || order.todo !== 'T1') return undefined;
        reviews += 1;
        return reviews === 1 ? fail('the sum is off') : pass(text);
      },
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const [, second] = ofRole(mission, 'worker', 'T1');
    assert.match(second?.text ?? '', /I1 the sum is off\nthe sum is off, really/);
    assert.equal(state.todos.get('T1')?.attempts, 2);
    assert.equal(state.issues.get('I1')?.state, 'closed');
  });

  it('reminds a reviewer that passed without running the check, then fails the review', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      settings: { 'limits.recoveryAttempts': 0, 'limits.maxIterations': 2 },
      agent: ({ role, order }) =>
        role === 'reviewer' && order.todo === 'T1'
          ? answer({
              verdict: 'pass',
              summary: 'trust me',
              evidence: [{ command: 'test T1', exitCode: 0 }],
              issues: [],
            })
          : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'exhausted');
    assert.equal(state.todos.get('T1')?.state, 'failed');
    const [first, reminder] = ofRole(mission, 'reviewer', 'T1');
    assert.equal(first?.session, reminder?.session);
    assert.match(reminder?.text ?? '', /no run of the check `test T1`/);
  });

  it('takes the last recorded run of a check, and null is not 0', async () => {
    for (const exits of [
      [0, 1],
      [0, null],
    ]) {
      const mission = fakeMission({
        plan: todos({ T1: [] }),
        settings: { 'limits.recoveryAttempts': 0, 'limits.maxIterations': 1 },
        agent: ({ role, order }) =>
          role === 'reviewer' && order.todo === 'T1'
            ? {
                do: 'answer',
                input: { verdict: 'pass', summary: 'ok', evidence: [], issues: [] },
                runs: exits.map((exit) => ({ command: 'test T1', exit })),
              }
            : undefined,
      });
      const state = await mission.run();
      assert.equal(state.todos.get('T1')?.state, 'failed');
    }
  });

  it('repeats a review that failed while others were writing, before it costs an attempt', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [], T2: [] }),
      latencyMs: ({ role, order }) => (role === 'worker' && order.todo === 'T2' ? 5_000 : 100),
      agent: ({ role, order, nth, text }) => {
        if (role !== 'reviewer' || order.todo !== 'T1') return undefined;
        return order.attempt === 1 && nth === 1 ? fail('half a file') : pass(text);
      },
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(state.todos.get('T1')?.attempts, 1);
    assert.equal(state.todos.get('T1')?.reviews, 2);
    assert.equal(state.issues.size, 0);
  });

  it('ends exhausted after exactly maxIterations Commander turns when the mission review never passes', async () => {
    let ideas = 0;
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      settings: { 'limits.maxIterations': 4 },
      agent: ({ role, order, text }) => {
        if (role === 'reviewer') return order.todo === undefined ? fail('not yet') : pass(text);
        if (role !== 'commander' || text.includes('"iteration":1,')) return undefined;
        ideas += 1;
        const id = `X${String(ideas)}`;
        return answer({
          summary: 'one more idea',
          actions: [{ type: 'delegate', id, title: id, detail: 'more', files: [`src/${id}.ts`] }],
        });
      },
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'exhausted');
    assert.equal(ofRole(mission, 'commander').length, 4);
    assert.equal(state.todos.size, 4, 'the last iteration’s actions were carried out');
  });

  it('reminds once when a turn ends without its tool, then starts another attempt', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      agent: ({ role, order }) =>
        role === 'worker' && order.attempt === 1 ? { do: 'silent', prose: 'All done!' } : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const workers = ofRole(mission, 'worker');
    assert.deepEqual(
      workers.map((prompt) => prompt.order.attempt),
      [1, 1, 2],
    );
    assert.match(workers[1]?.text ?? '', /without a call of mission_report/);
  });

  it('takes an answer of the right shape from prose', async () => {
    const prose = 'Here you are:\n```json\n{"status":"done","summary":"did it","files":["src/T1.ts"]}\n```\nBye.';
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      agent: ({ role }) => (role === 'worker' ? { do: 'silent', prose } : undefined),
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(ofRole(mission, 'worker').length, 1);
  });

  it('fails after a Commander gave no answer four times, as one iteration', async () => {
    const mission = fakeMission({
      agent: ({ role }) =>
        role === 'commander' ? { do: 'fail', sentence: 'no such field', failure: { kind: 'request' } } : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'failed');
    assert.equal(state.iteration, 1);
    assert.equal(mission.backend.prompts.length, 4);
  });

  it('stops: nothing new starts, every turn is confirmed, and a resume goes on in the same sessions', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [], T2: [], T3: ['T1'] }),
      agent: ({ role, order, nth }) =>
        role === 'worker' && nth === 1 && order.todo !== 'T3' ? { do: 'hang' } : undefined,
    });
    mission.clock.after(1_000, () => {
      mission.driver.stop('a test');
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'stopped');
    assert.match(state.end.reason, /4 of 4 confirmed/);
    assert.equal(mission.backend.busyNow, 0);
    const before = mission.backend.prompts.length;

    const again = fakeMission({ past: mission.records, backend: mission.backend, clock: mission.clock });
    const end = await again.run();
    assert.equal(end.end?.state, 'sealed');
    const workers = ofRole(again, 'worker').slice(2);
    assert.equal(workers[0]?.session, ofRole(mission, 'worker')[0]?.session);
    assert.match(mission.backend.prompts[before]?.text ?? '', /interrupted/);
    assert.equal(end.todos.get('T1')?.attempts, 1);
    assert.deepEqual(fold(again.records), end);
  });

  it('ends waiting when only a person can help', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      agent: ({ role }) => (role === 'worker' ? { do: 'ask', title: 'bash: rm -rf build' } : undefined),
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'waiting');
    assert.match(state.end.reason, /bash: rm -rf build/);
  });

  it('ends a turn after its limit and after a silence, each as a lost attempt', async () => {
    for (const setting of ['limits.sessionMinutes', 'limits.stallMinutes'] as const) {
      const mission = fakeMission({
        plan: todos({ T1: [] }),
        settings: { [setting]: 2 },
        agent: ({ role, order }) => (role === 'worker' && order.attempt === 1 ? { do: 'hang' } : undefined),
      });
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed');
      assert.equal(state.todos.get('T1')?.attempts, 2);
    }
  });

  it('ends exhausted when a budget is used up', async () => {
    const mission = fakeMission({ plan: todos(diamond), settings: { 'budget.tokens': 350 } });
    const state = await mission.run();
    assert.equal(state.end?.state, 'exhausted');
    assert.match(state.end.reason, /350 tokens/);
    assert.ok(state.tokens >= 350 && state.tokens < 700);
  });

  it('with review: mission, a report makes a TODO done and the mission review makes it verified', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [], T2: [] }),
      settings: { review: 'mission' },
      agent: ({ role }) =>
        role === 'reviewer'
          ? {
              do: 'answer',
              input: { verdict: 'pass', summary: 'ok', evidence: [], issues: [] },
              runs: ['test all', 'test T1', 'test T2'].map((command) => ({ command, exit: 0 })),
            }
          : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(ofRole(mission, 'reviewer').length, 1);
    assert.deepEqual(result(state, 0).todos, { total: 2, done: 2, verified: 2 });
  });
});

function turnTodo(mission: FakeMission, turn: string): string {
  for (const { fact } of mission.records)
    if (fact.type === 'turn.ordered' && fact.turn === turn) return fact.todo ?? '';
  return '';
}
