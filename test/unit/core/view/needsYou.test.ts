import assert from 'node:assert/strict';
import { asksFor, asksInOrder } from '../../../../src/core/view/needsYou';
import { runningMission, Told } from '../../cli/viewMission';
import { assertPlain, evil, momentOf } from './moments';

describe('core/view/needsYou', () => {
  it('says who asks, what for, for how long and what it holds up', () => {
    const told = runningMission();
    told.now += 188_000;
    const [ask, ...others] = asksInOrder(momentOf(told));
    assert.equal(others.length, 0);
    assert.deepEqual(
      [ask?.who, ask?.todo, ask?.title, ask?.waitedMs, ask?.to],
      ['the worker of T7', 'T7', 'Rotate signing keys without a restart', 192_000, 'agent'],
    );
    assert.deepEqual(ask?.holdsUp, ['T7', 'T12']);
  });

  it('puts the one that waits longest first, in pieces for the eye', () => {
    const told = new Told('Asks').plan([
      { id: 'A' },
      { id: 'B' },
      { id: 'C', after: ['b'] },
      { id: 'D', after: ['C'] },
    ]);
    const [a, b] = [told.work('A'), told.work('B')];
    const permission = { name: 'edit', patterns: ['../secrets.ts'], always: ['../*'] };
    const session = told.state.turns.get(b)!.session!;
    told.fact({ type: 'ask.opened', ask: 'first', kind: 'permission', session, title: 'edit', permission });
    told.now += 1_000;
    told.ask(a, 'permission', 'bash: rm -rf build');
    told.now += 1_000;
    const questions = [
      {
        question: 'Which port?',
        header: 'Port',
        options: [{ label: '80\u202e', description: 'the usual' }],
        multiple: false,
      },
    ];
    told.fact({ type: 'ask.opened', ask: 'q', kind: 'question', session, title: 'Which port?', questions });
    const asks = asksInOrder(momentOf(told));
    assert.deepEqual(
      asks.map(({ ask, what, command, text }) => [ask, what, command, text]),
      [
        ['first', 'asks to edit', '../secrets.ts', ''],
        [`ask-${a}`, 'asks to run', 'rm -rf build', ''],
        ['q', 'asks', undefined, 'Which port?'],
      ],
    );
    assert.deepEqual(
      asks.map((ask) => asksFor(ask, 100)),
      ['asks to edit ../secrets.ts', 'asks to run rm -rf build', 'asks: “Which port?”'],
    );
    assert.deepEqual(asks[0]?.always, ['../*']);
    assert.deepEqual(asks[0].holdsUp, ['B', 'C', 'D']);
    assert.deepEqual(asks[2]?.questions[0]?.options, [{ answer: '80\u202e', label: '80', description: 'the usual' }]);
  });

  it('tells the Commander’s question from the approval of a plan', () => {
    const told = new Told('Plan', { planApproval: true }).plan([{ id: 'A' }, { id: 'B' }]);
    const [plan] = asksInOrder(momentOf(told));
    assert.deepEqual([plan?.to, plan?.who, plan?.holdsUp], ['plan', 'the Commander', ['A', 'B']]);
    told.fact({ type: 'ask.opened', ask: 'A1', kind: 'question', title: 'Which database?' });
    const [, question] = asksInOrder(momentOf(told));
    assert.deepEqual([question?.to, question?.text, question?.holdsUp], ['commander', 'Which database?', []]);
  });

  it('lets no code of others through', () => {
    const told = new Told('x').plan([{ id: 'A', title: evil }]);
    const session = told.state.turns.get(told.work('A'))!.session!;
    const permission = { name: evil, patterns: [evil], always: [evil] };
    const options = [{ label: evil, description: evil }];
    const questions = [{ question: evil, header: evil, options, multiple: true }];
    told.fact({ type: 'ask.opened', ask: 'p', kind: 'permission', session, title: evil, permission });
    told.fact({ type: 'ask.opened', ask: 'q', kind: 'question', session, title: evil, questions });
    assertPlain(asksInOrder(momentOf(told)));
  });
});
