import assert from 'node:assert/strict';
import { fold } from '../../../src/core/mission/reduce';
import { answer, diamond, fakeMission, HostKilled, todos, type FakeMission } from '../../support/fakeMission';
import { ofType } from '../../support/e2e';

const report = { status: 'done', summary: 'did it', files: [] };

function pause(mission: FakeMission, ms: number): Promise<unknown> {
  return mission.clock.until(new Promise<void>((resolve) => mission.clock.after(ms, resolve)));
}

describe('steering a mission that runs', () => {
  it('paused on the command line it ends waiting when its turns are over, and a resume goes on', async () => {
    const mission = fakeMission({ plan: todos(diamond) });
    mission.clock.after(250, () => {
      mission.driver.pause('a person');
      mission.driver.pause('somebody else');
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'waiting');
    assert.match(state.end.reason, /paused by a person/);
    assert.equal(ofType(mission.records, 'mission.paused').length, 1);
    assert.equal(mission.backend.busyNow, 0);
    const again = fakeMission({ past: mission.records, backend: mission.backend, clock: mission.clock });
    assert.equal((await again.run()).end?.state, 'sealed');
  });

  it('stays paused where somebody is there to unpause it', async () => {
    const mission = fakeMission({ plan: todos(diamond), whenWaiting: 'stay' });
    let prompts = 0;
    mission.clock.after(250, () => {
      mission.driver.pause('a person');
    });
    mission.clock.after(5_000, () => (prompts = mission.backend.prompts.length));
    mission.clock.after(60_000, () => {
      assert.equal(mission.backend.prompts.length, prompts);
      mission.driver.unpause('a person');
    });
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.ok(mission.backend.prompts.length > prompts);
  });

  it('lets go: the run is over without an end, nothing follows, and everything written is whole', async () => {
    const mission = fakeMission({ plan: todos(diamond), journalMs: () => 5 });
    let detached: Promise<void> | undefined;
    mission.clock.after(420, () => {
      detached = mission.driver.detach();
    });
    const state = await mission.run();
    await detached;
    assert.equal(state.end, undefined);
    assert.deepEqual(fold(mission.records), state);
    const { length } = mission.backend.prompts;
    const records = mission.records.length;
    mission.driver.note('nobody hears this');
    await pause(mission, 5_000);
    assert.deepEqual([mission.backend.prompts.length, mission.records.length], [length, records]);
  });

  it('an ask that was answered while the stream was away is closed when the open ones are read', async () => {
    const mission = fakeMission({
      plan: todos({ T1: [], T2: [] }),
      whenWaiting: 'stay',
      agent: ({ role, order }) =>
        role === 'worker' ? { do: 'ask', title: `bash: ${order.todo ?? ''}`, then: answer(report) } : undefined,
    });
    mission.clock.after(1_000, () => {
      const [first, second] = [...mission.backend.openAsks.keys()];
      assert.ok(first && second);
      const one = mission.backend.openAsks.get(first);
      mission.backend.openAsks.delete(first); // answered elsewhere, and nobody told us
      mission.backend.connect();
      mission.clock.after(100, () => {
        assert.deepEqual([...mission.driver.state.asks.keys()], [second]);
        if (one) mission.backend.openAsks.set(first, one);
        void mission.backend.replyPermission(first, 'once');
        void mission.backend.replyPermission(second, 'once');
      });
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.deepEqual(
      ofType(mission.records, 'ask.closed').map((fact) => fact.reply),
      ['answered elsewhere', 'once'],
    );
  });

  it('a turn that was prompted and ended before its session was on record is read soon, not when it counts as stalled', async () => {
    const dead = fakeMission({ plan: todos(diamond), killAt: { seq: 2, when: 'next' } });
    await assert.rejects(dead.run(), HostKilled);
    await pause(dead, 30_000);
    assert.equal(dead.backend.prompts.length, 1, 'the Commander was prompted and has answered');
    const { clock, backend, files } = dead;
    const next = fakeMission({ plan: todos(diamond), past: [...dead.records], clock, backend, files });
    const begun = clock.now();
    assert.equal((await next.run()).end?.state, 'sealed');
    assert.ok(clock.now() - begun < 30_000, `${String(clock.now() - begun)} ms`);
  });
});
