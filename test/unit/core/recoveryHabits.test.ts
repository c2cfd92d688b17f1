import assert from 'node:assert/strict';
import {
  afterCall,
  afterOverflow,
  afterStep,
  habitLimits,
  markOf,
  noHabits,
  type EndedCall,
} from '../../../src/core/recovery/habits';

let calls = 0;
const call = (name: string, input: string, outcome: string, more: Partial<EndedCall> = {}): EndedCall => {
  calls += 1;
  const marks = { call: markOf(`${name} ${input}`), outcome: markOf(outcome) };
  return { callID: `c${String(calls)}`, name, ...marks, failed: false, missing: false, ...more };
};

/** At which call of the course it is found to be stuck; 0 for never. */
function stuckAt(course: Iterable<EndedCall>): number {
  const habits = noHabits();
  let at = 0;
  for (const one of course) {
    at += 1;
    if (afterCall(habits, one)) return at;
  }
  return 0;
}

function* times(count: number, make: (index: number) => EndedCall): Generator<EndedCall> {
  for (let index = 0; index < count; index += 1) yield make(index);
}

describe('a turn that does the same again and again', () => {
  it('is stuck after the same call with the same error, eight times in a row', () => {
    assert.equal(stuckAt(times(50, () => call('edit', 'a', 'oldString not found', { failed: true }))), 8);
  });

  it('is stuck after a tool that is not there, whatever its input', () => {
    const missing = (index: number) => call('deploy', String(index), `no ${String(index)}`, { missing: true });
    assert.equal(stuckAt(times(50, missing)), 8);
  });

  it('is stuck after the same call with the same result a hundred times, not before', () => {
    assert.equal(stuckAt(times(500, () => call('bash', 'true', ''))), 100);
  });

  it('is stuck when three calls fill the last three hundred', () => {
    assert.equal(stuckAt(times(1_000, (index) => call('read', String(index % 3), 'text'))), 300);
  });

  it('is not stuck by honest work', () => {
    const polling = (index: number) => call('bash', 'curl -s localhost:3000', index < 90 ? 'exit code: 7' : 'ready');
    assert.equal(stuckAt(times(99, polling)), 0, 'polling for a while');
    const progress = (index: number) => call('check_background', 'b1', `line ${String(index)}`);
    assert.equal(stuckAt(times(2_000, progress)), 0, 'polling what moves');
    const mending = (index: number) =>
      index % 2 === 0 ? call('edit', String(index), 'ok') : call('bash', 'npm test', `${String(index)} failing`);
    assert.equal(stuckAt(times(2_000, mending)), 0, 'edit and test');
    const trying = (index: number) => call('edit', String(index), 'not found', { failed: true });
    assert.equal(stuckAt(times(200, trying)), 0, 'other inputs, other errors');
  });

  it('counts a call once, however often it is told', () => {
    const one = call('edit', 'a', 'no', { failed: true });
    assert.equal(stuckAt(times(50, () => one)), 0);
  });

  it('keeps no more than its window of a turn, however long that is', () => {
    const habits = noHabits();
    for (let index = 0; index < 5_000; index += 1) afterCall(habits, call('read', String(index), 'text'));
    assert.equal(habits.window.length, habitLimits.window);
    assert.equal(habits.counts.size, habitLimits.window);
  });

  it('is stuck after five steps that hold nothing, unless a call came between', () => {
    const habits = noHabits();
    for (let step = 1; step <= 4; step += 1) assert.equal(afterStep(habits, true), undefined);
    afterCall(habits, call('read', 'a', 'text'));
    for (let step = 1; step <= 4; step += 1) assert.equal(afterStep(habits, true), undefined);
    assert.equal(afterStep(habits, true)?.class, 'garbage');
  });

  it('has no room when the context is full again right after it was compacted', () => {
    const habits = noHabits();
    assert.equal(afterOverflow(habits, 'full'), undefined);
    afterCall(habits, call('read', 'a', 'text'));
    assert.equal(afterOverflow(habits, 'full'), undefined, 'it has worked since');
    afterStep(habits, false);
    assert.deepEqual(afterOverflow(habits, 'full'), { class: 'overflow', reason: 'full' });
  });
});
