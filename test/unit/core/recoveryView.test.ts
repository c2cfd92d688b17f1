import assert from 'node:assert/strict';
import { agentTree } from '../../../src/core/view/agents';
import { reduceForFeed } from '../../../src/core/view/feedItem';
import { asksInOrder } from '../../../src/core/view/needsYou';
import { whyLine } from '../../../src/core/view/why';
import type { FactOf } from '../../../src/core/mission/facts';
import { Told } from '../cli/viewMission';
import { momentOf, utcClock } from './view/moments';

const waits = (turn: string, retryAt: number): FactOf<'turn.lost'> => ({
  ...{ type: 'turn.lost', turn, how: 'waits', reason: 'slow down', next: 'continue', class: 'limit', retryAt },
  ...{ tokens: 0, cost: 0 },
});

describe('a model that is waited for, as people read it', () => {
  it('is a countdown in the why-line and a time in the agent’s row while its gate is closed', () => {
    const told = new Told('Storm').plan([{ id: 'A' }, { id: 'B' }]);
    const turn = told.work('A');
    told.fact(waits(turn, told.now + 42_000));
    const gate = told.state.gates.get('');
    assert.ok(gate);
    told.now = gate.until - 42_000;
    assert.equal(whyLine(momentOf(told)), 'Nothing runs: the provider asks to wait 0:42.');
    const row = agentTree(momentOf(told)).find((node) => node.kind === 'agent' && node.todo === 'A');
    assert.deepEqual(row?.kind === 'agent' && [row.state.name, row.state.word, row.now], [
      'rateLimited',
      `rate-limited until ${utcClock(gate.until)}`,
      'waits for its model',
    ]);
    told.now = gate.until + 1;
    assert.doesNotMatch(whyLine(momentOf(told)), /asks to wait/);
  });

  it('is named with who waits for it while others work', () => {
    const told = new Told('Storm').plan([{ id: 'A' }, { id: 'B' }]);
    const [a] = [told.work('A'), told.work('B')];
    told.fact(waits(a, told.now + 60_000));
    assert.match(
      whyLine(momentOf(told)),
      /^The worker of B has worked for .*\. A waits for the provider \((?:1:00|0:5\d)\)\.$/,
    );
  });

  it('is an ask of OpenCode’s, not of the Commander’s, when the key is refused', () => {
    const told = new Told('Key').plan([{ id: 'A' }]);
    const turn = told.work('A');
    const { retryAt: _, ...fact } = waits(turn, 0);
    const record = { seq: told.state.seq + 1, at: told.now, fact: { ...fact, class: 'key' as const } };
    const item = reduceForFeed(told.state, record);
    assert.equal(item?.kind, 'needsYou');
    assert.match(item.text, /^The key of its provider is refused for the workers/);
    const [ask] = asksInOrder(momentOf(told));
    assert.deepEqual(
      [ask?.who, ask?.to, ask?.questions[0]?.options[0]?.answer],
      ['OpenCode', 'commander', 'Try again'],
    );
    const commander = agentTree(momentOf(told)).find((node) => node.kind === 'agent' && node.role === 'commander');
    assert.equal(commander?.needsYou, false);
  });
});
