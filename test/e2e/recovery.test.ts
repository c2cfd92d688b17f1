import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { diamond, wide } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage, serversLeft } from '../support/e2e';
import { opencode, start, type Scratch } from '../support/scratch';

function serverPid(place: Scratch): number {
  const [name] = serversLeft(place);
  const file = path.join(place.base, 'state', 'opencode-orchestrator', 'servers', name ?? '');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
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
