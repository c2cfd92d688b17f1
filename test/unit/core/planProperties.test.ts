import assert from 'node:assert/strict';
import fc from 'fast-check';
import { narrate } from '../../../src/core/mission/narrate';
import { fold, reduce } from '../../../src/core/mission/reduce';
import { emptyState } from '../../../src/core/mission/state';
import { courses, play } from './fixtures/missions';

describe('any mission', function () {
  // Seconds of work, on a machine that may have more to do.
  this.timeout(90_000);

  it('keeps every limit, never has two on one file, never seals early, never is stuck, and ends', () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course);
      }),
      { numRuns: 250 },
    );
  });

  it('is told in plain sentences', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const s = emptyState();
        for (const record of play(course).records) {
          reduce(s, record);
          assert.doesNotMatch(narrate(s, record) ?? 'none', /undefined|\[object|^$|^ | {2}/);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is the same state from any point of its journal on', () => {
    fc.assert(
      fc.property(courses, fc.nat(), (course, where) => {
        const world = play(course);
        const cut = where % world.records.length;
        const snapshot = structuredClone(fold(world.records.slice(0, cut)));
        assert.deepEqual(fold(world.records.slice(cut), snapshot), world.s);
        assert.deepEqual(fold(world.records), world.s);
      }),
      { numRuns: 60 },
    );
  });
});
