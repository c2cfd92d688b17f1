import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WireTodo } from '../../../src/core/answers/schemas';
import { fold } from '../../../src/core/mission/reduce';
import type { Settings } from '../../../src/core/mission/settings';
import { picks, World } from './fixtures/world';

const names = ['src/a.ts', 'src/A.ts', 'src/b.ts', 'src/c.ts', 'src/d.ts', 'docs/e.md'];

/** Plans without a cycle: each TODO waits for some of those before it, now and then by an id in another case. */
const plans: fc.Arbitrary<WireTodo[]> = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(), { maxLength: 3 }),
      files: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
      own: fc.boolean(),
      check: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((items) =>
    items.map(({ after, files, own, check }, index) => ({
      id: `T${String(index + 1)}`,
      title: `Do T${String(index + 1)}`,
      detail: 'as the title says',
      files: own ? [`src/own${String(index)}.ts`] : files,
      after: index === 0 ? [] : after.map((nat) => `${nat % 2 === 0 ? 't' : 'T'}${String((nat % index) + 1)}`),
      ...(check ? { check: `test T${String(index + 1)}` } : {}),
    })),
  );

const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
  'limits.parallelSessions': fc.constantFrom(1, 2, 3, 5, 50),
  'limits.recoveryAttempts': fc.constantFrom(0, 1, 3),
  'limits.maxIterations': fc.integer({ min: 1, max: 5 }),
  'limits.tasks': fc.constantFrom(1000, 30),
  'budget.tokens': fc.constantFrom(0, 0, 0, 400),
  review: fc.constantFrom('each' as const, 'mission' as const),
});

const trouble = fc.constantFrom(0, 6, 6, 20);

const choices = fc.array(fc.nat({ max: 719 }), { maxLength: 600, size: 'max' });

/** Far more than a mission of 40 TODOs needs whose every turn goes well, five iterations and three resumes over. */
const mostSteps = 12_000;

describe('any mission', () => {
  it('keeps every limit, never has two on one file, never seals early, never is stuck, and ends', () => {
    fc.assert(
      fc.property(plans, settings, choices, trouble, (todos, some, numbers, lost) => {
        new World(picks(numbers), todos, some, lost).run(mostSteps);
      }),
      { numRuns: 250 },
    );
  });

  it('is the same state from any point of its journal on', () => {
    fc.assert(
      fc.property(plans, settings, choices, trouble, fc.nat(), (todos, some, numbers, lost, where) => {
        const world = new World(picks(numbers), todos, some, lost);
        world.run(mostSteps);
        const cut = where % world.records.length;
        const snapshot = structuredClone(fold(world.records.slice(0, cut)));
        assert.deepEqual(fold(world.records.slice(cut), snapshot), world.s);
        assert.deepEqual(fold(world.records), world.s);
      }),
      { numRuns: 60 },
    );
  });
});
