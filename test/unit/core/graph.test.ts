import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileKey, findCycle } from '../../../src/core/todo/graph';
import { guessed, learnt, measured, ranksOf, tookNothing } from '../../../src/core/todo/ranks';

const chain = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `T${String(index)}`,
    after: index > 0 ? [`t${String(index - 1)}`] : [],
  }));

describe('TODO graph', () => {
  it('finds no cycle where every edge leads back', () => {
    const acyclic = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(acyclic, (edges) => {
        const todos = edges.map((after, index) => ({
          id: `T${String(index)}`,
          after: index === 0 ? [] : after.map((other) => `T${String(other % index)}`),
        }));
        assert.equal(findCycle(todos), undefined);
      }),
    );
  });

  it('finds a cycle that was put in, and names its members in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 29 }), (count, at) => {
        const todos = chain(count).map((todo, index) =>
          index === at % count ? { ...todo, after: [...todo.after, `T${String(count - 1)}`] } : todo,
        );
        const cycle = findCycle(todos);
        assert.ok(cycle && cycle.length > 1);
        assert.equal(cycle[0], cycle.at(-1));
        for (let index = 0; index + 1 < cycle.length; index += 1) {
          const after = todos.find((todo) => todo.id === cycle[index])?.after.map((id) => id.toLowerCase());
          assert.ok(after?.includes((cycle[index + 1] ?? '').toLowerCase()));
        }
      }),
    );
  });

  it('walks chains of 10,000 without running out of stack', () => {
    assert.equal(findCycle(chain(10_000)), undefined);
    assert.equal(
      findCycle(chain(10_000).map((todo, index) => (index === 0 ? { ...todo, after: ['T9999'] } : todo)))?.length,
      10_001,
    );
  });

  it('compares files without case', () => {
    assert.equal(fileKey('SRC/A.ts'), fileKey('src/a.ts'));
  });
});

describe('how much work lies behind a TODO', () => {
  const todo = (id: string, after: string[], size?: 'XS' | 'S' | 'M' | 'L') => ({ id, after, ...(size && { size }) });

  it('is its own and that of the longest path that waits for it, by sizes', () => {
    const ranks = ranksOf(
      [todo('A', []), todo('B', ['a'], 'L'), todo('C', ['A'], 'XS'), todo('D', ['C', 'B'], 'S')],
      guessed,
    );
    assert.deepEqual(Object.fromEntries(ranks), { A: 7, B: 5, C: 1.5, D: 1 });
  });

  it('passes over what is waited for and is not there, and a chain of 10,000', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => todo(`T${String(index)}`, [`T${String(index - 1)}`]));
    assert.equal(ranksOf(chain, guessed).get('T0'), 20_000);
  });

  it('learns what sizes take from the turns that came to a report, and guesses at those that were not seen', () => {
    let took = tookNothing;
    let weights = guessed;
    for (let turn = 1; turn <= 64; turn += 1) {
      took = measured(measured(took, 'S', 10_000), 'M', 60_000);
      weights = learnt(took, 'M') ?? weights;
    }
    const { S, M, L } = weights;
    assert.ok(M / S > 5.5 && M / S <= 6, `${String(M)} to ${String(S)}`);
    assert.ok(L > M, 'a size that was not seen is in the scale of the others');
    const [long, short] = [[todo('A', [], 'M')], [todo('B', [], 'S'), todo('C', ['B'], 'S'), todo('D', ['C'], 'S')]];
    const first = (by: typeof weights) => [...ranksOf([...long, ...short], by)].sort(([, a], [, b]) => b - a)[0]?.[0];
    assert.equal(first(guessed), 'B');
    assert.equal(first(weights), 'A');
  });

  it('weighs anew at the first, fourth, sixteenth … turn of a size only', () => {
    let took = tookNothing;
    const weighed = Array.from({ length: 70 }, (_, index) => index + 1).filter(() => {
      took = measured(took, 'L', 1_000);
      return learnt(took, 'L') !== undefined;
    });
    assert.deepEqual(weighed, [1, 4, 16, 64]);
  });
});
