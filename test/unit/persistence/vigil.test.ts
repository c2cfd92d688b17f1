import assert from 'node:assert/strict';
import { Vigil } from '../../../src/persistence/vigil';

/** Looks at one mark after another, so many milliseconds apart; says at which look it was taken for frozen, from 1. */
function frozenAt(looks: readonly (readonly [passedMs: number, mark: string])[]): number {
  const vigil = new Vigil();
  let at = 5_000_000;
  return 1 + looks.findIndex(([passed, mark]) => vigil.look(mark, (at += passed), 2_000));
}

const same = (count: number, passed = 2_000): [number, string][] =>
  Array.from({ length: count }, () => [passed, 'same']);

describe('the vigil over a driver', () => {
  it('takes it for frozen when eight looks after the first found nothing changed', () => {
    assert.equal(frozenAt(same(20)), 9);
  });

  it('begins again with every sign of life', () => {
    assert.equal(frozenAt([...same(8), [2_000, 'other'], ...same(8)]), 0);
    assert.equal(frozenAt([...same(8), [2_000, 'other'], ...same(9)]), 18);
  });

  it('begins again when it slept itself: neither a jump nor a frozen machine makes anybody take over', () => {
    assert.equal(frozenAt([...same(8), [60_000, 'same'], ...same(7)]), 0);
    assert.equal(frozenAt(same(50, 86_400_000)), 0);
  });

  it('counts looks that come too often once', () => {
    assert.equal(frozenAt(same(40, 300)), 0);
    assert.equal(frozenAt(same(80, 500)), 1 + 8 * 4);
  });
});
