import assert from 'node:assert/strict';
import type { Recorded } from '../../../../src/core/mission/facts';
import type { HostMessage, Setup } from '../../../../src/protocol/hostMessages';
import { outgoing, patchBytes, type Outgoing } from '../../../../src/vscode/dashboard/outgoing';
import { ManualClock } from '../../../support/manualClock';

interface Sent {
  readonly at: number;
  readonly message: HostMessage;
}

const setup = {} as Setup;

function record(seq: number, text = 'news'): Recorded {
  return { seq, at: seq, fact: { type: 'noticed', text } };
}

describe('what goes to the dashboard', () => {
  let clock: ManualClock;
  let sent: Sent[];
  let out: Outgoing;
  let deliver: (message: HostMessage) => PromiseLike<boolean>;

  const types = () => sent.map(({ message }) => message.type);
  const patches = () => sent.filter(({ message }) => message.type === 'patch');
  const seqs = () =>
    sent.flatMap(({ message }) => (message.type === 'patch' ? message.records.map(({ seq }) => seq) : []));
  /** Lets so much time pass. */
  const pass = async (ms: number): Promise<void> => {
    await clock.until(new Promise<void>((resolve) => clock.after(ms, resolve)));
  };

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    deliver = () => Promise.resolve(true);
    out = outgoing(
      {
        clock,
        post: (message) => {
          sent.push({ at: clock.now(), message });
          return deliver(message);
        },
        snapshot: () => ({
          ...{ type: 'snapshot', version: 1, now: clock.now(), setup, state: null },
          ...{ feed: [], agents: [], chat: [] },
        }),
        news: (sessions) => [...sessions].map((session) => [session, { headline: 'edits', lastEventAt: 1 }]),
        setup: () => setup,
      },
      true,
    );
  });

  afterEach(() => {
    out.dispose();
  });

  it('is nothing before the page is ready, then one snapshot', async () => {
    out.recorded([record(1)]);
    out.heard('s1');
    await pass(1_000);
    assert.deepEqual(types(), []);
    out.whole();
    await pass(1_000);
    assert.deepEqual(types(), ['snapshot']);
  });

  it('is at most ten patches a second with records, each record once and in order', async () => {
    out.whole();
    await pass(1_000);
    const from = clock.now();
    for (let seq = 1; seq <= 2_000; seq += 1) {
      out.recorded([record(seq)]);
      if (seq % 2 === 0) await pass(1);
    }
    await pass(1_000);
    assert.ok(patches().length <= (clock.now() - from) / 100 + 1, `${patches().length} patches`);
    assert.deepEqual(
      seqs(),
      Array.from({ length: 2_000 }, (_, index) => index + 1),
    );
  });

  it('is at most four patches a second when only news changed', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    for (let at = 0; at < 2_000; at += 1) {
      out.heard(`s${String(at % 50)}`);
      await pass(1);
    }
    assert.ok(sent.length >= 7 && sent.length <= 9, `${sent.length} patches in 2 s`);
    assert.ok(sent.every(({ message }) => message.type === 'patch' && message.agents.length <= 50));
  });

  it('is never more than 64 kB in one patch, and goes on with the rest', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    out.recorded(Array.from({ length: 8 }, (_, index) => record(index + 1, 'x'.repeat(30_000))));
    await pass(2_000);
    assert.equal(patches().length, 4);
    for (const { message } of patches()) assert.ok(JSON.stringify(message).length <= patchBytes);
    assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('becomes a snapshot where too much would have to be caught up', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    out.recorded(Array.from({ length: 50 }, (_, index) => record(index + 1, 'x'.repeat(30_000))));
    await pass(2_000);
    assert.deepEqual(types(), ['snapshot']);
  });

  it('is nothing while hidden, then one snapshot, whether the page was kept or thrown away', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    out.shown(false);
    for (let seq = 1; seq <= 500; seq += 1) {
      out.recorded([record(seq)]);
      out.heard('s1');
      out.setupChanged();
    }
    await pass(5_000);
    assert.deepEqual(types(), []);
    out.shown(true);
    await pass(2_000);
    assert.deepEqual(types(), ['snapshot']);

    sent = [];
    out.shown(false);
    out.shown(true);
    out.whole();
    await pass(2_000);
    assert.deepEqual(types(), ['snapshot']);
  });

  it('waits for a slow page, and does not wait for ever', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    deliver = () => new Promise(() => undefined);
    for (let seq = 1; seq <= 100; seq += 1) {
      out.recorded([record(seq)]);
      await pass(100);
    }
    assert.ok(sent.length <= 3, `${sent.length} messages in 10 s`);
  });

  it('is a snapshot after a message that did not arrive', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    let lost = 1;
    deliver = () => Promise.resolve(lost-- <= 0);
    out.recorded([record(1)]);
    await pass(2_000);
    assert.deepEqual(types(), ['patch', 'snapshot']);
  });

  it('answers a storm of wishes for everything with two snapshots a second', async () => {
    for (let at = 0; at < 2_000; at += 1) {
      out.whole();
      await pass(1);
    }
    assert.ok(sent.length <= 6, `${sent.length} snapshots in 2 s`);
  });

  it('is nothing after the end', async () => {
    out.whole();
    await pass(1_000);
    sent = [];
    out.recorded([record(1)]);
    out.dispose();
    void out.say({ type: 'done', id: 1, ok: true });
    await pass(1_000);
    assert.deepEqual(types(), []);
  });
});
