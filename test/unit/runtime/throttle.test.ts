import assert from 'node:assert/strict';
import { ofType } from '../../support/e2e';
import type { FakePrompt, Reply } from '../../support/fakeBackend';
import { fakeMission, goodAgents, todos, type FakeMission } from '../../support/fakeMission';

const workMs = 10_000;
const waitMs = 2_000;

interface Crowd {
  readonly mission: FakeMission;
  /** How many of the provider’s answers were refusals. */
  readonly seen: { refusals: number };
}

/** A provider that takes so many requests at once, and asks the others to come again. */
function crowd(count: number, capacity: (ms: number) => number, says = 'Too Many Requests'): Crowd {
  const plan = todos(Object.fromEntries(Array.from({ length: count }, (_, at) => [`T${String(at + 1)}`, []])));
  const good = goodAgents(plan);
  let ends: number[] = [];
  let begun: number | undefined;
  const seen = { refusals: 0 };
  const agent = (prompt: FakePrompt): Reply => {
    const now = mission.clock.now();
    ends = ends.filter((end) => end > now);
    begun ??= now;
    const refused = ends.length >= capacity(now - begun);
    ends.push(now + workMs + (refused ? waitMs : 0));
    if (!refused) return good(prompt);
    seen.refusals += 1;
    return { do: 'retry', inMs: waitMs, attempt: 1, says, then: good(prompt) };
  };
  const mission = fakeMission({ plan, agent, latencyMs: () => workMs });
  return { mission, seen };
}

describe('a provider that has too much to do', () => {
  it('gets fewer turns at once, then more again, and everything is done', async () => {
    const { mission, seen } = crowd(300, () => 20);
    const { end } = await mission.run();
    assert.equal(end?.state, 'sealed');
    const slowed = ofType(mission.records, 'model.slowed');
    assert.ok(slowed.length > 1, 'it was slowed again when it had risen too far');
    assert.equal(slowed[0]?.most, 25, 'half of fifty');
    assert.ok(
      slowed.every(({ most }) => most >= 8 && most <= 25),
      slowed.map(({ most }) => most).join(),
    );
    const unheeded = crowd(300, () => 20, 'Internal server error');
    await unheeded.mission.run();
    const refusals = [seen.refusals, unheeded.seen.refusals] as const;
    assert.ok(refusals[0] < refusals[1] / 2, `${refusals.join(' of ')} refusals`);
    assert.equal(ofType(mission.records, 'turn.lost').length, 0, 'no turn is lost over it');
  });

  it('is at its limit again when it has room', async () => {
    const { mission } = crowd(600, (ms) => (ms < 30_000 ? 20 : 100));
    const { end, throttles } = await mission.run();
    assert.equal(end?.state, 'sealed');
    assert.ok(ofType(mission.records, 'model.slowed').length > 0);
    assert.equal(throttles.size, 0, 'it may have all places again');
  });

  it('is not slowed for an error that has nothing to do with how much it is asked', async () => {
    const { mission } = crowd(60, () => 20, 'Internal server error');
    await mission.run();
    assert.deepEqual(ofType(mission.records, 'model.slowed'), []);
  });
});
