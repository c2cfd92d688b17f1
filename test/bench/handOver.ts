import { open } from 'node:fs/promises';
import path from 'node:path';
import { line } from '../scenarios/shapes';
import { attachedServer, password } from '../faults/attached';
import type { Watch } from '../faults/line';
import { assertEnded, onStage } from '../support/e2e';
import { mission, run, type Scratch } from '../support/scratch';
import { onWarmBare, type Bare } from './bare';
import { median, percentile, type Row } from './table';

const todos = 12;
/** The longest of twelve is no p95. */
const ownTodos = 40;
const latencyMs = 100;
const mostOwnMs = 10;
/** As long as the two records of a hand-over. */
const intent = JSON.stringify({ type: 'intent', text: 'x'.repeat(600) });

/**
 * Milliseconds from the end of a worker’s answering call to the next session’s first model call, with everything between:
 * OpenCode’s own work, our decision, the journal’s flush, a new session and its prompt. The baseline is a bare script on
 * the same OpenCode that opens a session and prompts it as soon as the one before has called a tool that only says “Recorded”:
 * nothing is checked, decided or written down.
 */
export async function benchHandOver(): Promise<Row[]> {
  const ours = await handOvers();
  const bare = await bareHandOvers();
  const p95 = (values: readonly number[]): number => percentile(values, 0.95);
  const row = (what: string, pick: (values: readonly number[]) => number): Row => ({
    what: `${what} of ${String(ours.length)} hand-overs`,
    ours: `${pick(ours).toFixed(0)} ms`,
    baseline: `${pick(bare).toFixed(0)} ms by a bare script`,
    ratio: (pick(ours) / pick(bare)).toFixed(2),
  });
  const own = await ownParts();
  const bareOwn = await bareOwnParts();
  const ownRow = (what: string, pick: (values: readonly number[]) => number): Row => ({
    what: `our own part of ${String(own.length)}, ${what}: from the answer on the wire to our next request`,
    ours: `${pick(own).toFixed(1)} ms`,
    baseline: `${pick(bareOwn).toFixed(1)} ms by a bare script that flushes one line; bound ${String(mostOwnMs)} ms`,
    ratio: (pick(own) / mostOwnMs).toFixed(2),
  });
  return [row('p50', median), row('p95', p95), ownRow('p50', median), ownRow('p95', p95)];
}

/**
 * Milliseconds on a watched line to the server: from the event that says that a worker’s answer is recorded to the request that
 * opens the reviewer’s session, with decision and journal flush between.
 */
async function ownParts(): Promise<number[]> {
  return await onStage(line(ownTodos, { latencyMs }), async ({ place }) => {
    const { watch, parts } = watched();
    const env = { ...place.env, OPENCODE_SERVER_PASSWORD: password };
    const attached = await attachedServer(place, env, watch);
    try {
      assertEnded(place, await run(place, ['task', 'A line', '--json', '--server', attached.line.url], env), 0);
    } finally {
      await attached.end();
    }
    return parts;
  });
}

/** The same of a script that reads the event, writes down what it will do and opens its next session: what line and disk take. */
async function bareOwnParts(): Promise<number[]> {
  const { watch, parts } = watched();
  const turns = async (place: Scratch, bare: Bare): Promise<number[]> => {
    const intents = await open(path.join(place.workspace, 'intents.jsonl'), 'a');
    for (let index = 0; index <= ownTodos; index += 1) {
      await intents.write(`${intent}\n`);
      await intents.datasync();
      await bare.turn('worker', `B${String(index)}`);
    }
    await intents.close();
    // The first began with the answer that warmed the server up, and waited for its closing words.
    return parts.slice(1);
  };
  return await onStage({ latencyMs }, (stage) => onWarmBare(stage, (bare) => turns(stage.place, bare), { watch }));
}

/** What passes on a line, and the times from each answer on it to the request that opens the next session. */
function watched(): { readonly watch: Watch; readonly parts: number[] } {
  const parts: number[] = [];
  const seen = new Set<string>();
  let answeredAt: number | undefined;
  let tail = '';
  const watch: Watch = (way, chunk) => {
    const text = chunk.toString('latin1');
    if (way === 'up') {
      if (answeredAt === undefined || !text.startsWith('POST /session HTTP')) return;
      parts.push(performance.now() - answeredAt);
      answeredAt = undefined;
      return;
    }
    // An event can come in pieces.
    const events = (tail + text).split('\n\n');
    tail = events.pop() ?? '';
    for (const call of events.flatMap(reportOf)) {
      if (!seen.has(call)) answeredAt = performance.now();
      seen.add(call);
    }
  };
  return { watch, parts };
}

/** The call that an event says a worker’s answer is recorded of. */
function reportOf(event: string): string[] {
  const isRecorded = ['"message.part.updated"', '"tool":"mission_report"', '"status":"completed"'].every((words) =>
    event.includes(words),
  );
  return isRecorded ? [/"callID":"([^"]+)"/.exec(event)?.[1] ?? ''] : [];
}

async function handOvers(): Promise<number[]> {
  return await onStage(line(todos, { latencyMs }), async ({ place, model }) => {
    assertEnded(place, await mission(place, 'A line'), 0);
    return model
      .callsOf({ role: 'worker', outcome: 'answer' })
      .map(
        (call) =>
          (model.callsOf({ role: 'reviewer', todo: call.todo ?? '', n: 1 })[0]?.at ?? NaN) - (call.endedAt ?? NaN),
      );
  });
}

async function bareHandOvers(): Promise<number[]> {
  return await onStage({ latencyMs }, (stage) =>
    onWarmBare(stage, async (bare) => {
      for (let index = 0; index <= todos; index += 1) await bare.turn('worker', `B${String(index)}`);
      const calls = stage.model.callsOf({ role: 'worker', n: 1 }).sort((a, b) => a.at - b.at);
      return calls.slice(1).map((call, index) => call.at - (calls[index]?.endedAt ?? NaN));
    }),
  );
}
