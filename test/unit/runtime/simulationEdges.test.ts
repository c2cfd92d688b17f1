import assert from 'node:assert/strict';
import { factSchema } from '../../../src/core/mission/facts';
import { unreachable, type BackendCall } from '../../support/fakeBackend';
import { answer, fakeMission, pass, todos, type FakeMission, type FakeOptions } from '../../support/fakeMission';

const plan = todos({ T1: [] });
const done = answer({ status: 'done', summary: 'did it', files: [] });

/** Stops the mission after so many milliseconds; the returned function says how long the stop took. */
function stopAfter(mission: FakeMission, ms: number): () => number {
  mission.clock.after(ms, () => {
    mission.driver.stop('a test');
  });
  const started = mission.clock.now() + ms;
  return () => mission.clock.now() - started;
}

function endOf(mission: FakeMission) {
  const last = mission.records.at(-1)?.fact;
  assert.equal(last?.type, 'mission.ended');
  return last;
}

describe('edges of a mission', () => {
  describe('an agent that answers and never ends its step', () => {
    const stuck = (options: Partial<FakeOptions> = {}) =>
      fakeMission({
        plan,
        agent: ({ role }) => (role === 'worker' ? { ...done, closing: 'hang' } : undefined),
        ...options,
      });

    it('does not keep a stop from coming to its end', async () => {
      const mission = stuck({
        agent: ({ role }) => (role === 'reviewer' ? { ...pass(''), closing: 'hang' } : undefined),
      });
      const took = stopAfter(mission, 2_000);
      await mission.run();
      assert.equal(endOf(mission).state, 'stopped');
      assert.ok(took() <= 15_000, `the stop took ${String(took())} ms`);
      assert.equal(mission.backend.busyNow, 0);
    });

    it('does not keep the mission from its seal for longer than a silence may last', async () => {
      const mission = stuck({ settings: { 'limits.stallMinutes': 2 } });
      const started = mission.clock.now();
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed');
      assert.ok(mission.clock.now() - started <= 3 * 60_000, `${String(mission.clock.now() - started)} ms`);
    });
  });

  it('says of a stop on a dead server that nothing is confirmed, and ends all the same', async () => {
    for (const closing of [undefined, 60_000]) {
      const mission = fakeMission({
        plan,
        agent: ({ role }) =>
          role !== 'worker' ? undefined : closing === undefined ? { do: 'hang' } : { ...done, closing },
      });
      mission.clock.after(250, () => {
        mission.backend.crash();
      });
      const took = stopAfter(mission, 5_000);
      await mission.run();
      const end = endOf(mission);
      assert.equal(end.state, 'stopped');
      assert.ok(took() <= 40_000, `the stop took ${String(took())} ms`);
      assert.equal(end.confirmed, 0, end.reason);
    }
  });

  it('hears an agent that falls idle before the call that prompted it has returned', async () => {
    const slow = new Map<BackendCall, number>([['prompt', 3_000]]);
    const mission = fakeMission({
      plan,
      faults: { call: (call) => slow.get(call) },
      agent: ({ role, order }) => (role === 'worker' && order.attempt === 1 ? { do: 'silent' } : undefined),
    });
    const started = mission.clock.now();
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.ok(mission.clock.now() - started < 60_000, 'it was found only when it had been silent for too long');
  });

  it('reads a turn again when the reading failed, though the agent is idle for long', async () => {
    for (const call of ['readTurn', 'busySessions', 'readRuns'] as const) {
      let failures = 0;
      const mission = fakeMission({
        plan,
        faults: { call: (name) => (name === call && (failures += 1) <= 2 ? unreachable() : undefined) },
      });
      const started = mission.clock.now();
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed', call);
      assert.ok(mission.clock.now() - started < 60_000, call);
    }
  });

  it('prompts nobody before the order is on disk, though the stream is there before', async () => {
    let appends = 0;
    const mission = fakeMission({ plan, journalMs: () => ((appends += 1) === 1 ? 500 : 0) });
    const started = mission.clock.now();
    let first: number | undefined;
    const send = mission.backend.prompt.bind(mission.backend);
    mission.backend.prompt = (order) => {
      first ??= mission.clock.now() - started;
      return send(order);
    };
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(first, 500);
    assert.deepEqual(mission.backend.violations, []);
  });

  it('does not ask the backend without end while the disk takes its time', async () => {
    let appends = 0;
    const mission = fakeMission({ plan, journalMs: () => ((appends += 1) === 6 ? 120_000 : 0) });
    await mission.run().catch(() => undefined);
    assert.deepEqual(mission.backend.violations, []);
    assert.equal(endOf(mission).state, 'sealed');
  });

  it('gives the Commander a note that comes during the mission review, before anything is sealed', async () => {
    const mission = fakeMission({
      plan,
      agent: ({ role, order, text }) => {
        if (role === 'reviewer' && order.todo === undefined) mission.driver.note('in French, please');
        if (role !== 'commander' || !text.includes('in French')) return undefined;
        return answer({ summary: 'it is', actions: [{ type: 'seal', summary: 'in French already' }] });
      },
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    const told = mission.backend.prompts.filter((prompt) => prompt.text.includes('in French, please'));
    assert.ok(told.length > 0, 'the note was never delivered');
  });

  it('forgets the permission that a lost turn asked for: the mission goes on with the next attempt', async () => {
    const mission = fakeMission({
      plan,
      whenWaiting: 'stay',
      settings: { 'limits.sessionMinutes': 1 },
      agent: ({ role, order }) =>
        role === 'worker' && order.attempt === 1 ? { do: 'ask', title: 'bash: rm -rf build' } : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(state.asks.size, 0);
  });

  it('writes only what it can read again, though a provider counts tokens below nothing', async () => {
    const mission = fakeMission({ plan });
    const read = mission.backend.readTurn.bind(mission.backend);
    mission.backend.readTurn = async (session, message) => ({
      ...(await read(session, message)),
      tokens: -7,
      cost: -0.1,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    for (const { fact } of mission.records) assert.ok(factSchema.safeParse(fact).success, JSON.stringify(fact));
  });

  it('begins with the whole prompt in a session that a stop had left empty', async () => {
    const mission = fakeMission({ plan, faults: { call: (call) => (call === 'openSession' ? 500 : undefined) } });
    stopAfter(mission, 1_400); // the worker’s session is being opened
    await mission.run();
    assert.equal(endOf(mission).state, 'stopped');
    const empty = [...mission.backend.sessions.values()].filter((session) => session.turns.length === 0);
    assert.deepEqual(
      empty.map((session) => session.order.role),
      ['worker'],
    );
    const again = fakeMission({ plan, past: mission.records, backend: mission.backend, clock: mission.clock });
    const state = await again.run();
    assert.equal(state.end?.state, 'sealed');
    assert.deepEqual(
      empty.map((session) => session.turns.length),
      [1],
    );
    const first = mission.backend.prompts.filter((prompt) => prompt.role === 'worker' && prompt.nth === 1);
    for (const prompt of first) assert.match(prompt.text, /Details of T1/);
  });
});
