import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diamond, wide } from '../scenarios/shapes';
import { assertEnded, onStage } from '../support/e2e';
import { isAlive, processesWith, serverPid, waitUntil } from '../support/processes';
import { opencode, start, type Scratch } from '../support/scratch';

function journalOf(place: Scratch): string {
  const folder = path.join(place.workspace, '.opencode', 'orchestrator');
  const mission = readdirSync(folder).find((name) => name.startsWith('m-'));
  return path.join(folder, mission ?? '', 'journal.jsonl');
}

describe('stop means stop', function () {
  this.timeout(300_000);

  it('a server that hears nothing any more is ended with its ten agents, and all of them are confirmed', async () => {
    await onStage(wide(10, { todos: { '*': { latencyMs: 60_000 } } }), async ({ place, model }) => {
      const running = start(place, ['task', 'Hear', '--json', '--opencode', opencode]);
      await model.waitFor(() => model.callsOf({ role: 'worker' }).length >= 10, 90_000);
      const server = serverPid(place);
      process.kill(server, 'SIGSTOP');
      running.child.kill('SIGINT');
      const state = assertEnded(place, await running.done, 3);
      assert.match(state.end?.reason ?? '', /\((\d+) of \1 confirmed\)$/);
      assert.equal(isAlive(server), false);
    });
  });

  // The shells of agents are found by their environment: by /proc here, by ps on macOS; Windows ends the tree itself.
  if (process.platform !== 'win32') {
    it('what an agent left running in its shell is gone when its server was killed, and the mission goes on', async () => {
      const command = 'sleep 98.7654';
      const scenario = diamond({ todos: { T2: { steps: [{ bash: command }] } } });
      await onStage(scenario, async ({ place, model }) => {
        const running = start(place, ['task', 'Tidy', '--json', '--opencode', opencode]);
        await waitUntil('the shell runs', () => processesWith(command).length > 0, 90_000);
        model.play(diamond());
        process.kill(serverPid(place), 'SIGKILL');
        await waitUntil('the shell is gone', () => processesWith(command).length === 0, 20_000);
        assertEnded(place, await running.done, 0);
      });
    });
  }

  if (process.platform === 'linux') {
    it('a full disk pauses the mission: nobody is prompted without a record, and it goes on when there is room', async () => {
      await onStage(diamond({ latencyMs: 1_000 }), async ({ place, model }) => {
        const running = start(place, ['task', 'Fill', '--json', '--opencode', opencode]);
        await model.waitForCall({ role: 'worker', todo: 'T1' }, 90_000);
        const { pid = 0 } = running.child;
        const room = (bytes: string) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
        room(String(statSync(journalOf(place)).size));
        await waitUntil('it is said', () => /Writing the journal failed/.test(running.said()));
        await sleep(3_000);
        assert.equal(model.callsOf({ role: 'reviewer' }).length, 0);
        assert.ok(existsSync(journalOf(place)));
        room('unlimited');
        const state = assertEnded(place, await running.done, 0);
        assert.deepEqual(
          [...state.todos.values()].map(({ attempts }) => attempts),
          [1, 1, 1, 1],
        );
      });
    });
  }
});
