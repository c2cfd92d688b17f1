import assert from 'node:assert/strict';
import type { Recorded } from '../../../src/core/mission/facts';
import { fold } from '../../../src/core/mission/reduce';
import type { MissionState } from '../../../src/core/mission/state';
import type { FakePrompt } from '../../support/fakeBackend';
import {
  answer,
  diamond,
  fail,
  fakeMission,
  HostKilled,
  pass,
  todos,
  type Agent,
  type FakeMission,
  type FakeOptions,
} from '../../support/fakeMission';

/** A diamond in which a worker says nothing at first, a review fails once, another passes unproven, and the mission review finds a fault. */
function troubled(): Agent {
  let missionReviews = 0;
  return ({ role, order, nth, text, opening }) => {
    const { todo, attempt } = order;
    if (role === 'worker' && todo === 'T2' && attempt === 1) return { do: 'silent', prose: 'All done!' };
    if (role === 'worker' && todo === 'T3') return { ...answer(report), closing: 150 };
    if (role === 'reviewer' && todo === 'T3' && attempt === 1) return fail('the sum is off');
    if (role === 'reviewer' && todo === 'T4') return nth === 1 ? { ...pass(''), closing: 80 } : pass(opening);
    if (role === 'reviewer' && todo === undefined)
      return (missionReviews += 1) === 1 ? fail('no README') : pass(opening);
    if (role === 'commander' && text.includes('no README') && !text.includes('"id":"T5"'))
      return answer({
        summary: 'write one',
        actions: [
          { type: 'delegate', id: 'T5', title: 'README', detail: 'it', files: ['README.md'], check: 'test T5' },
        ],
      });
    return undefined;
  };
}

const report = { status: 'done', summary: 'did it', files: [] };
const plan = todos(diamond);
const settings = { 'limits.stallMinutes': 1 } as const;

type End = 'flushed' | 'next';

/** Runs the mission until its host dies with `seq` records on disk. */
async function killedAt(seq: number, when: End, options: Partial<FakeOptions> = {}): Promise<FakeMission> {
  const mission = fakeMission({ plan, settings, agent: troubled(), killAt: { seq, when }, ...options });
  await assert.rejects(mission.run(), HostKilled);
  await pause(mission, 5); // no process is replaced within a millisecond
  assert.equal(mission.records.length, seq);
  return mission;
}

/** A new host on what the dead one left: its journal, its files, its server. */
function successor(dead: FakeMission, options: Partial<FakeOptions> = {}): FakeMission {
  const { clock, backend, files } = dead;
  return fakeMission({ plan, settings, past: [...dead.records], clock, backend, files, ...options });
}

function pause(mission: FakeMission, ms: number): Promise<unknown> {
  return mission.clock.until(new Promise<void>((resolve) => mission.clock.after(ms, resolve)));
}

/** What must hold after every crash, wherever it was. */
function check(mission: FakeMission, state: MissionState, before: number, where: string): void {
  assert.equal(state.end?.state, 'sealed', where);
  assert.deepEqual(fold(mission.records), state, where);
  assert.deepEqual(mission.backend.violations, [], where);
  assert.equal(mission.backend.busyNow, 0, where);
  const sent = mission.backend.prompts.map((prompt) => prompt.message);
  assert.equal(new Set(sent).size, sent.length, `${where}: a message was sent twice`);
  const done = doneAt(mission.records, before);
  const workedOn = mission.backend.prompts.filter((prompt) => isWork(prompt, mission.records, before));
  for (const prompt of workedOn) assert.ok(!done.has(prompt.order.todo ?? ''), `${where}: ${prompt.text} was done`);
}

function doneAt(records: readonly Recorded[], seq: number): Set<string> {
  const at = fold(records.slice(0, seq));
  return new Set([...at.todos.values()].filter((todo) => todo.state === 'done').map((todo) => todo.id));
}

/** A worker’s prompt that was ordered after this record. */
function isWork(prompt: FakePrompt, records: readonly Recorded[], seq: number): boolean {
  const order = records.find(({ fact }) => fact.type === 'turn.ordered' && fact.message === prompt.message);
  return prompt.role === 'worker' && (order === undefined || order.seq > seq);
}

