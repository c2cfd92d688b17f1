import assert from 'node:assert/strict';
import { planAsk } from '../../src/core/mission/state';
import { fileTodo } from '../scenarios/shapes';
import { stateOnDisk } from '../support/e2e';
import { ended, onFolders, untilIn } from '../support/folders';
import type { Scenario } from '../support/model/scenario';

describe('a plan that waits for a person on the real server', function () {
  this.timeout(180_000);

  it('is edited, sent back and approved; the workers get what stands in it then, and none begins before', async () => {
    const todos = ['T1', 'T2', 'T3'].map((id) => fileTodo(id));
    const scenario: Scenario = {
      plan: { summary: 'Three files', todos, check: 'ls out/T1.txt out/T3.txt out/T4.txt' },
    };
    const heard: string[][] = [];
    scenario.commander = (state, turn) => {
      heard.push(state['notes'] as string[]);
      if (turn === 1) return { actions: [{ type: 'plan', brief: 'All of it.' }] };
      if (turn === 2) return { actions: [{ type: 'delegate', ...fileTodo('T4'), after: ['T3'] }] };
      return { actions: [{ type: 'seal', summary: 'Done.' }] };
    };
    await onFolders(scenario, async ({ place, model, folder }) => {
      const here = folder(['planApproval=true']);
      const mission = await here.start('Write the files');
      await untilIn(here, (state) => state?.asks.has(planAsk));
      const taken = await here.edit({
        type: 'change',
        change: { id: 'T1', detail: 'One line, in capitals.', after: ['T2'] },
      });
      assert.deepEqual(taken, { ok: true });
      await untilIn(here, (state) => state?.todos.get('T1')?.after.length === 1);
      const refused = await here.edit({ type: 'change', change: { id: 'T2', after: ['T1'] } });
      assert.deepEqual(refused, {
        ok: false,
        sentence: 'The TODOs would wait for each other in a cycle: T1 → T2 → T1.',
      });
      for (const path of ['../out.txt', '/etc/passwd', '.git/config'])
        assert.equal((await here.edit({ type: 'change', change: { id: 'T2', files: [path] } })).ok, false, path);
      assert.ok((await here.edit({ type: 'cancel', todo: 'T2' })).ok);
      assert.ok((await here.edit({ type: 'move', todo: 'T3', before: 'T1' })).ok);

      await here.reply(planAsk, { type: 'reject', message: 'A fourth file is missing.' });
      await untilIn(here, (state) => state?.todos.has('T4'));
      assert.match(heard.flat().join('\n'), /The plan is sent back: A fourth file is missing\./);
      assert.ok(here.mission?.asks.has(planAsk), 'it still waits');
      assert.equal(model.callsOf({ role: 'worker' }).length, 0, 'nobody has begun');

      await here.reply(planAsk, { type: 'commander', answer: 'Approved.' });
      await ended(here, 'sealed');
      const state = stateOnDisk(place, mission);
      assert.deepEqual([...state.todos.keys()].slice(0, 3), ['T3', 'T1', 'T2']);
      assert.deepEqual(
        [...state.todos.values()].map((todo) => todo.state),
        ['done', 'done', 'cancelled', 'done'],
      );
      assert.equal(model.turnsOf({ role: 'worker', todo: 'T2' }).length, 0);
      assert.match(model.turnsOf({ role: 'worker', todo: 'T1' })[0]?.user ?? '', /One line, in capitals\./);
    });
  });
});
