import assert from 'node:assert/strict';
import {
  activeWords,
  costWords,
  iterationWords,
  meters,
  progress,
  spokenDigest,
  statusItem,
} from '../../../../src/core/view/status';
import { runningMission, Told, tokensMission } from '../../cli/viewMission';
import { assertPlain, evil, momentOf, utcClock } from './moments';

describe('core/view/status', () => {
  it('says in the status bar how far it is and who works', () => {
    const told = tokensMission();
    told.work('T4');
    told.work('T5');
    assert.equal(statusItem(momentOf(told)).text, '3/12 · 2 running');
    assert.equal(statusItem(momentOf(told)).icon, 'missionRunning');
    const asking = statusItem(momentOf(runningMission()));
    assert.deepEqual([asking.text, asking.icon, asking.needsYou], ['3/12 · 1 needs you', 'waiting', true]);
    assert.equal(statusItem(momentOf(new Told('New'))).text, 'planning');
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    assert.equal(statusItem(momentOf(told)).text, '3/12 · stopping 10/12');
    for (const turn of told.state.turns.keys()) told.lost(turn, 'stopped', 'continue');
    told.ended('stopped', 'stopped by person (12 of 12 confirmed)');
    const stopped = statusItem(momentOf(told));
    assert.equal(stopped.text, '3/12 · stopped');
    assert.match(
      stopped.tooltip[1]!,
      new RegExp(`^Stopped \\(12 of 12 confirmed\\) by you at ${utcClock(told.now)}\\. Nothing runs\\.`),
    );
  });

  it('counts a cancelled TODO nowhere: neither among those that are done nor among all', () => {
    const told = new Told('Title').plan([{ id: 'A' }, { id: 'B' }]);
    const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };
    told.fact({ type: 'todos.edited', ...none, ticked: ['A'], cancelled: ['B'] });
    assert.match(statusItem(momentOf(told)).text, /^1\/1\b/);
    assert.deepEqual(progress(told.state), {
      ...{ label: '1 of 1 done', spoken: '1 of 1 done: 0 verified, 1 unverified, 0 left, 1 cancelled' },
      ...{ total: 1, verified: 0, unverified: 1, left: 0, cancelled: 1 },
    });
  });

  it('has the state and the figures in its tooltip', () => {
    const told = new Told('Title\nmore', { 'budget.usd': 10 }).plan([{ id: 'A' }]);
    const { tooltip, spoken } = statusItem(momentOf(told));
    assert.deepEqual(tooltip, [
      'Title',
      'Running. The next turns are being ordered.',
      '0 of 1 done.',
      'Elapsed 0s · Tokens 80k · Cost $0.22 of $10.00',
    ]);
    assert.equal(spoken, 'Mission running, 0 of 1 done');
  });

  it('tells a screen reader what is done since, who runs and who waits', () => {
    const told = tokensMission();
    const since = told.state.todos.get('T1')!.closedAt!;
    assert.equal(spokenDigest(momentOf(told), since), 'T2 done, verified. T3 done, unverified. 0 running.');
    assert.equal(spokenDigest(momentOf(runningMission()), Infinity), '6 running, 1 waiting for you.');
    assert.equal(spokenDigest(momentOf(told.ended('stopped', 'stopped by person')), Infinity), 'Mission stopped.');
  });

  it('measures what has a budget, and warns from 80 %', () => {
    const told = new Told('Meters', { 'budget.usd': 0.25, 'budget.minutes': 120 }).plan([{ id: 'A' }]);
    const turn = told.work('A');
    told.news(turn, { tokens: 12_000, cost: 0.005 });
    told.now += 24 * 60_000 + 6_000;
    const [elapsed, tokens, cost] = meters(momentOf(told));
    assert.deepEqual(elapsed, {
      key: 'elapsed',
      label: 'Elapsed',
      value: '24m 06s',
      of: 'of 2h 00m',
      ratio: elapsed?.ratio,
    });
    assert.deepEqual(tokens, { key: 'tokens', label: 'Tokens', value: '92k' });
    assert.deepEqual([cost?.value, cost?.of, cost?.warn], ['$0.23', 'of $0.25', '90 %']);
    told.news(turn, { cost: 9 });
    assert.equal(meters(momentOf(told))[2]?.ratio, 1);
  });

  it('says n/a where no price is known, and nothing where nothing applies', () => {
    assert.deepEqual([{ tokens: 5, cost: 0 }, { tokens: 0, cost: 0 }, {}, { tokens: 1, cost: 0.001 }].map(costWords), [
      'n/a',
      '–',
      '',
      '<$0.01',
    ]);
    const told = new Told('Free');
    told.end(told.begin('commander'), 50_000, 0);
    assert.equal(meters(momentOf(told))[2]?.value, 'n/a');
  });

  it('words the progress, the agents and the iterations', () => {
    const told = runningMission();
    assert.equal(progress(told.state).spoken, '3 of 12 done: 2 verified, 1 unverified, 9 left');
    assert.equal(activeWords(told.state), '8 active, at most 50');
    assert.equal(iterationWords(told.state), 'iteration 1 of 20');
    told.ended('sealed', 'Good.');
    assert.equal(iterationWords(told.state), '1 iteration');
    assert.equal(activeWords(told.state), '0 active');
  });

  it('lets no code of others through', () => {
    const told = new Told(evil).plan([{ id: 'A', title: evil }]);
    told.ask(told.work('A'), 'question', evil);
    assertPlain(statusItem(momentOf(told)));
    assertPlain(statusItem(momentOf(told.ended('failed', evil))));
  });
});
