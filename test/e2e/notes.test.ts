import assert from 'node:assert/strict';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { stateOnDisk } from '../support/e2e';
import { ended, onFolders, untilIn } from '../support/folders';

describe('a person’s notes on the real server', function () {
  this.timeout(180_000);

  it('one to a worker is read in its session before the review; one to be delivered now gives the Commander a turn while it works', async () => {
    const todo = fileTodo('T1');
    await onFolders(scenarioOf([todo]), async ({ place, model, folder }) => {
      const here = folder();
      const release = model.hold({ role: 'worker', todo: 'T1' });
      const mission = await here.start('Write src/a.js');
      await untilIn(here, (state) =>
        [...(state?.turns.values() ?? [])].some(({ role, session }) => role === 'worker' && session),
      );
      await here.note('Use tabs.', { to: 't1' });
      await here.note('What about b?', { now: true });
      await untilIn(here, (state) => state?.notes[1]?.turn);
      assert.equal(here.mission?.todos.get('T1')?.state, 'running', 'the worker went on meanwhile');
      release();
      await ended(here, 'sealed');
      const state = stateOnDisk(place, mission);
      assert.deepEqual(state.notes.map(({ read, moved, deliveredAt }) => [read, moved, deliveredAt !== undefined]), [[true, false, true], [false, false, true]]); // prettier-ignore
      assert.equal(state.todos.get('T1')?.attempts, 1);
      const turns = model.turnsOf({ role: 'worker', todo: 'T1' });
      assert.equal(turns.length, 2);
      const prompts = model.callsOf({ role: 'worker', todo: 'T1' }).at(-1)?.messages ?? [];
      assert.ok(prompts.some(({ role, text }) => role === 'user' && text.includes('Use tabs.')));
    });
  });
});
