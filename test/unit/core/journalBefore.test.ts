import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { factSchema, type Recorded } from '../../../src/core/mission/facts';
import { decodeRecord } from '../../../src/core/mission/record';
import { fold } from '../../../src/core/mission/reduce';
import { result } from '../../../src/core/mission/select';
import { checkIndices } from './fixtures/invariants';

/** Written by the release before pauses, takeovers and commands: with a resume, a stop, lost turns, edits and asks. */
const journal = new URL('fixtures/journalBefore.jsonl', import.meta.url);

function recordsOf(text: string): Recorded[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const decoded = decodeRecord(line);
    assert.ok(decoded.ok);
    const { seq, at, fact } = decoded.record;
    return [{ seq, at, fact: factSchema.parse(fact) }];
  });
}

describe('a journal of the release before', () => {
  const records = recordsOf(readFileSync(journal, 'utf8'));

  it('is the mission that it was', () => {
    const s = fold(records);
    checkIndices(s);
    assert.deepEqual(result(s, s.lastAt), {
      type: 'result',
      mission: 'm-1',
      state: 'sealed',
      reason: 'pass',
      iterations: 2,
      todos: { total: 2, done: 2, verified: 1 },
      sessions: { created: 5, peak: 1 },
      tokens: 80,
      cost: 0.008,
      durationMs: 80_337,
    });
  });

  it('has what is new about it worked out, as far as it can be known', () => {
    const s = fold(records);
    for (const session of s.sessions.values()) {
      assert.ok(session.turns > 0 && session.ended);
      assert.equal(session.model, undefined);
    }
    for (const todo of s.todos.values()) assert.ok(todo.closedAt);
    assert.equal(s.end?.at, records.at(-1)?.at);
    assert.equal(s.paused, undefined);
  });
});
