import assert from 'node:assert/strict';
import { plan } from '../../../../src/core/mission/plan';
import type { Moment } from '../../../../src/core/view/moment';
import { whyLine } from '../../../../src/core/view/why';
import { runningMission, Told, tokensMission } from '../../cli/viewMission';
import { evil, momentOf, utcClock } from './moments';

describe('core/view/why', () => {
  const why = (told: Told, more: Partial<Moment> = {}) => whyLine(momentOf(told, more));

  it('says who works and who waits for what', () => {
    const told = runningMission();
    const until = utcClock(told.now + 596_000);
    assert.equal(
      why(told),
      `4 workers and 2 reviewers are at work. T7 waits for your permission, T9 for its provider until ${until}, T12 for T4 to T9.`,
    );
  });

  it('says for how long one agent has worked', () => {
    const told = new Told('Small');
    told.end(told.begin('commander'));
    const planner = told.begin('planner');
    told.now += 130_000;
    told.news(planner, { lastEventAt: told.now - 3_000 });
    assert.equal(why(told), 'The Planner has worked for 2m 10s, last event 3s ago.');
  });

  it('says who paused and what still happens', () => {
    const told = runningMission();
    const at = utcClock(told.now);
    told.fact({ type: 'mission.paused', by: 'person' });
    assert.equal(why(told), `by you at ${at}; 8 turns end by themselves, 1 TODO is queued.`);
    const quiet = new Told('Quiet').plan([{ id: 'A' }, { id: 'B' }]);
    quiet.fact({ type: 'mission.paused', by: 'person' });
    assert.equal(why(quiet), `by you at ${utcClock(quiet.now)}; nothing runs, 2 TODOs are queued.`);
  });

  it('counts the asks where nothing runs', () => {
    const told = new Told('Ask').plan([{ id: 'A' }, { id: 'B' }]);
    told.ask(told.work('A'), 'permission', 'bash: npm install');
    assert.equal(why(told), 'Nothing runs: 1 ask waits for you.');
    told.ask(told.work('B'), 'question', 'Which port?');
    assert.equal(why(told), 'Nothing runs: 2 asks wait for you.');
  });

  it('names who has not confirmed a stop, and what a stop has left', () => {
    const told = runningMission();
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    const [first, ...rest] = told.state.turns.keys();
    for (const turn of rest) told.lost(turn, 'stopped', 'continue');
    assert.equal(why(told), 'No new turn starts. T7 has not confirmed yet.');
    told.lost(first!, 'stopped', 'continue');
    told.ended('stopped', 'stopped by person (20 of 20 confirmed)');
    assert.equal(
      why(told),
      `by you at ${utcClock(told.now)}. Nothing runs. Edits of 6 workers are kept and not reviewed; 9 TODOs are left.`,
    );
  });

  it('says nothing of what is left where nothing is', () => {
    const stopped = new Told('Done').plan([{ id: 'A' }]);
    stopped.done('A');
    assert.equal(
      why(stopped.ended('stopped', 'stopped by person')),
      `by you at ${utcClock(stopped.now)}. Nothing runs.`,
    );
    const spent = new Told('Done', { 'budget.usd': 0.2 }).plan([{ id: 'A' }]);
    spent.done('A');
    assert.equal(why(spent), 'The budget of $0.20 is used up.');
    spent.begin('commander');
    assert.equal(why(spent), 'The budget of $0.20 is used up. 1 turn ends by itself.');
    const paused = new Told('Done').plan([{ id: 'A' }]);
    paused.done('A');
    paused.fact({ type: 'mission.paused', by: 'person' });
    assert.equal(why(paused), `by you at ${utcClock(paused.now)}; nothing runs.`);
  });

  it('counts what the last iteration leaves: one is one, and none is not told', () => {
    const reasonOf = (told: Told): string => {
      const [end] = plan(told.state, told.now);
      return end?.type === 'end' ? end.reason : '';
    };
    const last = { 'limits.maxIterations': 1 };
    const one = new Told('Left', last).plan([{ id: 'A' }]);
    one.reported(one.work('A'), 'blocked', 'No network.');
    assert.equal(reasonOf(one), '1 of 1 iterations are used; 1 TODO is left.');
    const more = new Told('Left', { ...last, 'limits.recoveryAttempts': 0 }).plan([{ id: 'A' }, { id: 'B' }]);
    more.reported(more.work('B'), 'blocked', 'No network.');
    more.reported(more.work('A'));
    more.reviewed(more.begin('reviewer', 'A'), 'A', 'failed');
    assert.equal(reasonOf(more), '1 of 1 iterations are used; 2 TODOs are left, 1 issue is open.');
  });

  it('gives the time and the meaning of a seal', () => {
    const told = tokensMission();
    for (const id of ['T6', 'T4', 'T5', 'T7', 'T8', 'T9', 'T10', 'T11', 'T12']) told.done(id);
    told.missionReviewed('Good.');
    assert.equal(
      why(told.ended('sealed', 'Good.')),
      `at ${utcClock(told.now)}. All 12 TODOs are done, no issue is open, nothing runs, and the mission review passed after the last change.`,
    );
  });

  it('names the agents that are silent, and a lost contact', () => {
    const told = runningMission();
    told.now += 20 * 60_000;
    assert.equal(
      why(told),
      'T7 waits for your permission, T12 for T4 to T9. T9, T5, T6 and 4 more have given no sign of life for more than 10m.',
    );
    const since = told.now - 40_000;
    assert.match(why(told, { lostContactSince: since }), /^No contact with OpenCode for 40s\. Agents may still be/);
  });

  it('says that an agent is being started', () => {
    const told = new Told('Start');
    const order = { turn: 'x', role: 'commander', attempt: 1, kind: 'first', message: 'm', iteration: 1 } as const;
    told.fact({ type: 'turn.ordered', ...order });
    assert.equal(why(told), '1 agent is being started.');
  });

  it('says what a used-up budget and other ends leave', () => {
    const spent = new Told('Spent', { 'budget.usd': 0.2 }).plan([{ id: 'A' }, { id: 'B' }]);
    assert.equal(why(spent), 'The budget of $0.20 is used up. 2 TODOs are left.');
    assert.equal(
      why(new Told('End').ended('exhausted', '20 of 20 iterations are used; 2 TODOs are left.')),
      '20 of 20 iterations are used; 2 TODOs are left.',
    );
    assert.equal(why(new Told('End').ended('failed', evil)), 'Click gnp.exe next line.');
  });
});
