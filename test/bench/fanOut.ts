import { wide } from '../scenarios/shapes';
import type { Call } from '../support/model/calls';
import type { Model } from '../support/model/model';
import { assertEnded, onStage } from '../support/e2e';
import { mission } from '../support/scratch';
import { onWarmBare } from './bare';
import { median, type Row } from './table';

const todos = 50;
const latencyMs = 4_000;
const rounds = 3;
const scenario = wide(todos, { latencyMs });

interface FanOut {
  /** From what orders the work to the last worker’s answer, in ms. */
  readonly wall: number;
  readonly peak: number;
}

/**
 * Fifty TODOs that know nothing of each other, at a model that takes 4 s for each call, two calls a worker: from the Planner’s answer
 * to the last worker’s. The baseline is a bare script that opens and prompts fifty sessions at once. On a warm server, both.
 */
export async function benchFanOut(): Promise<Row[]> {
  const ours: FanOut[] = [];
  const bare: FanOut[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await byHand());
    ours.push(await byMission());
  }
  const wall = (all: readonly FanOut[]) => median(all.map((each) => each.wall));
  const peak = (all: readonly FanOut[]) => median(all.map((each) => each.peak));
  return [
    {
      what: `${String(todos)} TODOs at once, model latency 4 s: from the plan to the last worker’s answer`,
      ours: `${(wall(ours) / 1000).toFixed(2)} s`,
      baseline: `${(wall(bare) / 1000).toFixed(2)} s by a bare script`,
      ratio: (wall(ours) / wall(bare)).toFixed(2),
    },
    {
      what: 'workers’ model calls in flight at once',
      ours: peak(ours).toFixed(0),
      baseline: `${peak(bare).toFixed(0)} by a bare script`,
      ratio: (peak(ours) / todos).toFixed(2),
    },
  ];
}

async function byMission(): Promise<FanOut> {
  return await onStage(scenario, async ({ place, model }) => {
    assertEnded(place, await mission(place, 'Fifty files'), 0);
    return measured(model, last(model.callsOf({ role: 'planner', outcome: 'answer' })));
  });
}

async function byHand(): Promise<FanOut> {
  return await onStage(scenario, (stage) =>
    onWarmBare(stage, async (bare) => {
      const from = performance.now();
      await Promise.all(Array.from({ length: todos }, (_, index) => bare.turn('worker', `T${String(index + 1)}`)));
      return measured(stage.model, from);
    }),
  );
}

function measured(model: Model, from: number): FanOut {
  const wall = last(model.callsOf({ role: 'worker', outcome: 'answer' })) - from;
  return { wall, peak: model.peakOf({ role: 'worker' }) };
}

/** When the last of these calls was answered to its end, on the model’s clock. */
function last(calls: readonly Call[]): number {
  return Math.max(...calls.map(({ endedAt }) => endedAt ?? NaN));
}
