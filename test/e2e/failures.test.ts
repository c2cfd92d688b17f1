import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf, wide } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import { opencodeConfig } from '../support/model/config';
import { wrongs } from '../support/model/faults';
import type { Model } from '../support/model/model';
import type { Fault } from '../support/model/scenario';
import { mission, opencode, run, type Ran } from '../support/scratch';

/** The losses of a TODO’s worker turns, in order: how it was told and what followed. */
function losses(ran: Ran, todo: string): string[] {
  const records = factsOf(ran);
  const turns = new Map(
    ofType(records, 'turn.ordered').flatMap((fact) =>
      fact.role === 'worker' && fact.todo !== undefined ? [[fact.turn, fact.todo] as const] : [],
    ),
  );
  return ofType(records, 'turn.lost').flatMap((fact) =>
    turns.get(fact.turn) === todo ? [`${fact.how} ${fact.class ?? ''} ${fact.next}`] : [],
  );
}

const worker = (todo: string, fault: Partial<Fault>): Fault => ({ role: 'worker', todo, attempt: 1, ...fault });
const callsOf = (model: Model, todo: string, attempt = 1) => model.callsOf({ role: 'worker', todo, attempt });

interface Case {
  readonly name: string;
  readonly fault: Partial<Fault>;
  readonly losses: readonly string[];
  /** The calls to the model of the TODO’s first session: it answers in no time, so some may come before an abort is through. */
  readonly calls: readonly [number, number];
  readonly attempts: number;
}

const cases: readonly Case[] = [
  {
    name: '429 once',
    fault: { status: 429, headers: { 'retry-after': '1' }, times: 1 },
    losses: [],
    calls: [3, 4],
    attempts: 1,
  },
  { name: 'a cut stream once', fault: { cut: true, times: 1 }, losses: [], calls: [3, 4], attempts: 1 },
  { name: '400', fault: wrongs.badRequest, losses: ['error request over'], calls: [1, 1], attempts: 2 },
  {
    name: 'prose',
    fault: { prose: 'All done, as far as I can see.', times: 1 },
    losses: ['silent prose remind'],
    calls: [2, 4],
    attempts: 1,
  },
  { name: 'not a word', fault: { prose: '', times: 1 }, losses: ['silent empty remind'], calls: [2, 4], attempts: 1 },
  // Its first call writes the file; then six refusals.
  {
    name: 'a payload that is refused',
    fault: { invalid: true },
    losses: ['refused refused over'],
    calls: [7, 30],
    attempts: 2,
  },
  { name: 'a full context', fault: wrongs.full, losses: ['error overflow over'], calls: [2, 5], attempts: 2 },
  {
    name: 'a tool that is not there',
    fault: wrongs.missingTool,
    losses: ['looped repetition over'],
    calls: [8, 30],
    attempts: 2,
  },
  { name: 'the same error', fault: wrongs.sameError, losses: ['looped repetition over'], calls: [8, 30], attempts: 2 },
  {
    name: 'a hang',
    fault: { hang: true, times: 1 },
    losses: ['stalled stall continue'],
    calls: [2, 4],
    attempts: 1,
  },
];

