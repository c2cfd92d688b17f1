import assert from 'node:assert/strict';
import { fold } from '../../../src/core/mission/reduce';
import { answer, fakeMission, todos } from '../../support/fakeMission';

const secret = `ghp_${'aZ3kQ9xLm2Bv7TnR4cWy'.repeat(2).slice(0, 36)}`;

describe('the journal of a mission whose agents tell secrets', () => {
  it('has none of them, and neither has the state, which stays its fold', async () => {
    const plan = todos({ T1: [] });
    const mission = fakeMission({
      plan: { ...plan, summary: `The key is ${secret}.` },
      agent: ({ role }) =>
        role === 'worker' ? answer({ status: 'done', summary: `Used ${secret}`, files: [] }) : undefined,
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.ok(!JSON.stringify(mission.records).includes(secret));
    assert.ok(JSON.stringify(mission.records).includes('The key is •••.'));
    assert.equal(state.todos.get('T1')?.summary, 'Used •••');
    assert.deepEqual(fold(mission.records), state);
    for (const text of mission.files.values()) assert.ok(!text.includes(secret));
  });
});
