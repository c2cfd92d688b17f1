import assert from 'node:assert/strict';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { factsOf, ofType, onStage } from '../support/e2e';
import { mission } from '../support/scratch';
import type { Row } from './table';

const todos = 12;

interface Seen {
  readonly failed: number;
  readonly repeated: number;
  readonly attempts: number;
  readonly state: string;
  readonly wallMs: number;
}

/**
 * What half-written files of neighbours cost: TODOs side by side whose checks look at the whole, and whose workers leave it broken
 * for some seconds; once all in the folder, once each in a worktree of its own.
 */
export async function benchSharedChecks(): Promise<Row[]> {
  const [shared, apart] = [await play('shared'), await play('worktree')];
  const row = (what: string, of: (seen: Seen) => string): Row => ({
    ...{ what: `${String(todos)} TODOs whose checks build the whole: ${what}`, ours: `${of(apart)} in worktrees` },
    ...{ baseline: `${of(shared)} in one folder`, ratio: '' },
  });
  return [
    row('failed checks', ({ failed }) => String(failed)),
    row('reviews repeated when the others had ended', ({ repeated }) => String(repeated)),
    row('attempts', ({ attempts }) => String(attempts)),
    row('the mission', ({ state, wallMs }) => `${state} after ${(wallMs / 1000).toFixed(1)} s`),
  ];
}

async function play(isolation: string): Promise<Seen> {
  const ids = Array.from({ length: todos }, (_, at) => `T${String(at + 1)}`);
  const steps = (id: string, at: number) => [
    { bash: `mkdir -p out && echo BROKEN > out/${id}.txt && sleep ${String(1 + (at % 4) * 2)}` },
    { write: { file: `out/${id}.txt`, content: `${id}\n` } },
  ];
  const plan = ids.map((id) => ({ ...fileTodo(id), check: `! grep -rq BROKEN out && grep -q ${id} out/${id}.txt` }));
  const workers = Object.fromEntries(ids.map((id, at) => [id, { steps: steps(id, at) }]));
  return await onStage(scenarioOf(plan, { latencyMs: 300, todos: workers }), async ({ place }) => {
    const from = performance.now();
    const ran = await mission(place, 'Build', '--set', `isolation=${isolation}`, '--set', 'limits.recoveryAttempts=5');
    const wallMs = performance.now() - from;
    assert.ok(ran.result, ran.stderr);
    const facts = factsOf(ran);
    const reviews = ofType(facts, 'todo.reviewed').map(({ outcome }) => outcome);
    const repeated = reviews.filter((outcome) => outcome === 'repeated').length;
    const failed = repeated + reviews.filter((outcome) => outcome === 'failed').length;
    const attempts = ofType(facts, 'turn.ordered').filter(
      ({ role, kind }) => role === 'worker' && kind === 'first',
    ).length;
    return { failed, repeated, attempts, state: String(ran.result['state']), wallMs };
  });
}
