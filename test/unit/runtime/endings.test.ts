import assert from 'node:assert/strict';
import { ofType } from '../../support/e2e';
import { fakeMission, todos } from '../../support/fakeMission';

const plan = todos({ T1: [] });

describe('the end of a mission', () => {
  it('is not waited for by an ask of an agent whose turn is over, though the server still tells it', async () => {
    const mission = fakeMission({ plan, whenWaiting: 'stay' });
    mission.clock.after(450, () => {
      const [session = ''] = [...mission.driver.state.sessions].find(([, { role }]) => role === 'planner') ?? [];
      assert.ok(![...mission.driver.state.turns.values()].some((turn) => turn.session === session));
      mission.backend.emit({ type: 'asked', session, ask: 'per_1', kind: 'permission', title: 'bash: make' });
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.deepEqual(ofType(mission.records, 'ask.opened'), []);
  });

  it('that a full disk does not take is left to the next window by one that closes, without an error', async () => {
    const full = Object.assign(new Error('The disk is full.'), { kind: 'io' });
    let refused = 0;
    const mission = fakeMission({
      plan,
      refuses: () => (mission.driver.state.end ? ((refused += 1), full) : undefined),
    });
    mission.clock.after(60_000, () => void mission.driver.detach());
    await mission.run();
    assert.ok(refused > 0);
    const { files, clock, backend } = mission;
    const next = fakeMission({ past: mission.records, adopted: true, files, clock, backend });
    assert.equal((await next.run()).end?.state, 'sealed');
  });
});
