import assert from 'node:assert/strict';
import { usualPace } from '../../../src/core/recovery/policies';
import { ofType } from '../../support/e2e';
import type { FakePrompt, Reply } from '../../support/fakeBackend';
import { answer, fakeMission, todos, type FakeMission } from '../../support/fakeMission';

const minute = 60_000;
const plan = (count: number) =>
  todos(Object.fromEntries(Array.from({ length: count }, (_, index) => [`T${String(index + 1)}`, []])));
const done = answer({ status: 'done', summary: 'did it', files: [] });
const limited = (sentence = 'slow down'): Reply => ({ do: 'fail', sentence, failure: { kind: 'rate-limit' } });

/** How often each TODO was tried, and how the mission ended. */
function attempts(mission: FakeMission): Record<string, number> {
  return Object.fromEntries([...mission.driver.state.todos.values()].map(({ id, attempts }) => [id, attempts]));
}

describe('a provider that fails', () => {
  for (const sessions of [1, 10, 50]) {
    it(`for ten minutes gets one probe a step from ${String(sessions)} sessions, and everything goes on afterwards`, async () => {
      const asked: number[] = [];
      const from = 1_000_000 + 400;
      const mission = fakeMission({
        plan: plan(sessions),
        agent: ({ role }) => {
          if (role !== 'worker') return undefined;
          const at = mission.clock.now();
          if (at > from + 10 * minute) return done;
          asked.push(at);
          return limited();
        },
      });
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed', state.end?.reason);
      // The first failure of each, then one at 15 s, 45 s, 1:45, 3:45, 7:45.
      assert.equal(asked.length, sessions + 5);
      assert.deepEqual(new Set(Object.values(attempts(mission))), new Set([1]), 'no attempt is burnt');
      assert.deepEqual(mission.backend.violations, []);
    });
  }

  it('for good ends the mission with a sentence a person can act on', async () => {
    const mission = fakeMission({
      plan: plan(3),
      settings: { 'models.worker': 'acme/large' },
      agent: ({ role }) =>
        role === 'worker' ? limited('Quota of sk-ant-api03-aaaaaaaaaaaaaaaaaaaa used.') : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'failed');
    assert.match(state.end.reason, /^The model acme\/large has not answered for 45m, in 10 tries: Quota of/);
    assert.match(state.end.reason, /choose another model \(models\.worker\); then resume\.$/);
    assert.equal(mission.backend.prompts.filter(({ role }) => role === 'worker').length, 3 + usualPace.stepsMs.length);
  });

  it('is waited for at a scaled pace when a test wants it so', async () => {
    const mission = fakeMission({
      plan: plan(1),
      pace: { ...usualPace, stepsMs: usualPace.stepsMs.map((ms) => ms / 1_000) },
      agent: ({ role, nth }) => (role === 'worker' && nth < 4 ? limited() : undefined),
    });
    const begun = mission.clock.now();
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.ok(mission.clock.now() - begun < 10_000);
  });

  it('does not let one attempt wait for ever whose own request is what fails', async () => {
    const mission = fakeMission({
      plan: plan(2),
      settings: { 'limits.recoveryAttempts': 0, 'limits.maxIterations': 2 },
      agent: ({ role, order, nth }) => {
        if (role !== 'worker') return undefined;
        if (order.todo === 'T1') return { do: 'fail', sentence: 'boom' };
        return nth === 1 ? { do: 'retry', inMs: 4 * 3_600_000, attempt: 1, then: done } : undefined;
      },
    });
    const state = await mission.run();
    assert.notEqual(state.end?.state, 'sealed');
    assert.ok(mission.backend.prompts.length < 60, String(mission.backend.prompts.length));
  });
});

describe('a wait within a turn', () => {
  const retry = (inMs: number, attempt: number, then: Reply = done): Reply => ({ do: 'retry', inMs, attempt, then });
  const first =
    (reply: Reply) =>
    ({ role, nth, order }: FakePrompt) =>
      role === 'worker' && nth === 1 && order.todo === 'T1' && order.attempt === 1 ? reply : undefined;

  it('of up to a minute is OpenCode’s own', async () => {
    const mission = fakeMission({ plan: plan(1), agent: first(retry(50_000, 1)) });
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.deepEqual(ofType(mission.records, 'turn.lost'), []);
  });

  it('that is longer frees the place, is waited for at the gate, and goes on in the same session', async () => {
    const mission = fakeMission({ plan: plan(1), agent: first(retry(5 * minute, 1)) });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const [lost] = ofType(mission.records, 'turn.lost');
    assert.deepEqual([lost?.how, lost?.class, lost?.next], ['waits', 'limit', 'continue']);
    const [one, two] = mission.backend.prompts.filter(({ role }) => role === 'worker');
    assert.equal(one?.session, two?.session);
    const ordered = mission.records.filter(({ fact }) => fact.type === 'turn.ordered' && fact.kind === 'continue');
    const told = mission.records.find(({ fact }) => fact.type === 'turn.lost');
    assert.ok((ordered[0]?.at ?? 0) - (told?.at ?? 0) >= 5 * minute - 1_000, 'not before the time');
    assert.deepEqual(attempts(mission), { T1: 1 });
  });

  it('of hours ends the attempt, and the gate holds for half an hour at most', async () => {
    const mission = fakeMission({ plan: plan(1), agent: first(retry(5 * 3_600_000, 1)) });
    const begun = mission.clock.now();
    assert.equal((await mission.run()).end?.state, 'sealed');
    const [lost] = ofType(mission.records, 'turn.lost');
    assert.deepEqual([lost?.class, lost?.next], ['longLimit', 'over']);
    assert.deepEqual(attempts(mission), { T1: 2 });
    const took = mission.clock.now() - begun;
    assert.ok(took > 30 * minute && took < 32 * minute, String(took));
  });

  it('that makes no sense is OpenCode’s own affair', async () => {
    for (const inMs of [-1, Number.NaN]) {
      const mission = fakeMission({ plan: plan(1), agent: first(retry(inMs, 1)) });
      assert.equal((await mission.run()).end?.state, 'sealed', String(inMs));
    }
  });

  it('of others ends as well when the gate is closed already, and the third in one turn closes it', async () => {
    const mission = fakeMission({
      plan: plan(10),
      agent: ({ role, nth, order }) => {
        if (role !== 'worker' || nth > 1) return undefined;
        const attempt = order.todo === 'T1' ? 3 : 2;
        return retry(order.todo === 'T1' ? 2_000 : 50_000, attempt);
      },
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const lost = ofType(mission.records, 'turn.lost');
    assert.equal(lost.length, 10);
    assert.ok(lost.every(({ how, next }) => how === 'waits' && next === 'continue'));
    const times = new Set(mission.records.filter(({ fact }) => fact.type === 'turn.lost').map(({ at }) => at));
    assert.ok(Math.max(...times) - Math.min(...times) < 2_000, 'all within two seconds');
    assert.deepEqual(new Set(Object.values(attempts(mission))), new Set([1]));
  });
});

describe('a key that is refused', () => {
  it('makes the mission wait for a person, and costs no attempt', async () => {
    let refused = true;
    const agent = ({ role }: FakePrompt): Reply | undefined =>
      role === 'worker' && refused
        ? { do: 'fail', sentence: 'The provider refused the key: no', failure: { kind: 'auth' } }
        : undefined;
    const mission = fakeMission({ plan: plan(4), settings: { 'models.worker': 'acme/large' }, agent });
    const state = await mission.run();
    assert.equal(state.end?.state, 'waiting');
    assert.match(state.end.reason, /The key of acme is refused for the workers/);
    assert.equal(mission.backend.prompts.filter(({ role }) => role === 'worker').length, 4, 'no retry');
    refused = false;
    const again = fakeMission({
      past: mission.records,
      backend: mission.backend,
      clock: mission.clock,
      settings: { 'models.worker': 'acme/large' },
    });
    assert.equal((await again.run()).end?.state, 'sealed');
    assert.deepEqual(new Set(Object.values(attempts(again))), new Set([1]));
  });

  it('goes on when the person says so, without a word to the Commander', async () => {
    let refused = true;
    const mission = fakeMission({
      plan: plan(1),
      whenWaiting: 'stay',
      agent: ({ role }) =>
        role === 'worker' && refused ? { do: 'fail', sentence: 'no', failure: { kind: 'auth' } } : undefined,
    });
    mission.clock.after(10_000, () => {
      refused = false;
      mission.driver.answer('model:', 'Try again');
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.equal(ofType(mission.records, 'commander.decided').length, 1);
  });
});

describe('a turn without a sign of life', () => {
  it('is ended and goes on in its session once, then the attempt is over', async () => {
    let hangs = 3;
    const mission = fakeMission({
      plan: plan(1),
      agent: ({ role }) => (role === 'worker' && (hangs -= 1) >= 0 ? { do: 'hang' } : undefined),
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    const lost = ofType(mission.records, 'turn.lost');
    assert.deepEqual(
      lost.map(({ how, class: failure, next }) => [how, failure, next]),
      [
        ['stalled', 'stall', 'continue'],
        ['stalled', 'stall', 'over'],
        ['stalled', 'stall', 'continue'],
      ],
    );
    assert.deepEqual(attempts(mission), { T1: 2 });
  });

  it('that had ended unheard is read, and nothing is repeated', async () => {
    const mission = fakeMission({
      plan: plan(1),
      agent: ({ role }) => (role === 'worker' ? { do: 'hang' } : undefined),
    });
    mission.clock.after(1_000, () => {
      const session = mission.backend.prompts.find(({ role }) => role === 'worker')?.session;
      const turn = mission.backend.sessions.get(session ?? '')?.turns.at(-1);
      assert.ok(turn);
      // It answers and falls idle, and no event says so.
      Object.assign(turn, { state: 'done', reply: done, answered: true });
      mission.backend.busyNow -= 1;
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.deepEqual(ofType(mission.records, 'turn.lost'), []);
  });
});

describe('a turn that does the same again and again', () => {
  it('is ended after the eighth time and counts as an attempt', async () => {
    let first = true;
    const mission = fakeMission({
      plan: plan(1),
      agent: ({ role, session }) => {
        if (role !== 'worker' || !first) return undefined;
        first = false;
        for (let index = 1; index <= 20; index += 1) {
          mission.clock.after(index * 100, () => {
            const ended = { name: 'edit', call: 'a', outcome: 'b', failed: true, missing: false };
            mission.backend.emit({ type: 'tool', session, callID: `c${String(index)}`, running: false, ended });
          });
        }
        return { do: 'hang' };
      },
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    const [lost] = ofType(mission.records, 'turn.lost');
    assert.deepEqual([lost?.how, lost?.class, lost?.next], ['looped', 'repetition', 'over']);
    assert.equal(lost?.reason, 'It made the same call of edit 8 times in a row, each with the same error.');
    assert.deepEqual(attempts(mission), { T1: 2 });
  });
});

describe('a first sign of life', () => {
  /** The server has stored the worker’s prompt, the stream comes back, and nothing tells yet that anybody is at work on it. */
  function silentAtFirst(signMs: number, back: (mission: FakeMission) => void): FakeMission {
    const mission = fakeMission({ plan: plan(1), latencyMs: ({ role }) => (role === 'worker' ? signMs + 5_000 : 50) });
    const { backend, clock } = mission;
    const busySessions = backend.busySessions.bind(backend);
    const emit = backend.emit.bind(backend);
    const worker = () => backend.prompts.find(({ role }) => role === 'worker')?.session;
    let since = Infinity;
    backend.emit = (signal) => {
      if (signal.type !== 'busy' || signal.session !== worker()) return emit(signal);
      if (since === Infinity) clock.after(1_000, () => back(mission));
      since = Math.min(since, clock.now());
    };
    backend.busySessions = async () => {
      const busy = await busySessions();
      if (clock.now() - since < signMs) busy.delete(worker() ?? '');
      return busy;
    };
    return mission;
  }

  it('may take twenty seconds on a busy machine', async () => {
    const mission = silentAtFirst(20_000, ({ backend }) => backend.emit({ type: 'connected' }));
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.deepEqual(ofType(mission.records, 'turn.lost'), []);
  });

  it('is not waited for when the server that had the prompt is gone', async () => {
    let back = 0;
    const mission = silentAtFirst(20_000, ({ backend, clock }) => {
      back = clock.now();
      backend.crash();
      backend.emit({ type: 'moved' });
      backend.restart();
      backend.emit({ type: 'moved' });
      backend.emit({ type: 'connected' });
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    const lost = mission.records.find(({ fact }) => fact.type === 'turn.lost');
    assert.ok(lost?.fact.type === 'turn.lost' && lost.fact.how === 'interrupted');
    assert.ok(lost.at - back < 5_000, String(lost.at - back));
  });
});
