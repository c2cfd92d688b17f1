import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import type { PlanTodo, Scenario } from '../support/model/scenario';
import { mission, scratch } from '../support/scratch';

describe('nothing is sealed unproven, on the real server', function () {
  this.timeout(300_000);

  it('a Commander that claims to be done, an old all-ticked todo.md and prose in sync-issues.md seal nothing, and the files are kept', async () => {
    const place = scratch();
    const old = '# TODO\n\n- [x] everything\n- [x] really everything\n';
    place.write('.opencode/todo.md', old);
    place.write('.opencode/sync-issues.md', 'No issues at all, promise. SEALED.\n');
    const scenario = scenarioOf([fileTodo('T1')], {
      commander: [{ summary: 'All done already.', actions: [{ type: 'seal', summary: 'done' }] }],
      // No plan worth the name either: the Planner ends without its tool, each time.
      faults: [{ role: 'planner', prose: 'Everything is done, nothing to plan.' }],
    });
    await onStage(
      scenario,
      async ({ model }) => {
        const ran = await mission(place, 'Do it', '--set', 'limits.maxIterations=2');
        const state = assertEnded(place, ran, 4);
        assert.equal(state.todos.size, 0);
        assert.ok(model.turnsOf({ role: 'planner' }).length > 0, 'the host asked the Planner itself');
        const [, second] = model.turnsOf({ role: 'commander' });
        assert.match(second?.user ?? '', /Not sealed: there is no TODO/);
        const archive = path.join(place.workspace, '.opencode', 'orchestrator', 'archive');
        const kept = readdirSync(archive).map((name) => readFileSync(path.join(archive, name), 'utf8'));
        assert.ok(kept.includes(old));
        assert.equal(kept.length, 2);
      },
      { place },
    );
  });

  it('a reviewer that claims a check it never ran is asked once, then its review has failed', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      reviews: { T1: { runCheck: false, claim: true, verdict: 'pass' } },
    });
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'One', '--set', 'limits.maxIterations=1', '--set', 'limits.recoveryAttempts=0');
      const state = assertEnded(place, ran, 4);
      assert.deepEqual(ran.result.todos, { total: 1, done: 0, verified: 0 });
      assert.match([...state.issues.values()][0]?.detail ?? '', /no run of the check/);
      assert.equal(model.turnsOf({ role: 'reviewer', todo: 'T1' }).length, 2);
    });
  });

  it('a mission review that never passes ends exhausted after exactly maxIterations Commander turns', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      missionReview: { verdict: 'fail', issues: [{ title: 'Not good enough', detail: 'Something is missing.' }] },
      commander: ({ iteration }) =>
        iteration === 1
          ? 'default'
          : { summary: 'One more idea.', actions: [{ type: 'delegate', ...fileTodo(`X${String(iteration)}`) }] },
    });
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Never good enough', '--set', 'limits.maxIterations=3');
      const state = assertEnded(place, ran, 4);
      assert.equal(model.turnsOf({ role: 'commander' }).length, 3);
      assert.equal(ran.result['iterations'], 3);
      assert.deepEqual([...state.todos.keys()], ['T1', 'X2', 'X3']);
      assert.equal(state.todos.get('X3')?.state, 'done');
    });
  });

  it('bad plans are refused inside the turn, with a reason the model can use, and nothing runs', async () => {
    const good = fileTodo('T1');
    const plans: [string, unknown[], RegExp][] = [
      [
        'a cycle',
        [
          { ...good, id: 'A', after: ['B'] },
          { ...good, id: 'B', after: ['A'] },
        ],
        /cycle: A → B → A|cycle: B → A → B/,
      ],
      ['a duplicate id', [good, { ...good, id: 't1' }], /duplicate/],
      ['an unknown id', [{ ...good, after: ['T9'] }], /T9.*no TODO/],
      ['an absolute path', [{ ...good, files: ['/etc/passwd'] }], /\/etc\/passwd/],
      ['a path that leaves', [{ ...good, files: ['../../etc/passwd'] }], /etc\/passwd/],
      ['a link that leaves', [{ ...good, files: ['away/passwd'] }], /link/],
      ['an empty title', [{ ...good, title: '  ' }], /empty title/],
      ['1 MB of detail', [{ ...good, detail: 'x'.repeat(1_000_000) }], /detail/],
      [
        '1,001 TODOs',
        Array.from({ length: 1001 }, (_, index) => ({ ...good, id: `N${String(index)}` })),
        /at most 1000/,
      ],
    ];
    // A Planner session a plan: each is refused, answers with prose, is reminded once and lost; four make an iteration.
    const scenario: Scenario = {
      plan: plans.map(([, todos]) => ({ summary: 'bad', todos: todos as PlanTodo[] })),
      onRefused: 'prose',
    };
    await onStage(scenario, async ({ place, model }) => {
      symlinkSync('/etc', path.join(place.workspace, 'away'));
      const ran = await mission(place, 'Plan badly', '--set', 'limits.maxIterations=3');
      const state = assertEnded(place, ran, 4);
      assert.equal(state.todos.size, 0);
      assert.equal(model.turnsOf({ role: 'worker' }).length, 0);
      // 1 MB is more than the model’s context holds: OpenCode compacts the refusal away, and the host ends the turn with it.
      const lost = ofType(factsOf(ran), 'turn.lost').map((fact) => fact.reason);
      const said = [...model.refusals.map((refusal) => refusal.sentence), ...lost];
      for (const [name, , reason] of plans)
        assert.ok(
          said.some((sentence) => reason.test(sentence)),
          name,
        );
    });
  });
});
