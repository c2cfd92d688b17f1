import assert from 'node:assert/strict';
import { emptyState } from '../../../../src/core/mission/state';
import type { FileWrite } from '../../../../src/core/mission/writes';
import { ownedBlocks, ownerWords } from '../../../../src/core/view/lineOwner';

const by = (todo: string, attempt = 1): FileWrite => ({
  todo,
  attempt,
  before: { tree: '', path: '' },
  after: undefined,
});

describe('the lines that TODOs wrote', () => {
  it('are told in blocks of the same attempt', () => {
    const lines = [by('T1'), by('T1'), undefined, by('T1'), by('T1', 2), by('T2'), undefined];
    assert.deepEqual(
      ownedBlocks(lines).map(({ owner, first, last }) => [owner.todo, owner.attempt, first, last]),
      [
        ['T1', 1, 0, 1],
        ['T1', 1, 3, 3],
        ['T1', 2, 4, 4],
        ['T2', 1, 5, 5],
      ],
    );
    assert.deepEqual(ownedBlocks([]), []);
    assert.deepEqual(ownedBlocks([undefined]), []);
  });

  it('have a name also where the TODO is gone', () => {
    assert.deepEqual(ownerWords(emptyState(), by('T\u202e9', 2)), { name: 'T9', title: '', how: 'worker, attempt 2' });
  });
});
