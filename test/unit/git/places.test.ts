import assert from 'node:assert/strict';
import { places } from '../../../src/git/places';

describe('places for at most so many at a time', () => {
  it('are given in the order of asking, also after one that failed', async () => {
    const take = places(2);
    const order: string[] = [];
    let atOnce = 0;
    let most = 0;
    const work = (name: string, fails = false) =>
      take(async () => {
        order.push(name);
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        if (fails) throw new Error(name);
        return name;
      });
    const done = await Promise.allSettled([work('a', true), work('b'), work('c', true), work('d'), work('e')]);
    assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e']);
    assert.equal(most, 2);
    assert.deepEqual(
      done.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
      ['Error: a', 'b', 'Error: c', 'd', 'e'],
    );
    assert.equal(await work('f'), 'f', 'a place is free again');
  });
});
