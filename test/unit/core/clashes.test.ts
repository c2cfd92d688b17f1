import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clashesOf } from '../../../src/core/todo/clashes';
import { clashLines } from '../../../src/core/view/clashes';

const todo = (id: string, files: string, after = '') => ({
  id,
  files: files.split(' ').filter(Boolean),
  after: after.split(' ').filter(Boolean),
});

describe('files that several TODOs name', () => {
  it('clash where the TODOs do not wait for each other, through others too', () => {
    const all = [
      todo('T1', 'a b'),
      todo('T2', 'A c', 't1'),
      todo('T3', 'a', 'T1'),
      todo('T4', 'a d', 'T2 T3'),
      todo('T5', 'b', 'T6'),
      todo('T6', '', 'T4'),
      todo('T7', 'c c'),
    ];
    assert.deepEqual(clashesOf(all), [
      { file: 'a', todos: ['T2', 'T3'] },
      { file: 'c', todos: ['T2', 'T7'] },
    ]);
    assert.deepEqual(clashesOf([]), []);
    assert.deepEqual(clashesOf([todo('T1', 'a', 'gone'), todo('T2', 'b')]), []);
  });

  it('are those pairs of which neither reaches the other, whatever the graph', () => {
    const graph = fc.array(
      fc.record({ files: fc.subarray(['a', 'b', 'c']), after: fc.array(fc.nat(20), { maxLength: 3 }) }),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(graph, fc.boolean(), (nodes, isReversed) => {
        const made = nodes.map(({ files, after }, index) => ({
          id: `T${String(index)}`,
          files,
          after: after.filter((other) => other < index).map((other) => `T${String(other)}`),
        }));
        const all = isReversed ? made.toReversed() : made;
        const reaches = (from: string, to: string): boolean =>
          made.find(({ id }) => id === from)?.after.some((next) => next === to || reaches(next, to)) ?? false;
        const wanted = new Map<string, string[]>();
        for (const file of ['a', 'b', 'c']) {
          const named = all.filter(({ files }) => files.includes(file)).map(({ id }) => id);
          const free = named.filter((id) => named.some((to) => to !== id && !reaches(id, to) && !reaches(to, id)));
          if (free.length > 0) wanted.set(file, free);
        }
        const found = new Map(clashesOf(all).map(({ file, todos }) => [file, [...todos]]));
        assert.deepEqual([...found].sort(), [...wanted].sort());
      }),
    );
  });

  it('are found in a moment among 10,000 TODOs', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      todo(
        `T${String(index)}`,
        `file${String(index % 2_500)}`,
        index % 7 === 0 || index === 0 ? '' : `T${String(index - 1)}`,
      ),
    );
    const begun = performance.now();
    assert.equal(clashesOf(many).length, 2_500);
    assert.ok(performance.now() - begun < 2_000, String(performance.now() - begun));
  });

  it('of which some work apart are told as what becomes of them', () => {
    const apart = { isolated: true };
    assert.deepEqual(clashLines([{ ...todo('T1', 'a'), ...apart }, todo('T2', 'a'), { ...todo('T3', ''), ...apart }]), [
      'T1 and T2 both name a: they work apart and are merged one after the other.',
    ]);
    assert.deepEqual(clashLines([todo('T1', 'a'), todo('T2', 'a'), { ...todo('T3', 'a'), ...apart }]), [
      'T1 to T3 all name a: T1 and T2 take turns, T3 works apart and is merged.',
    ]);
  });

  it('are told in a sentence for each set of TODOs, with those that work alone', () => {
    const all = [
      todo('T1', 'a b c d'),
      todo('T2', 'a b c d'),
      todo('T3', 'e'),
      todo('T4', 'e'),
      todo('T5', 'e'),
      todo('T6', ''),
    ];
    assert.deepEqual(clashLines(all), [
      'T1 and T2 take turns: both name a, b and 2 more files.',
      'T3 to T5 take turns: all name e.',
      'T6 works alone: it names no file.',
    ]);
    assert.deepEqual(
      clashLines([...all, todo('T7', '')]).at(-1),
      'T6 and T7 work alone, one at a time: they name no file.',
    );
    assert.deepEqual(clashLines([todo('T1', '')]), []);
    assert.deepEqual(clashLines([todo('T1', 'a'), todo('T2', 'b')]), []);
  });
});
