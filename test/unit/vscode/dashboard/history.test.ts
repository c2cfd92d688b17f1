import assert from 'node:assert/strict';
import { historyOf } from '../../../../src/vscode/dashboard/history';
import { begins, todo, world } from '../missions';

describe('the feed as the host keeps it', () => {
  it('names whose turn was lost, also when its session went on in the same moment', () => {
    const mission = world([todo('T1')]);
    mission.add(...begins('T1', 't2'));
    const history = historyOf(mission.records);
    const usage = { tokens: 0, cost: 0 };
    // Both are in the state before the feed hears of them, as with one flush.
    const added = mission.add(
      { type: 'turn.lost', turn: 't2', how: 'interrupted', reason: 'gone', next: 'continue', ...usage },
      {
        ...{ type: 'turn.ordered', turn: 't3', role: 'worker', todo: 'T1', attempt: 1, kind: 'continue' },
        ...{ message: 'msg_t3', session: 'ses_T1' },
      },
    );
    history.recorded(mission.state, added);
    const texts = history.items.map(({ text }) => text);
    assert.ok(texts.includes('The worker of T1 was interrupted and goes on'), texts.join('\n'));
    assert.ok(texts.every((text) => !text.includes('An agent')));
  });
});
