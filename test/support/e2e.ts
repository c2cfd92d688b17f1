import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { factSchema, type Fact, type Recorded } from '../../src/core/mission/facts';
import { fold } from '../../src/core/mission/reduce';
import { result } from '../../src/core/mission/select';
import type { MissionState } from '../../src/core/mission/state';
import type { Model } from './model/model';
import type { Scenario } from './model/scenario';
import { scratch, scriptedModel, type Ran, type Scratch, type ScratchOptions } from './scratch';

export interface Stage {
  readonly place: Scratch;
  readonly model: Model;
}

/** Runs a test on a scratch repository with a scripted model, and clears up after it. Returns what it returns. */
export async function onStage<T>(
  scenario: Scenario,
  act: (stage: Stage) => Promise<T>,
  options: ScratchOptions & { config?: Record<string, unknown>; place?: Scratch } = {},
): Promise<T> {
  const place = options.place ?? scratch(options);
  const model = await scriptedModel(place, scenario, options.config);
  try {
    const made = await act({ place, model });
    assert.deepEqual(serversLeft(place), [], 'no server is left behind');
    return made;
  } finally {
    await model.close();
    place.remove();
  }
}

/** The leases of servers that are left. */
export function serversLeft(place: Scratch): string[] {
  const folder = path.join(place.base, 'state', 'opencode-orchestrator', 'servers');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** The facts that `--json` printed. */
export function factsOf(ran: Ran): Recorded[] {
  return ran.lines.flatMap(({ v: _, seq, at, ...fact }) =>
    fact['type'] === 'result' ? [] : [{ seq: Number(seq), at: Number(at), fact: factSchema.parse(fact) }],
  );
}

/** The facts of one type, in order. */
export function ofType<T extends Fact['type']>(records: readonly Recorded[], type: T): Extract<Fact, { type: T }>[] {
  return records.flatMap(({ fact }) => (fact.type === type ? [fact as Extract<Fact, { type: T }>] : []));
}

/** The state that a mission’s journal on disk folds to. */
export function stateOnDisk(place: Scratch, mission: string): MissionState {
  const lines = readFileSync(path.join(place.workspace, '.opencode', 'orchestrator', mission, 'journal.jsonl'), 'utf8');
  return fold(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ v: _v, seq, at, crc: _crc, ...fact }) => ({
        seq: Number(seq),
        at: Number(at),
        fact: factSchema.parse(fact),
      })),
  );
}

/** Asserts how a mission ended, and that its journal replays to what was said in the end. */
export function assertEnded(place: Scratch, ran: Ran, code: number): MissionState {
  assert.equal(ran.code, code, `exit ${String(ran.code)}\n${ran.stderr}`);
  const state = stateOnDisk(place, String(ran.result['mission']));
  const { durationMs: _, ...said } = ran.result;
  const { durationMs: _d, ...replayed } = result(state, 0);
  assert.deepEqual(said, JSON.parse(JSON.stringify(replayed)));
  return state;
}
