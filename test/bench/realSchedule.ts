import type { Scenario } from '../support/model/scenario';
import type { Model } from '../support/model/model';
import { assertEnded, onStage } from '../support/e2e';
import { mission } from '../support/scratch';
import { onWarmBare } from './bare';
import { bound, byHand, workOf, type Work } from './graphs';
import type { Row } from './table';

/** Model calls of a worker and of a reviewer: what is written and the answer, the check and the answer. */
const calls = { worker: 2, reviewer: 2 };
/** Mean milliseconds of a model call. */
const meanMs = 10_000;

/**
 * The same random graphs as on the fake backend with OpenCode in the loop, at a model whose calls take 10 s in the mean: a bound that
 * no schedule can be below, over the time from the Planner’s answer to the last review’s. The bound is made of what the model’s
 * own clock says of each TODO. The baseline is a script on the same OpenCode that knows beforehand how long everything takes.
 */
export async function benchRealSchedule(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { count, slots } of [
    { count: 100, slots: 8 },
    { count: 100, slots: 50 },
    { count: 200, slots: 50 },
  ]) {
    const work = workOf(1, count, 'good');
    const perfect = await onStage(scenarioOf(work), (stage) =>
      onWarmBare(stage, async (bare) => {
        const from = performance.now();
        await byHand(work, slots, async (todo) => {
          await bare.turn('worker', todo);
          await bare.turn('reviewer', todo);
        });
        return efficiency(stage.model, work, slots, from);
      }),
    );
    const ours = await onStage(scenarioOf(work), async ({ place, model }) => {
      assertEnded(place, await mission(place, 'A graph', '--set', `limits.parallelSessions=${String(slots)}`), 0);
      const [plan] = model.callsOf({ role: 'planner', outcome: 'answer' });
      return efficiency(model, work, slots, plan?.endedAt ?? NaN);
    });
    rows.push({
      what: `${String(count)} TODOs, ${String(slots)} slots, model calls of 10 s: bound over makespan`,
      ours: ours.toFixed(3),
      baseline: `${perfect.toFixed(3)} by a script that knows all latencies`,
      ratio: (ours / perfect).toFixed(2),
    });
  }
  return rows;
}

function efficiency(model: Model, work: Work, slots: number, from: number): number {
  const measured = new Map([...work.ms.keys()].map((id) => [id, { worker: 0, reviewer: 0 }]));
  let until = 0;
  for (const { role, todo, at, endedAt, outcome } of model.callsOf()) {
    const own = measured.get(todo ?? '');
    if (!own || (role !== 'worker' && role !== 'reviewer') || endedAt === undefined) continue;
    // The closing words after an answer are nobody’s work.
    if (outcome !== 'step' && outcome !== 'answer') continue;
    own[role] += endedAt - at;
    until = Math.max(until, endedAt);
  }
  return bound({ ...work, ms: measured }, slots) / (until - from);
}

/** The graph as a scenario, its latencies such that a model call takes `meanMs` in the mean. */
function scenarioOf({ plan, ms }: Work): Scenario {
  const all = [...ms.values()];
  const perTodo = all.reduce((sum, { worker, reviewer }) => sum + worker + reviewer, 0) / all.length;
  const scale = ((calls.worker + calls.reviewer) * meanMs) / perTodo;
  const each = (role: keyof typeof calls) =>
    Object.fromEntries([...ms].map(([id, own]) => [id, { latencyMs: (own[role] * scale) / calls[role] }]));
  return {
    plan: { ...plan, check: 'true', todos: plan.todos.map((todo) => ({ ...todo, check: 'true' })) },
    todos: each('worker'),
    reviews: each('reviewer'),
  };
}
