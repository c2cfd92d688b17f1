import assert from 'node:assert/strict';
import { addedLines, keptLines, type Hunk } from '../../../src/core/todo/hunks';

const hunk = (before: [number, number], after: [number, number]): Hunk => ({
  before: { at: before[0], count: before[1] },
  after: { at: after[0], count: after[1] },
});

describe('where two texts differ', () => {
  it('tells which lines are new, and which line each other one was', () => {
    // a b c d → x a c Y Z
    const hunks = [hunk([0, 0], [1, 1]), hunk([2, 1], [2, 0]), hunk([4, 1], [4, 2])];
    assert.deepEqual([...addedLines(hunks)], [0, 3, 4]);
    assert.deepEqual(keptLines(hunks, 5), [undefined, 0, 2, undefined, undefined]);
  });

  it('is nothing between equal texts, everything from or to an empty one', () => {
    assert.deepEqual(keptLines([], 2), [0, 1]);
    assert.deepEqual(keptLines([hunk([0, 0], [1, 2])], 2), [undefined, undefined]);
    assert.deepEqual(keptLines([hunk([1, 2], [0, 0])], 0), []);
    assert.deepEqual([...addedLines([hunk([1, 2], [0, 0])])], []);
  });
});