/** What the mission did when nothing happened to it. */
async function undisturbed(): Promise<FakeMission> {
  const mission = fakeMission({ plan, settings, agent: troubled() });
  const state = await mission.run();
  assert.equal(state.end?.state, 'sealed');
  return mission;
}

const ways: Readonly<Record<string, (dead: FakeMission) => Promise<Partial<FakeOptions>>>> = {
  'while the agents go on': () => Promise.resolve({}),
  'after the agents have fallen idle unseen': async (dead) => {
    await pause(dead, 30_000);
    return {};
  },
  'on a server that died as well': async (dead) => {
    dead.backend.crash();
    await pause(dead, 1_000);
    dead.backend.restart();
    return {};
  },
};

describe('a host that is killed at any record', () => {
  let records: readonly Recorded[] = [];
  before(async () => {
    const mission = await undisturbed();
    ({ records } = mission);
    const outcomes: string[] = records.map(({ fact }) =>
      'outcome' in fact ? fact.outcome : 'how' in fact ? fact.how : '',
    );
    for (const outcome of ['failed', 'unproven', 'silent']) assert.ok(outcomes.includes(outcome), outcome);
  });

  for (const when of ['flushed', 'next'] as const) {
    const moment = when === 'flushed' ? 'before what follows from it happens' : 'just before the next one';
    for (const [title, prepare] of Object.entries(ways)) {
      if (when === 'flushed' && title.includes('unseen')) continue; // nothing was begun that could fall idle
      it(`${moment}: resumes ${title}`, async () => {
        for (let seq = 1; seq < records.length; seq += 1) {
          const dead = await killedAt(seq, when);
          const next = successor(dead, await prepare(dead));
          check(next, await next.run(), seq, `cut after record ${String(seq)} (${records[seq - 1]?.fact.type ?? ''})`);
        }
      });
    }
  }

  it('is replaced by a host whose clock is an hour behind', async () => {
    for (let seq = 1; seq < records.length; seq += 1) {
      const dead = await killedAt(seq, 'next');
      await pause(dead, 1_000);
      const next = successor(dead, { clockOffMs: -3_600_000 });
      check(next, await next.run(), seq, `cut after record ${String(seq)} (${records[seq - 1]?.fact.type ?? ''})`);
    }
  });

  it('is killed again a few records later, and once more', async () => {
    for (let seq = 1; seq < records.length; seq += 1) {
      let host = await killedAt(seq, 'next');
      for (const more of [2, 5]) {
        await pause(host, 50);
        const killAt = { seq: host.records.length + more, when: 'next' } as const;
        const next = successor(host, { killAt });
        await next.run().catch((error: unknown) => assert.ok(error instanceof HostKilled, String(error)));
        host = next;
      }
      await pause(host, 50);
      const sealed = fold(host.records).end !== undefined;
      const last = sealed ? host : successor(host);
      const state = sealed ? fold(host.records) : await last.run();
      check(last, state, host.records.length, `cut after record ${String(seq)} and twice more`);
    }
  });

  for (const [moment, ms] of [
    ['at once', 1],
    ['when it hears the server', 12],
  ] as const) {
    it(`is replaced by one that is told to stop ${moment}: every session falls idle, and a resume seals`, async () => {
      for (let seq = 1; seq < records.length; seq += 1) {
        const where = `cut after record ${String(seq)} (${records[seq - 1]?.fact.type ?? ''})`;
        const next = successor(await killedAt(seq, 'next', { latencyMs: () => 3_000 }));
        next.clock.after(ms, () => {
          next.driver.stop('a test');
        });
        const state = await next.run();
        assert.equal(state.end?.state, 'stopped', where);
        assert.equal(next.backend.busyNow, 0, `${where}: somebody works on after the stop`);
        await pause(next, 1_000);
        const last = successor(next);
        check(last, await last.run(), next.records.length, where);
      }
    });
  }
});
