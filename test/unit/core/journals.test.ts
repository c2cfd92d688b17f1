import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { factSchema, type Recorded } from '../../../src/core/mission/facts';
import { plan } from '../../../src/core/mission/plan';
import { decodeRecord } from '../../../src/core/mission/record';
import { fold, reduce } from '../../../src/core/mission/reduce';
import { phase } from '../../../src/core/mission/select';
import { decodeState, encodeState } from '../../../src/core/mission/snapshot';
import { emptyState } from '../../../src/core/mission/state';
import { outcomeOf } from '../../support/journalOutcome';
import { difference } from '../runtime/simulation/same';
import { checkFiles, checkIndices } from './fixtures/invariants';

/**
 * Journals of missions that releases wrote, on the fake backend and (`server-…`) on a real OpenCode server, with what they said
 * then. None is ever recorded anew: `test/support/recordJournals.ts` adds to them.
 */
const folder = new URL('fixtures/journals/', import.meta.url);
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.jsonl') ? [name.replace('.jsonl', '')] : []));
const dayMs = 86_400_000;

const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

function recordsOf(name: string): Recorded[] {
  const lines = read(`${name}.jsonl`).split('\n').slice(0, -1);
  return lines.map((line) => {
    const decoded = decodeRecord(line);
    assert.ok(decoded.ok, decoded.ok ? '' : decoded.sentence);
    const { seq, at, fact } = decoded.record;
    return { seq, at, fact: factSchema.parse(fact) };
  });
}

describe('a journal that was recorded', () => {
  for (const name of names) {
    it(`${name}: says what it said, and each beginning of it is a mission that can go on`, () => {
      const records = recordsOf(name);
      assert.deepEqual(outcomeOf(records), JSON.parse(read(`${name}.json`)));
      const s = emptyState();
      for (const record of records) {
        reduce(s, record);
        checkIndices(s);
        checkFiles(s);
        const goesOn = s.turns.size > 0 || s.asks.size > 0 || plan(s, s.lastAt + dayMs).length > 0;
        assert.ok(s.end ?? s.paused ?? goesOn, `nothing comes after record ${String(record.seq)}`);
      }
      const travelled = encodeState(decodeState(JSON.parse(JSON.stringify(encodeState(s)))));
      assert.equal(difference(travelled, encodeState(s)), undefined);
    });
  }

  it('is resumed: everything that is not sealed has something to do next, and what is finished stays finished', () => {
    for (const name of names) {
      const records = recordsOf(name);
      const before = fold(records);
      if (phase(before) === 'sealed') continue;
      const fact = factSchema.parse({
        type: 'mission.resumed',
        settings: { ...before.settings, 'limits.maxIterations': 1_000 },
      });
      const after = fold([...records, { seq: records.length + 1, at: before.lastAt + 1_000, fact }]);
      const goesOn = after.turns.size > 0 || after.asks.size > 0 || plan(after, after.lastAt + dayMs).length > 0;
      assert.ok(goesOn, name);
      for (const todo of before.todos.values())
        if (todo.state === 'done') assert.deepEqual(after.todos.get(todo.id), todo, name);
    }
  });

  it('is of every kind of end and of rest, small, and names no machine’s paths', () => {
    assert.ok(names.length >= 20);
    const phases = new Set(names.map((name) => phase(fold(recordsOf(name)))));
    for (const kind of [
      'sealed',
      'stopped',
      'exhausted',
      'failed',
      'waiting',
      'paused',
      'stopping',
      'running',
    ] as const)
      assert.ok(phases.has(kind), `no journal is ${kind}`);
    const bytes = names.reduce((sum, name) => sum + statSync(new URL(`${name}.jsonl`, folder)).size, 0);
    assert.ok(bytes < 600_000, `${String(bytes)} bytes`);
    for (const name of names)
      assert.doesNotMatch(read(`${name}.jsonl`), /\/(?:tmp|home|root|Users|work)\/|[A-Z]:\\\\/, name);
  });
});
