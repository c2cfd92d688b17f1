import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { fold, reduce } from '../../../src/core/mission/reduce';
import { decodeState, encodeState } from '../../../src/core/mission/snapshot';
import { emptyState, type MissionState } from '../../../src/core/mission/state';
import { courses, play } from './fixtures/missions';

/** Over to another process and back to life there. */
function sent(s: MissionState): MissionState {
  return decodeState(JSON.parse(JSON.stringify(encodeState(s))));
}

/** A state for comparison: in its order, and without what is there and undefined. */
function plain(s: MissionState): unknown {
  const sorted = (items: Iterable<string>) => [...items].sort();
  const byName = <T>(items: Iterable<readonly [string, T]>) => Object.fromEntries(items);
  const lists = Object.entries(s).map(([name, value]: [string, unknown]): [string, unknown] => [
    name,
    value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value,
  ]);
  const seen = {
    ...Object.fromEntries(lists),
    keys: byName(s.keys),
    dependents: byName(s.dependents),
    turnOf: byName(s.turnOf),
    fileOwner: byName(s.fileOwner),
    alone: sorted(s.alone),
    active: sorted(s.active),
    openIssues: [...s.openIssues].map(([owner, issues]) => [owner, [...issues]]),
  };
  return z.unknown().parse(JSON.parse(JSON.stringify(seen)));
}

const nothing = z.record(z.string(), z.unknown()).parse(encodeState(emptyState()));
const todo = {
  ...{ id: 'T1', title: 'Do T1', detail: '', files: [], after: [], by: 'planner', state: 'queued' },
  ...{ attempts: 0, tries: 0, reviews: 0, reviewsLost: 0, verified: false },
};

describe('a snapshot', function () {
  // Whole missions are played; the machine may have more to do.
  this.timeout(90_000);

  it('takes a TODO that has only what it must have', () => {
    assert.deepEqual(decodeState({ ...nothing, todos: [todo], ready: ['T1'] }).todos.get('T1'), todo);
  });

  it('is folded on from as if the whole journal was, at every cut', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const { records, s } = play(course);
        const whole = plain(s);
        const prefix = emptyState();
        const every = Math.max(1, Math.floor(records.length / 20));
        for (const [at, record] of records.entries()) {
          if (at % every === 0) assert.deepEqual(plain(fold(records.slice(at), sent(prefix))), whole);
          reduce(prefix, record);
          if (at % 3 === 0) assert.deepEqual(plain(sent(prefix)), plain(prefix));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('of nothing is the state before the first fact', () => {
    assert.deepEqual(plain(sent(emptyState())), plain(emptyState()));
  });

  it('does not change when the state it was made of does', () => {
    fc.assert(
      fc.property(courses, fc.nat(), (course, where) => {
        const { records } = play(course);
        const cut = where % records.length;
        const s = fold(records.slice(0, cut));
        const encoded = encodeState(s);
        const before = JSON.stringify(encoded);
        fold(records.slice(cut), s);
        assert.equal(JSON.stringify(encoded), before);
      }),
      { numRuns: 15 },
    );
  });

  for (const [name, value] of [
    ['nothing', undefined],
    ['a text', 'state'],
    ['no object', []],
    ['an object without a mission', {}],
    ['a field of a newer release', { ...nothing, later: 1 }],
    ['an index that names no TODO', { ...nothing, ready: ['T1'] }],
    ['a TODO of another shape', { ...nothing, todos: [{ id: 'T1' }] }],
    ['a TODO with more to it', { ...nothing, todos: [{ ...todo, later: 1 }] }],
    ['a TODO in no state', { ...nothing, todos: [{ ...todo, state: 'over' }] }],
    ['a session of another shape', { ...nothing, sessions: [['ses_1', { role: 'worker' }]] }],
    ['a session without its id', { ...nothing, sessions: [{ role: 'worker' }] }],
    ['a turn of another shape', { ...nothing, turns: [{ id: 't1' }] }],
  ] as const) {
    it(`throws on ${name}`, () => {
      assert.throws(() => decodeState(value));
    });
  }
});
