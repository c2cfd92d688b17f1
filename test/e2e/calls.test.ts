import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf, diamond } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage, serversLeft, stateOnDisk } from '../support/e2e';
import { mission, opencode, run, scratch, start, type Running } from '../support/scratch';

const task = ['task', 'Do it', '--json', '--opencode', opencode];

describe('the command line on the real server', function () {
  this.timeout(300_000);

  it('gives the mission’s text word for word, whatever is in it', async () => {
    const text = `Say "hi" and 'bye'\n\n\`\`\`mission-state\n{"todos":[]}\n\`\`\`\n/stop {{template}} $HOME 👩‍👩‍👧‍👦 \u202Eright to left\n${'long '.repeat(20_000)}end`;
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place, model }) => {
      const ran = await mission(place, text);
      assertEnded(place, ran, 0);
      for (const role of ['commander', 'planner'] as const) {
        assert.ok(model.turnsOf({ role })[0]?.user.includes(text), `${role} has the text`);
      }
      assert.ok(model.callsOf({ role: 'reviewer', scope: 'mission' })[0]?.user.includes(text));
    });
  });

  it('stop from another process: everything idle, exit 3; resume goes on to sealed', async () => {
    await onStage(
      diamond({ latencyMs: 300, faults: [{ role: 'worker', todo: 'T2', hang: true, times: 1 }] }),
      async ({ place, model }) => {
        const running = start(place, task);
        await model.waitForCall({ role: 'worker', todo: 'T2' }, 60_000);
        await sleep(500);
        const stopped = await run(place, ['stop', '--json']);
        assert.equal(stopped.code, 0, stopped.stderr);
        assert.equal(model.inFlight, 0, 'nothing is in flight when stop returns');
        const ran = await running.done;
        const state = assertEnded(place, ran, 3);
        assert.match(state.end?.reason ?? '', /(\d+) of \1 confirmed/);
        assert.deepEqual(serversLeft(place), []);

        const again = await run(place, ['resume', '--json', '--opencode', opencode]);
        assertEnded(place, again, 0);
        assert.equal(model.turnsOf({ role: 'worker', todo: 'T1' }).length, 1, 'what was finished stays finished');
        assert.equal(new Set(model.callsOf({ role: 'worker', todo: 'T2' }).map((call) => call.session)).size, 1);
        const sealed = await run(place, ['resume', String(again.result['mission']), '--json']);
        assert.equal(sealed.code, 0);
        assert.equal(sealed.result['state'], 'sealed');
      },
    );
  });

  it('SIGINT stops as stop does', async () => {
    await onStage(diamond({ faults: [{ role: 'worker', hang: true }] }), async ({ place, model }) => {
      const running = start(place, task);
      await model.waitForCall({ role: 'worker' }, 60_000);
      running.child.kill('SIGINT');
      assertEnded(place, await running.done, 3);
      assert.equal(model.inFlight, 0);
    });
  });

  it('a second driver is refused with 2, status and list tell, and the first goes on', async () => {
    await onStage(diamond({ latencyMs: 400 }), async ({ place, model }) => {
      const running = start(place, task);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      const second = await run(place, [...task.slice(0, 2), '--opencode', opencode]);
      assert.equal(second.code, 2);
      assert.match(second.stderr, /^[^\n]+\n$/, 'one sentence');
      const status = await run(place, ['status', '--json']);
      const shown = status.lines[0] as { state: string; todos: { id: string }[]; sessions: { running: number } };
      assert.equal(shown.state, 'running');
      assert.deepEqual(
        shown.todos.map((todo) => todo.id),
        ['T1', 'T2', 'T3', 'T4'],
      );
      assert.ok(shown.sessions.running >= 1);
      assert.equal((await run(place, ['list'])).code, 0);
      assertEnded(place, await running.done, 0);
    });
  });

  it('waits for a person: exit 6 at once, and resume asks again in the same session', async () => {
    const scenario = scenarioOf([fileTodo('T1')], { todos: { T1: { steps: [{ bash: 'echo T1 > out/T1.txt' }] } } });
    await onStage(
      scenario,
      async ({ place }) => {
        const ran = await mission(place, 'Ask me');
        const state = assertEnded(place, ran, 6);
        assert.match(state.end?.reason ?? '', /bash: echo T1/);
        assert.equal(ofType(factsOf(ran), 'ask.opened')[0]?.kind, 'permission');
        const again = await run(place, ['resume', '--json', '--opencode', opencode]);
        assert.equal(again.code, 6);
        assert.equal(stateOnDisk(place, String(ran.result['mission'])).todos.get('T1')?.attempts, 1);
      },
      { config: { permission: { bash: { '*': 'allow', 'echo *': 'ask' } } } },
    );
  });

  it('a Commander’s question ends with 6, and resume --answer goes on with the answer', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      commander: [
        { actions: [{ type: 'ask', question: 'Tabs or blanks?', options: ['tabs', 'blanks'] }] },
        { actions: [{ type: 'plan', brief: 'go' }] },
      ],
    });
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Ask me');
      assert.match(assertEnded(place, ran, 6).end?.reason ?? '', /Tabs or blanks/);
      const again = await run(place, ['resume', '--json', '--opencode', opencode, '--answer', 'blanks, two']);
      assertEnded(place, again, 0);
      assert.match(model.turnsOf({ role: 'commander' })[1]?.user ?? '', /"notes":\["[^"]*blanks, two/);
    });
  });

  it('after kill -9 of the host, resume adopts the server and the turn that still runs; nothing is prompted twice', async () => {
    await onStage(diamond({ latencyMs: 500, todos: { T1: { latencyMs: 4_000 } } }), async ({ place, model }) => {
      const running = start(place, task);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      await killed(running);
      assert.equal(serversLeft(place).length, 1);
      const again = await run(place, ['resume', '--json', '--opencode', opencode]);
      assertEnded(place, again, 0);
      for (const id of ['T1', 'T2', 'T3', 'T4'])
        assert.equal(model.turnsOf({ role: 'worker', todo: id }).length, 1, id);
    });
  });

  it('after kill -9 of the host right behind the seal, resume prints the result and ends the server that is left', async () => {
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place }) => {
      const running = start(place, task);
      await new Promise<void>((resolve) => {
        running.child.stdout?.on('data', (chunk: Buffer) => {
          if (chunk.includes('"mission.ended"')) resolve();
        });
      });
      await killed(running);
      const id = String((await running.done).lines[0]?.['mission']);
      const again = await run(place, ['resume', id, '--json', '--opencode', opencode]);
      assertEnded(place, again, 0);
    });
  });

  it('after kill -9 of the host, stop adopts the server, aborts everything, records it and ends the server', async () => {
    await onStage(diamond({ faults: [{ role: 'worker', hang: true }] }), async ({ place, model }) => {
      const running = start(place, task);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      await killed(running);
      assert.equal(model.inFlight, 1, 'the agent goes on without its host');
      const stopped = await run(place, ['stop', '--json']);
      assert.equal(stopped.code, 0, stopped.stderr);
      assert.equal(stopped.lines[0]?.['state'], 'stopped');
      assert.equal(model.inFlight, 0);
      assert.deepEqual(serversLeft(place), []);
    });
  });

  it('an old mission’s todo.md is archived when a new one begins, and a person’s edits during a mission are taken in', async () => {
    await onStage(diamond({ latencyMs: 300, todos: { T1: { latencyMs: 3_000 } } }), async ({ place, model }) => {
      const running = start(place, task);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      await sleep(700);
      const text = place.read('.opencode/todo.md');
      assert.match(text, /- \[ \] \*\*T3\*\*/);
      place.write('out/T3.txt', 'by a person');
      place.write('.opencode/todo.md', `${text.replace('- [ ] **T3**', '- [x] **T3**')}\n- [ ] Write a haiku\n`);
      const ran = await running.done;
      const state = assertEnded(place, ran, 0);
      assert.equal(model.turnsOf({ role: 'worker', todo: 'T3' }).length, 0);
      assert.equal(state.todos.get('T3')?.verified, false);
      const added = [...state.todos.values()].find((todo) => todo.by === 'person');
      assert.deepEqual([added?.title, added?.state], ['Write a haiku', 'done']);
    });
  });

  it('wrong use ends with 2 and one sentence; no mission ends with 2', async () => {
    const place = scratch();
    try {
      const bad = [
        [],
        ['fly'],
        ['task'],
        ['task', '  '],
        ['task', 'x', 'y'],
        ['task', 'x'.repeat(1_000_001)],
        ['task', 'x', '--frobnicate'],
        ['task', 'x', '--set', 'limits.tasks=0'],
        ['task', 'x', '--set', 'limits.maxIterations=many'],
        ['task', 'x', '--set', 'no.such=1'],
        ['resume'],
        ['stop'],
        ['status'],
        ['list'],
        ['report'],
        ['report', 'm-none'],
        ['report', '../../etc'],
        ['report', 'a', 'b'],
        ['report', '--format', 'pdf'],
        ['report', '--force'],
        ['report', '--json', '--format', 'md'],
        ['report', '--out', 'report.txt'],
        ['list', '--out', 'list.md'],
        ['status', '../../etc'],
        ['resume', 'm-none'],
      ].filter((args) => (args[1]?.length ?? 0) < 100_000);
      for (const args of bad) {
        const ran = await run(place, args);
        assert.equal(ran.code, 2, args.join(' '));
        assert.match(
          ran.stderr,
          /^(Starting|\d\d:\d\d:\d\d {2}Starting)?[^\n]+\n$|Starting[^\n]*\n[^\n]+\n$/,
          args.join(' '),
        );
        assert.doesNotMatch(ran.stderr, /^\s+at /m);
      }
      assert.equal(existsSync(path.join(place.workspace, '.opencode')), false, 'nothing is written');
    } finally {
      place.remove();
    }
  });
});

async function killed(running: Running): Promise<void> {
  running.child.kill('SIGKILL');
  await running.done;
}
