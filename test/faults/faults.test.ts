/** A few missions of the soak, and whether its checks would find what is wrong. `npm run test:soak` plays many more. */
import assert from 'node:assert/strict';
import type { Fact } from '../../src/core/mission/facts';
import { checks } from './checks';
import type { History } from './history';
import { pieces } from './line';
import { outcomeLine, play, type Outcome } from './mission';
import { describeSchedule, scheduleOf, strikeKinds } from './schedule';

/** Chosen so that together they are struck by what matters most; all are different missions. */
const seeds = [516, 822, 454, 6, 708, 436, 291];

describe('missions under faults', function () {
  this.timeout(600_000);
  const outcomes = new Map<number, Outcome>();

  before(async () => {
    // Two at a time: each of them waits more than it works.
    const left = [...seeds];
    const player = async (): Promise<void> => {
      for (let seed = left.shift(); seed !== undefined; seed = left.shift())
        outcomes.set(seed, await play(scheduleOf(seed)));
    };
    await Promise.all([player(), player()]);
  });

  for (const seed of seeds) {
    it(`seed ${String(seed)} loses and repeats nothing: ${describeSchedule(scheduleOf(seed))}`, () => {
      const outcome = outcomes.get(seed);
      assert.ok(outcome);
      assert.deepEqual(outcome.wrong, [], `${outcomeLine(outcome)}\nkept in ${outcome.kept ?? ''}`);
    });
  }

  it('are judged by checks that find a planted fault', () => {
    const history = outcomes.get(seeds[0] ?? 0)?.history;
    assert.ok(history);
    const fact = (type: Fact['type']) => history.records.find((record) => record.fact.type === type);
    const [created, passed] = [fact('mission.created'), fact('todo.reviewed')];
    const worker = history.records.find(({ fact: one }) => one.type === 'turn.ordered' && one.role === 'worker');
    const call = history.calls.find(({ role, outcome }) => role === 'worker' && outcome === 'step');
    assert.ok(created && passed && worker && call);
    const planted: Record<string, Partial<History>> = {
      ends: { hosts: [] },
      lostTodos: { files: new Map([...history.files].map(([file]) => [file, 'other'])) },
      repeatedTodos: { records: [...history.records, { ...worker, seq: history.records.length + 1 }] },
      repeatedPrompts: { calls: [...history.calls, call] },
      shownAndLost: { records: history.records.slice(0, -1) },
      told: { status: {} },
      stops: { marks: [{ kind: 'stopped', at: 0, wrong: ['not quiet'] }] },
      damage: { damage: ['line 3: The record is damaged.'] },
      strangers: { strangers: ['secret.txt'] },
      leftOver: { left: ['17 opencode'] },
      invariants: {
        records: history.records.filter(({ fact: one }) => one.type !== 'todo.reviewed'),
      },
    };
    for (const [name, check] of Object.entries(checks)) {
      assert.deepEqual(check(history), [], `${name} has nothing against the mission as it was`);
      assert.notDeepEqual(check({ ...history, ...planted[name] }), [], `${name} finds what is planted`);
    }
  });
});

describe('the schedule of faults', () => {
  const many = Array.from({ length: 300 }, (_, index) => scheduleOf(index + 1));

  it('is the same for the same seed, and another one for another', () => {
    assert.deepEqual(scheduleOf(17), scheduleOf(17));
    assert.equal(new Set(many.map(describeSchedule)).size > 290, true);
  });

  it('holds every kind of strike, server and shape', () => {
    const struck = new Set(many.flatMap(({ strikes }) => strikes.map(({ kind }) => kind)));
    assert.deepEqual([...struck].sort(), [...strikeKinds].sort());
    assert.equal(new Set(many.flatMap(({ modelFaults }) => modelFaults.map((name) => name.split(' (')[0]))).size, 11);
    assert.equal(many.filter(({ seals }) => !seals).length > 0, true);
  });
});

describe('the line that is disturbed', () => {
  it('cuts inside a character of more than one byte', () => {
    const cut = pieces(Buffer.from('a語🦊'));
    assert.equal(Buffer.concat(cut).toString(), 'a語🦊');
    assert.ok(cut.some((piece) => piece.toString().includes('\uFFFD')));
    assert.equal(pieces(Buffer.from('plain')).length, 2);
  });
});
