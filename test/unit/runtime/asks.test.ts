import assert from 'node:assert/strict';
import type { Fact } from '../../../src/core/mission/facts';
import { emptyState, type Turn } from '../../../src/core/mission/state';
import { Asks } from '../../../src/runtime/asks';
import type { Signal } from '../../../src/runtime/ports';

const asked = (ask: string, session: string): Signal => ({
  type: 'asked',
  ask,
  session,
  kind: 'permission',
  title: 'bash',
});

const turn: Turn = {
  ...{ id: 't1', role: 'worker', todo: 'T1', attempt: 1, kind: 'first', message: 'msg_1', orderedAt: 0 },
  ...{ usedMs: 0, interruptions: 0, settling: false, unwanted: false },
};

describe('what agents ask', () => {
  /** Asks of a mission with one turn in flight, whose session becomes known with `open`. */
  function scene() {
    const state = emptyState();
    const facts: Fact[] = [];
    const asks = new Asks(
      state,
      (producer) => facts.push(...producer(state)),
      (session) => [...state.turns.values()].some((turn) => turn.session === session),
    );
    const open = (session: string): void => {
      state.turns.set('t1', { ...turn, session });
      asks.recognise(session);
    };
    return { asks, facts, open };
  }

  it('counts when it was told before the session of an adopted turn was found', () => {
    const { asks, facts, open } = scene();
    asks.take({ type: 'connected' });
    asks.take(asked('p1', 'ses_1'));
    asks.take(asked('p2', 'ses_strange'));
    asks.take({ type: 'asksRead' });
    assert.equal(facts.length, 0);
    open('ses_1');
    assert.deepEqual(
      facts.map((fact) => fact.type === 'ask.opened' && fact.ask),
      ['p1'],
    );
  });

  it('is forgotten when it was answered before, or is not told any more', () => {
    const { asks, facts, open } = scene();
    asks.take(asked('p1', 'ses_1'));
    asks.take({ type: 'replied', ask: 'p1', reply: 'once' });
    asks.take(asked('p2', 'ses_1'));
    asks.take({ type: 'connected' });
    open('ses_1');
    assert.deepEqual(facts, []);
  });

  it('is remembered of no more than some strangers', () => {
    const { asks, facts, open } = scene();
    for (let index = 0; index < 1_000; index += 1) asks.take(asked(`p${String(index)}`, 'ses_1'));
    open('ses_1');
    assert.equal(facts.length, 200);
  });
});
