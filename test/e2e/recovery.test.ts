import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { diamond, wide } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage, stateOnDisk } from '../support/e2e';
import { processesWith, serverPid, waitUntil } from '../support/processes';
import { opencode, run, start, type Scratch } from '../support/scratch';

function missionsOf({ workspace }: Scratch): string[] {
  return readdirSync(path.join(workspace, '.opencode', 'orchestrator')).filter((name) => name.startsWith('m-'));
}

describe('the server dies', function () {
  this.timeout(300_000);

  it('is started again; interrupted turns go on in the same session and attempt, finished ones stay finished', async () => {
    await onStage(diamond({ latencyMs: 400, todos: { T2: { latencyMs: 2_500 } } }), async ({ place, model }) => {
      const running = start(place, ['task', 'Survive', '--json', '--opencode', opencode]);
      await model.waitForCall({ role: 'worker', todo: 'T2' }, 60_000);
      process.kill(serverPid(place), 'SIGKILL');
      const ran = await running.done;
      const state = assertEnded(place, ran, 0);
      assert.ok(
        ofType(factsOf(ran), 'turn.lost').every((fact) => fact.how === 'interrupted' && fact.next === 'continue'),
      );
      assert.ok(ofType(factsOf(ran), 'turn.lost').length >= 1);
      assert.equal(model.turnsOf({ role: 'worker', todo: 'T1' }).length, 1);
      assert.equal(new Set(model.callsOf({ role: 'worker', todo: 'T2' }).map((call) => call.session)).size, 1);
      assert.equal(state.todos.get('T2')?.attempts, 1);
    });
  });

  it('and its host with it: what answered while nobody listened counts when the mission is stopped, and is not done again', async () => {
    await onStage(diamond({ todos: { T1: { latencyMs: 3_000 } } }), async ({ place, model }) => {
      const running = start(place, ['task', 'Survive', '--json', '--opencode', opencode]);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 90_000);
      running.child.kill('SIGKILL');
      await running.done;
      // Its report: then the server has that, and nobody else.
      await model.waitForCall({ role: 'worker', todo: 'T1', outcome: 'answer' }, 60_000);
      assert.equal((await run(place, ['stop'])).code, 0);
      const mission = missionsOf(place)[0] ?? '';
      assert.equal(stateOnDisk(place, mission).todos.get('T1')?.state, 'reviewing');
      const ran = await run(place, ['resume', '--json', '--opencode', opencode]);
      assertEnded(place, ran, 0);
      assert.equal(model.turnsOf({ role: 'worker', todo: 'T1' }).length, 1);
    });
  });

  it('and its host with it: a shell that both left behind is ended by whoever comes', async () => {
    const command = 'sleep 97.531';
    await onStage(diamond({ todos: { T1: { steps: [{ bash: command }] } } }), async ({ place, model }) => {
      const running = start(place, ['task', 'Survive', '--json', '--opencode', opencode]);
      await waitUntil('the shell runs', () => processesWith(command).length > 0);
      const server = serverPid(place);
      running.child.kill('SIGKILL');
      process.kill(server, 'SIGKILL');
      await running.done;
      model.play(diamond());
      assertEnded(place, await run(place, ['resume', '--json', '--opencode', opencode]), 0);
      assert.deepEqual(processesWith(command), []);
    });
  });

  it('also with twenty workers at work', async () => {
    await onStage(wide(20, { latencyMs: 3_000 }), async ({ place, model }) => {
      const running = start(place, ['task', 'Survive', '--json', '--opencode', opencode]);
      await model.waitFor(() => model.callsOf({ role: 'worker' }).length >= 20, 60_000);
      process.kill(serverPid(place), 'SIGKILL');
      const state = assertEnded(place, await running.done, 0);
      for (const todo of state.todos.values()) assert.equal(todo.attempts, 1, todo.id);
    });
  });
});
