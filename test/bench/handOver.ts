import { line } from '../scenarios/shapes';
import { mission, scratch, scriptedModel } from '../support/scratch';
import { startBare } from './bare';
import { median, percentile, type Row } from './table';

const todos = 12;
const latencyMs = 100;

/**
 * Milliseconds from the end of a worker’s answering call to the next session’s first model call, with everything between:
 * OpenCode’s own work, our decision, the journal’s flush, a new session and its prompt. The baseline is a bare script on
 * the same OpenCode that opens a session and prompts it as soon as the one before has called a tool that only says “Recorded”:
 * nothing is checked, decided or written down.
 */
export async function benchHandOver(): Promise<Row[]> {
  const ours = await handOvers();
  const bare = await bareHandOvers();
  const row = (what: string, pick: (values: readonly number[]) => number): Row => ({
    what: `${what} of ${String(ours.length)} hand-overs`,
    ours: `${pick(ours).toFixed(0)} ms`,
    baseline: `${pick(bare).toFixed(0)} ms by a bare script`,
    ratio: (pick(ours) / pick(bare)).toFixed(2),
  });
  return [row('p50', median), row('p95', (values) => percentile(values, 0.95))];
}

async function handOvers(): Promise<number[]> {
  const place = scratch();
  const model = await scriptedModel(place, line(todos, { latencyMs }));
  try {
    const ran = await mission(place, 'A line');
    if (ran.code !== 0) throw new Error(`The mission ended with ${String(ran.code)}: ${ran.stderr}`);
    return model
      .callsOf({ role: 'worker', outcome: 'answer' })
      .map(
        (call) =>
          (model.callsOf({ role: 'reviewer', todo: call.todo ?? '', n: 1 })[0]?.at ?? NaN) - (call.endedAt ?? NaN),
      );
  } finally {
    await model.close();
    place.remove();
  }
}

async function bareHandOvers(): Promise<number[]> {
  const place = scratch();
  const model = await scriptedModel(place, { latencyMs });
  const bare = await startBare(place);
  try {
    for (let index = 0; index <= todos; index += 1) await bare.turn('worker', `B${String(index)}`);
    const calls = model.callsOf({ role: 'worker', n: 1 }).sort((a, b) => a.at - b.at);
    return calls.slice(1).map((call, index) => call.at - (calls[index]?.endedAt ?? NaN));
  } finally {
    await bare.close();
    await model.close();
    place.remove();
  }
}
