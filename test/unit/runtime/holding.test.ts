import assert from 'node:assert/strict';
import { phase } from '../../../src/core/mission/select';
import { diamond, fakeMission, todos, type FakeMission } from '../../support/fakeMission';
import { ofType } from '../../support/e2e';

const full = Object.assign(new Error('Writing the journal failed: the disk is full.'), { kind: 'io' });
const wide = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`T${String(index + 1)}`, []]));

/** Says that a session’s turn has used so much already, while it runs. */
function use(mission: FakeMission, session: string, tokens: number, cost = 0): void {
  mission.backend.emit({ type: 'usage', session, message: 'msg_z', tokens, cost });
}

describe('a disk that is full', () => {
  it('pauses the mission, is said once, and the mission goes on by itself when there is room', async () => {
    let isFull = false;
    const told: (string | undefined)[] = [];
    const mission = fakeMission({
      plan: todos(diamond),
      refuses: () => (isFull ? full : undefined),
      watcher: { held: (trouble) => told.push(trouble) },
    });
    let before = 0;
    mission.clock.after(330, () => (isFull = true));
    mission.clock.after(5_000, () => (before = mission.backend.prompts.length));
    mission.clock.after(60_000, () => {
      assert.equal(mission.backend.prompts.length, before, 'nobody was prompted without a record');
      isFull = false;
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.deepEqual(told, [full.message, undefined]);
    assert.equal(mission.log.filter((line) => line.includes('the disk is full')).length, 1);
    assert.equal(mission.backend.prompts.length, new Set(mission.backend.prompts.map(({ message }) => message)).size);
  });

  it('does not keep a stop from stopping every agent; the mission goes on later from what is on disk', async () => {
    let isFull = false;
    const mission = fakeMission({
      plan: todos(wide),
      refuses: () => (isFull ? full : undefined),
      latencyMs: ({ role }) => (role === 'worker' ? 60_000 : 100),
    });
    mission.clock.after(2_000, () => {
      assert.equal(mission.backend.busyNow, 8);
      isFull = true;
      mission.driver.stop('a person');
    });
    await assert.rejects(
      mission.run(),
      /^Error: Every agent is stopped, but .* the disk is full\. Make room, then resume\.$/,
    );
    assert.equal(mission.backend.busyNow, 0);
    const again = fakeMission({ past: mission.records, backend: mission.backend, clock: mission.clock });
    assert.equal((await again.run()).end?.state, 'sealed');
  });

  it('is nothing to wait for when another process drives', async () => {
    const fenced = Object.assign(new Error('Another process drives this mission now.'), { kind: 'fenced' });
    let isFenced = false;
    const mission = fakeMission({ plan: todos(diamond), refuses: () => (isFenced ? fenced : undefined) });
    mission.clock.after(330, () => (isFenced = true));
    await assert.rejects(mission.run(), /Another process drives/);
  });
});

describe('a server that does not hear a stop', () => {
  for (const isOurs of [true, false]) {
    it(isOurs ? 'is ended, and with it every agent' : 'is left alone when it is somebody else’s', async () => {
      let ended = 0;
      const mission = fakeMission({
        plan: todos(wide),
        latencyMs: ({ role }) => (role === 'worker' ? 600_000 : 100),
        endServer: () => {
          ended += 1;
          return Promise.resolve(isOurs);
        },
      });
      let asked = 0;
      mission.clock.after(2_000, () => {
        mission.backend.abort = () => Promise.resolve();
        asked = mission.clock.now();
        mission.driver.stop('a person');
      });
      const { end, sessions } = await mission.run();
      assert.equal(end?.state, 'stopped');
      assert.equal(ended, 1);
      assert.equal(end.confirmed, isOurs ? sessions.size : sessions.size - 8);
      if (isOurs) assert.ok(end.at - asked < 10_000, `confirmed after ${String(end.at - asked)} ms`);
    });
  }
});

describe('a budget', () => {
  it('is said when four fifths of it are used, once', async () => {
    const mission = fakeMission({ plan: todos(diamond), settings: { 'budget.tokens': 700 } });
    const state = await mission.run();
    assert.equal(state.end?.state, 'exhausted');
    const neared = ofType(mission.records, 'limit.neared');
    assert.deepEqual(
      neared.map(({ limit, of }) => [limit, of]),
      [['budget.tokens', 700]],
    );
    assert.ok(neared.every(({ used, of }) => used >= 0.8 * of && used < of));
  });

  it('counts what turns in flight use: nobody is prompted any more once it is used up', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [], T2: [], T3: ['T2'] }),
      settings: { 'budget.usd': 1 },
      latencyMs: ({ role, opening }) => (role === 'worker' ? (opening.includes('T1') ? 30_000 : 5_000) : 100),
    });
    mission.clock.after(3_000, () => {
      const turn = [...mission.driver.state.turns.values()].find(({ todo }) => todo === 'T1');
      use(mission, turn?.session ?? '', 10, 1.05);
    });
    const { end, cost } = await mission.run();
    // The turn’s own record has a small bill: what was told meanwhile is not added to it.
    assert.equal(end?.state, 'sealed');
    assert.ok(cost < 1);
    const at = (type: 'worker.reported' | 'turn.ordered', todo: string) =>
      ofType(mission.records, type).find((fact) => fact.todo === todo && (!('role' in fact) || fact.role === 'worker'));
    const seqOf = (fact: unknown) => mission.records.find((record) => record.fact === fact)?.seq ?? 0;
    assert.ok(seqOf(at('turn.ordered', 'T3')) > seqOf(at('worker.reported', 'T1')), 'T3 waited for what T1 costs');
    assert.ok(seqOf(at('worker.reported', 'T2')) < seqOf(at('worker.reported', 'T1')), 'and was ready before');
  });

  it('is never overdrawn by more than a tenth and what runs: a runaway turn is set down, and goes on after a raise', async () => {
    const settings = { 'budget.usd': 1 };
    const slow = ({ role }: { role: string }) => (role === 'worker' ? 300_000 : 100);
    const mission = fakeMission({ plan: todos({ T1: [] }), settings, latencyMs: slow });
    let overdrawn = 0;
    mission.clock.after(5_000, () => {
      const [turn] = mission.driver.state.turns.values();
      use(mission, turn?.session ?? '', 10, 1.2);
      mission.backend.bill = { tokens: 10, cost: 1.2 };
      overdrawn = mission.clock.now();
    });
    const { end, todos: left } = await mission.run();
    assert.ok((end?.at ?? Infinity) - overdrawn < 5_000);
    assert.equal(end?.state, 'exhausted');
    assert.equal(left.get('T1')?.tries, 1);
    mission.backend.bill = { tokens: 10, cost: 0 };
    const again = fakeMission({
      ...{ past: mission.records, backend: mission.backend, clock: mission.clock },
      settings: { 'budget.usd': 5 },
    });
    const sealed = await again.run();
    assert.equal(sealed.end?.state, 'sealed', sealed.end?.reason);
    assert.deepEqual([sealed.todos.get('T1')?.tries, sealed.todos.get('T1')?.attempts], [1, 1], 'it cost no attempt');
  });

  it('used up ends the mission exhausted, and a raised one goes on', async () => {
    const mission = fakeMission({ plan: todos(diamond), settings: { 'budget.tokens': 350 } });
    const state = await mission.run();
    assert.equal(phase(state), 'exhausted');
    const again = fakeMission({ past: mission.records, backend: mission.backend, clock: mission.clock });
    assert.equal((await again.run()).end?.state, 'sealed');
  });
});

describe('a clock that jumps', () => {
  const day = 86_400_000;
  for (const [what, ms] of [
    ['a night’s sleep', day],
    ['an hour forth', 3_600_000],
    ['an hour back', -3_600_000],
    ['ten frozen minutes', 600_000],
  ] as const) {
    it(`does no harm: ${what} loses no turn, repeats none and uses up no budget`, async () => {
      let off = 0;
      const mission = fakeMission({
        plan: todos(wide),
        latencyMs: ({ role }) => (role === 'worker' ? 20_000 : 100),
        settings: { 'limits.stallMinutes': 5, 'limits.sessionMinutes': 10, 'budget.minutes': 10 },
        clockOffMs: () => off,
      });
      mission.clock.after(8_000, () => {
        assert.equal(mission.backend.busyNow, 8);
        off = ms;
      });
      const { end, todos: all } = await mission.run();
      assert.equal(end?.state, 'sealed');
      assert.equal(ofType(mission.records, 'turn.lost').length, 0);
      assert.ok([...all.values()].every(({ attempts }) => attempts === 1));
      assert.equal(ofType(mission.records, 'clock.jumped').length, 1);
    });
  }
});
