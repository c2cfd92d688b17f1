import assert from 'node:assert/strict';
import { commandMark } from '../../src/background/killTree';
import { processesWith } from '../../src/persistence/markedProcesses';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage, stateOnDisk } from '../support/e2e';
import type { MissionState, Scenario } from '../support/model/scenario';
import { serverPid, waitUntil } from '../support/processes';
import { mission, opencode, run, start } from '../support/scratch';

const task = ['task', 'Do it', '--json', '--opencode', opencode];

interface Told {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  readonly exitCode: number | null;
  readonly tail?: string;
}

/** The background commands as the Commander is told of them. */
function toldOf(state: MissionState): readonly Told[] {
  return state['background'] as readonly Told[];
}

/** One TODO whose worker runs these in the background first. */
function background(...inputs: { command: string; label?: string; timeoutMs?: number }[]): Scenario {
  const write = { write: { file: 'out/T1.txt', content: 'T1\n' } };
  const steps = [...inputs.map((input) => ({ tool: 'run_background', input })), write];
  return scenarioOf([fileTodo('T1')], { todos: { T1: { steps } } });
}

const plans = { summary: 'First a plan.', actions: [{ type: 'plan', brief: 'All of it.' }] };
const seals = { summary: 'Done.', actions: [{ type: 'seal', summary: 'Done.' }] };

describe('background commands on the real server', function () {
  this.timeout(300_000);

  it('a worker’s command runs beside it, its bad end is told to the Commander, and only then it is sealed', async () => {
    const heard: Told[][] = [];
    const scenario = background({ command: 'sleep 6; echo it broke; exit 3', label: 'the long build' });
    scenario.commander = (state, turn) => {
      heard.push([...toldOf(state)]);
      return turn === 1 ? plans : seals;
    };
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Do it');
      const state = assertEnded(place, ran, 0);
      const [ended] = ofType(factsOf(ran), 'command.ended');
      assert.deepEqual([ended?.how, ended?.exitCode, ended?.tail], ['exited', 3, 'it broke\n']);
      assert.ok((state.end?.at ?? 0) >= (state.commands.get(ended?.id ?? '')?.endedAt ?? Infinity));
      assert.deepEqual(
        heard.at(-1)?.map(({ label, state: word, exitCode, tail }) => [label, word, exitCode, tail]),
        [['the long build', 'ended', 3, 'it broke\n']],
      );
      const report = model.callsOf({ role: 'worker', todo: 'T1' }).at(-1);
      assert.match(JSON.stringify(report?.messages), new RegExp(`${ended?.id ?? ''}: the long build is started`));
      const status = await run(place, ['status', '--json']);
      const shown = status.lines[0] as { background: unknown[] };
      assert.deepEqual(shown.background, [{ id: ended?.id, label: 'the long build', state: 'ended', exitCode: 3 }]);
      const told = await run(place, ['report']);
      assert.match(told.stdout, /Background Commands[\s\S]*the long build[\s\S]*exit 3/);
    });
  });

  it('the Commander runs, looks at and ends a command with all that it started', async () => {
    const scenario = scenarioOf([fileTodo('T1')]);
    const line = 'sleep 901 & setsid sleep 902 & echo up; wait';
    scenario.commander = (state, turn) => {
      if (turn === 1) return { ...plans, actions: [...plans.actions, { type: 'run', command: line, label: 'server' }] };
      const [command] = toldOf(state);
      if (command?.state !== 'running') return seals;
      const input = { id: command.id };
      return { ...seals, steps: ['list', 'check', 'kill'].map((what) => ({ tool: `${what}_background`, input })) };
    };
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Do it');
      const state = assertEnded(place, ran, 0);
      const [command] = state.commands.values();
      assert.deepEqual([command?.how, command?.unwanted], ['killed', 'the Commander']);
      const said = JSON.stringify(model.callsOf({ role: 'commander' }).at(-1)?.messages);
      assert.match(said, /running for \d+s: server/);
      assert.match(said, /running for \d+s\\+nup/);
      assert.match(said, /is being ended/);
      assert.deepEqual(await processesWith(`${commandMark}=${command?.id ?? ''}`), []);
    });
  });

  it('obeys the person’s rules for bash: what is denied is not run, what is to be asked is asked', async () => {
    const permission = { bash: { '*': 'allow', 'rm *': 'deny', 'sleep *': 'ask' } };
    const scenario = background({ command: 'cd out; rm -rf x' }, { command: 'sleep 903' });
    await onStage(
      scenario,
      async ({ place, model }) => {
        const ran = await mission(place, 'Do it');
        const state = assertEnded(place, ran, 6);
        assert.match(state.end?.reason ?? '', /bash: sleep 903/);
        assert.equal(state.commands.size, 0);
        const said = JSON.stringify(model.callsOf({ role: 'worker', todo: 'T1' }).at(-1)?.messages);
        assert.match(said, /rule which prevents/);
      },
      { config: { permission } },
    );
  });

  it('a stop ends everything; a driver that dies leaves it to run, and the one that comes after goes on with it', async () => {
    const scenario = background({ command: 'setsid sleep 904 & echo up; sleep 905' });
    scenario.faults = [{ role: 'worker', todo: 'T1', call: 3, hang: true, times: 1 }];
    await onStage(scenario, async ({ place, model }) => {
      const first = start(place, task);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      const marked = () => processesWith(`${commandMark}=`);
      await waitUntil('the command runs', () => model.callsOf({ role: 'worker', todo: 'T1' }).length >= 3);
      for (const begun = Date.now(); (await marked()).length < 3;) assert.ok(Date.now() - begun < 20_000);
      const before = await marked();
      first.child.kill('SIGKILL');
      await first.done;
      const again = start(place, ['resume', '--json', '--opencode', opencode]);
      await waitUntil('the mission is taken up', () => /goes on/.test(again.said()));
      assert.deepEqual(await marked(), before, 'nothing was ended, and nothing begun');
      const stopped = await run(place, ['stop', '--json']);
      assert.equal(stopped.code, 0, stopped.stderr);
      const ran = await again.done;
      const state = assertEnded(place, ran, 3);
      assert.deepEqual(
        [...state.commands.values()].map(({ how }) => how),
        ['killed'],
      );
      assert.deepEqual(await marked(), []);
    });
  });

  it('a stop by somebody else ends what a dead driver left, and a dead server with it leaves no orphan', async () => {
    const scenario = background({ command: 'echo up; sleep 906' });
    scenario.faults = [{ role: 'worker', todo: 'T1', call: 3, hang: true }];
    await onStage(scenario, async ({ place, model }) => {
      const first = start(place, task);
      await waitUntil('the command was ordered', () => model.callsOf({ role: 'worker', todo: 'T1' }).length >= 3);
      const marked = () => processesWith(`${commandMark}=`);
      for (const begun = Date.now(); (await marked()).length < 1;) assert.ok(Date.now() - begun < 20_000);
      process.kill(serverPid(place), 'SIGKILL');
      first.child.kill('SIGKILL');
      await first.done;
      const stopped = await run(place, ['stop', '--json']);
      assert.equal(stopped.code, 0, stopped.stderr);
      const state = stateOnDisk(place, (stopped.lines.at(-1) as { mission: string }).mission);
      assert.deepEqual(
        [...state.commands.values()].map(({ how }) => how),
        ['killed'],
      );
      assert.deepEqual(await marked(), []);
    });
  });
});
