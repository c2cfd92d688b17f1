import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileKey, findCycle } from '../../../src/core/todo/graph';

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