describe('what a model and its provider do wrong, on the real server', function () {
  this.timeout(300_000);

  it('is dealt with class by class, and the mission is sealed', async () => {
    const todos = cases.map((_, index) => fileTodo(`T${String(index + 1)}`));
    const faults = cases.map(({ fault }, index) => worker(`T${String(index + 1)}`, fault));
    await onStage(scenarioOf(todos, { faults, onRefused: 'again' }), async ({ place, model }) => {
      const ran = await mission(place, 'All of it', '--set', 'limits.stallMinutes=0.15');
      const state = assertEnded(place, ran, 0);
      for (const [index, { name, losses: expected, calls, attempts }] of cases.entries()) {
        const todo = `T${String(index + 1)}`;
        assert.deepEqual(losses(ran, todo), expected, name);
        assert.equal(state.todos.get(todo)?.attempts, attempts, `${name}: attempts`);
        const made = callsOf(model, todo).length;
        assert.ok(made >= calls[0] && made <= calls[1], `${name}: ${String(made)} calls`);
      }
    });
  });

  it('a storm of 503 gets three calls a session at most before the gate closes, then one a step, and burns no attempt', async () => {
    const todos = Array.from({ length: 12 }, (_, index) => fileTodo(`T${String(index + 1)}`));
    await onStage(scenarioOf(todos), async ({ place, model }) => {
      const calm = model.inject({ role: 'worker', ...wrongs.overloaded });
      const failed = () => model.calls.filter(({ outcome }) => outcome === 'status 503').map(({ at }) => at);
      /** What came after the gate had been closed for a while: OpenCode’s own third try comes sooner. */
      const probes = (times: readonly number[]) => times.filter((at, index) => at - (times[index - 1] ?? at) > 12_000);
      // After a turn that tried, the provider is back.
      model.on('end', () => {
        if (probes(failed()).length === 1) calm();
      });
      const ran = await mission(place, 'A storm');
      const state = assertEnded(place, ran, 0);
      assert.deepEqual(new Set([...state.todos.values()].map(({ attempts }) => attempts)), new Set([1]));
      const times = failed();
      const [first] = probes(times);
      assert.ok(first !== undefined);
      const burst = times.filter((at) => at < first).length;
      assert.ok(burst <= 12 * 3, `${String(burst)} calls before the gate held`);
      assert.equal(times.length, burst + 1, 'one call a step');
      const worked = model.calls.filter(
        ({ role, outcome, at }) => role === 'worker' && outcome !== 'status 503' && at > first,
      );
      assert.ok(Math.min(...worked.map(({ at }) => at)) - first > 29_000, 'the next step is twice as long');
      assert.ok(
        ofType(factsOf(ran), 'model.answered').length > 0,
        'the gate opens with the first step, not with the answer',
      );
    });
  });

  it('a provider that takes few requests at once is asked for less, and no attempt is lost over it', async () => {
    await onStage(wide(24, { latencyMs: 1_500, capacity: 12 }), async ({ place, model }) => {
      const ran = await mission(place, 'Write twenty-four files');
      const state = assertEnded(place, ran, 0);
      assert.equal(state.todos.size, 24);
      const records = factsOf(ran);
      const [first] = ofType(records, 'model.slowed');
      assert.ok(first && first.most >= 8 && first.most <= 12, `half of what was in flight, not ${first?.most ?? 0}`);
      assert.match(first.reason, /too many requests/i);
      assert.deepEqual(ofType(records, 'turn.lost'), []);
      assert.ok(
        [...state.todos.values()].every(({ attempts }) => attempts === 1),
        'no attempt is counted',
      );
      // Twenty-four at once again and again would be refused twice in three.
      const refused = model.callsOf({ outcome: 'status 429' }).length;
      assert.ok(refused < model.calls.length / 3, `${refused} of ${model.calls.length} calls were refused`);
    });
  });

  it('garbage with status 200 is noticed after five calls, and waited out at the gate', async () => {
    await onStage(
      scenarioOf([fileTodo('T1')], { faults: [worker('T1', { ...wrongs.garbage, times: 5 })] }),
      async ({ place, model }) => {
        const ran = await mission(place, 'Behind a proxy');
        const state = assertEnded(place, ran, 0);
        assert.deepEqual(losses(ran, 'T1'), ['waits garbage continue']);
        assert.equal(state.todos.get('T1')?.attempts, 1);
        assert.ok(callsOf(model, 'T1').length <= 9, String(callsOf(model, 'T1').length));
      },
    );
  });

  it('a wait of minutes frees the place at once; nobody calls before the time', async () => {
    const headers = { 'retry-after': '70' };
    await onStage(
      scenarioOf([fileTodo('T1'), fileTodo('T2')], { faults: [{ role: 'worker', status: 429, headers, times: 2 }] }),
      async ({ place, model }) => {
        const ran = await mission(place, 'Slow down');
        const state = assertEnded(place, ran, 0);
        for (const todo of ['T1', 'T2']) {
          assert.deepEqual(losses(ran, todo), ['waits limit continue']);
          assert.equal(state.todos.get(todo)?.attempts, 1);
        }
        const [first, second, third] = model.callsOf({ role: 'worker' });
        assert.ok(first && second && third);
        assert.ok(third.at - first.at >= 69_000, String(third.at - first.at));
        assert.ok(second.at - first.at < 10_000);
      },
    );
  });

  it('a key that is refused makes the mission wait for a person: one call a worker, exit code 6, no key in any word, and resume goes on', async () => {
    await onStage(scenarioOf([fileTodo('T1'), fileTodo('T2')]), async ({ place, model }) => {
      const mended = model.inject({ role: 'worker', ...wrongs.badKey });
      const ran = await mission(place, 'With a bad key', '--set', 'models.worker=scripted/scripted-1');
      const state = assertEnded(place, ran, 6);
      assert.match(
        String(ran.result['reason']),
        /The key of scripted is refused for the workers, on scripted\/scripted-1/,
      );
      assert.match(String(ran.result['reason']), /opencode auth login/);
      assert.doesNotMatch(ran.stdout + ran.stderr, /AbCdEfGhIj/);
      assert.equal(model.callsOf({ role: 'worker' }).length, 2);
      assert.deepEqual([...state.asks.keys()], ['model:scripted/scripted-1']);
      mended();
      const again = await run(place, ['resume', '--json', '--opencode', opencode]);
      const sealed = assertEnded(place, again, 0);
      assert.deepEqual(
        [...sealed.todos.values()].map(({ attempts }) => attempts),
        [1, 1],
      );
    });
  });

  it('a key that is refused falls back to the next model of the list, in the same sessions, and no attempt is counted', async () => {
    await onStage(scenarioOf([fileTodo('T1'), fileTodo('T2')]), async ({ place, model }) => {
      model.inject({ role: 'worker', model: 'scripted-1', ...wrongs.badKey });
      const ran = await mission(place, 'Fall back', '--set', 'models.worker=scripted/scripted-1, scripted/scripted-2');
      const state = assertEnded(place, ran, 0);
      assert.deepEqual(
        [...state.todos.values()].map(({ attempts }) => attempts),
        [1, 1],
      );
      assert.equal(model.callsOf({ role: 'worker', model: 'scripted-1' }).length <= 2, true);
      assert.ok(model.callsOf({ role: 'worker', model: 'scripted-2' }).length >= 2);
      assert.equal(new Set(model.callsOf({ role: 'worker' }).map(({ session }) => session)).size, 2);
      assert.equal(state.asks.size, 0);
      assert.match(ran.stderr, /Workers go on with scripted\/scripted-2\. The provider refused the key/);
    });
  });

  it('a model that is unknown or calls no tools is refused before the start, a fall-back like the first one', async () => {
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place, model }) => {
      const refused = async (...set: string[]): Promise<string> => {
        const pairs = set.flatMap((pair) => ['--set', pair]);
        const ran = await run(place, ['task', 'Nobody', '--json', '--opencode', opencode, ...pairs]);
        assert.equal(ran.code, 2, ran.stderr);
        return ran.stderr;
      };
      const config = path.join(place.workspace, 'opencode.json');
      const models = { mute: { tool_call: false }, thinker: { tool_call: true, variants: { high: {} } } };
      writeFileSync(config, JSON.stringify(opencodeConfig(model, { provider: { scripted: { models } } })));
      assert.match(
        await refused('models.worker=scripted/scriptd-1'),
        /knows no model scripted\/scriptd-1.*scripted\/scripted-1/,
      );
      assert.match(await refused('models.worker=scripted/scripted-1, scripted/nobody'), /no model scripted\/nobody/);
      assert.match(
        await refused('models.reviewer=scripted/mute'),
        /The model scripted\/mute cannot call tools: choose another in orchestrator\.models\.reviewer\./,
      );
      assert.match(await refused('models.worker=scripted/thinker', 'variants.worker=hi'), /no variant hi: it has high/);
      assert.equal(model.calls.length, 0);
    });
  });
});
