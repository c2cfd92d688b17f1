import assert from 'node:assert/strict';
import { historyInSlices, historyOf } from '../../../../src/vscode/dashboard/history';
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
    history.recorded(added);
    const texts = history.items.map(({ text }) => text);
    assert.ok(texts.includes('The worker of T1 was interrupted and goes on'), texts.join('\n'));
    assert.ok(texts.every((text) => !text.includes('An agent')));
  });

  it('has what the page has that saw every record, however many came at once', () => {
    const mission = world([todo('T1')]);
    const known = mission.records.length;
    const history = historyOf(mission.records);
    const nothing = { added: [], retried: [], cancelled: [], asks: [] };
    const commander = { type: 'turn.ordered', role: 'commander', attempt: 1, kind: 'first' } as const;
    mission.add(
      { type: 'note.added', text: 'Mind the gap' },
      { ...commander, turn: 't2', message: 'msg_t2', iteration: 2 },
      { type: 'commander.decided', turn: 't2', summary: 'ok', ...nothing, seal: false, refusals: [] },
    );
    history.recorded(mission.records.slice(known));
    const texts = history.items.map(({ text }) => text);
    assert.ok(texts.includes('Your note was delivered with the Commander’s turn 2'), texts.join('\n'));
    assert.deepEqual(history.items, historyOf(mission.records).items);
  });

  it('of a long mission is the same when it is folded in slices, and what is written meanwhile is in it', async () => {
    const mission = world([todo('T1')]);
    for (let index = 0; index < 2_300; index += 1) mission.add({ type: 'noticed', text: `line ${String(index)}` });
    let looks = 0;
    const grow = () => {
      looks += 1;
      if (looks < 4) mission.add({ type: 'noticed', text: `late ${String(looks)}` });
      return true;
    };
    const history = await historyInSlices(() => mission.records, grow);
    assert.deepEqual(history?.items, historyOf(mission.records).items);
    assert.match(history.items.map(({ text }) => text).join(), /late 3/);
    assert.equal(
      await historyInSlices(
        () => mission.records,
        () => false,
      ),
      undefined,
    );
  });
});
