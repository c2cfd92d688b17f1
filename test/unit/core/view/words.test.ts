import assert from 'node:assert/strict';
import { iconOf, isIconName } from '../../../../src/core/view/icons';
import { agentWord, byWords, firstLine, missionWord, names, todoWord } from '../../../../src/core/view/words';
import { runningMission, Told, tokensMission } from '../../cli/viewMission';
import { momentOf } from './moments';

describe('core/view/words', () => {
  const wordOf = (told: Told, todo: string, more = {}) => todoWord(momentOf(told, more), told.state.todos.get(todo)!);

  it('words each state as the design does', () => {
    const told = runningMission();
    assert.deepEqual(wordOf(told, 'T1'), { name: 'verified', word: 'done (verified)' });
    assert.deepEqual(wordOf(told, 'T3'), { name: 'unverified', word: 'done (unverified)' });
    assert.deepEqual(wordOf(told, 'T4'), { name: 'reviewing', word: 'reviewing' });
    assert.deepEqual(wordOf(told, 'T5'), { name: 'running', word: 'running' });
    assert.deepEqual(wordOf(told, 'T7'), { name: 'waitingPermission', word: 'waiting: permission' });
    assert.match(wordOf(told, 'T9').word, /^rate-limited until \d\d:\d\d$/);
    assert.deepEqual(wordOf(told, 'T12'), { name: 'queued', word: 'queued' });
  });

  it('doubts an agent that gives no sign of life, and every running one while the contact is lost', () => {
    const told = runningMission();
    told.now += 10 * 60_000 + 1;
    assert.deepEqual(wordOf(told, 'T6'), { name: 'stalled', word: 'stalled?' });
    assert.equal(wordOf(told, 'T7').name, 'waitingPermission');
    assert.equal(wordOf(told, 'T6', { lostContactSince: told.now - 1 }).word, 'lost contact');
    assert.equal(wordOf(told, 'T8', { lostContactSince: told.now - 1 }).name, 'lostContact');
  });

  it('calls an agent queued whose session is being opened, and its TODO running all the same', () => {
    const told = new Told('Open').plan([{ id: 'A' }]);
    const order = { turn: 'x', role: 'worker', todo: 'A', attempt: 1, kind: 'first', message: 'm' } as const;
    told.fact({ type: 'turn.ordered', ...order });
    assert.equal(agentWord(momentOf(told), told.state.turns.get('x')!).word, 'queued');
    assert.equal(wordOf(told, 'A').word, 'running');
  });

  it('counts what a stop has confirmed, while it lasts and after it', () => {
    const told = tokensMission();
    const turn = told.work('T6');
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    assert.deepEqual(missionWord(told.state), { name: 'stopping', word: 'stopping 10/11' });
    assert.equal(wordOf(told, 'T6').word, 'stopping');
    told.lost(turn, 'stopped', 'continue');
    assert.equal(wordOf(told, 'T6').word, 'queued');
    told.fact({ type: 'mission.ended', state: 'stopped', reason: 'stopped by person', confirmed: 11 });
    assert.deepEqual(missionWord(told.state), { name: 'stopped', word: 'stopped (11 of 11 confirmed)' });
  });

  it('tells the mission’s own states from its agents’', () => {
    const told = new Told('Small').plan([{ id: 'A' }]);
    assert.deepEqual(missionWord(told.state), { name: 'missionRunning', word: 'running' });
    told.fact({ type: 'mission.paused', by: 'person' });
    assert.equal(missionWord(told.state).name, 'paused');
    told.fact({ type: 'mission.unpaused', by: 'person' });
    assert.equal(missionWord(told.ended('exhausted', 'Enough.').state).word, 'exhausted');
  });

  it('has an icon for each state', () => {
    assert.deepEqual(iconOf('verified'), { codicon: 'pass-filled', colour: 'green' });
    assert.deepEqual(iconOf('reviewing'), { codicon: 'eye', colour: 'purple' });
    assert.equal(iconOf('noteDelivered').codicon, 'mail-read');
    assert.ok(isIconName('lostContact'));
    for (const name of ['toString', '__proto__', '', 3]) assert.ok(!isIconName(name));
  });

  it('names people, ids and titles', () => {
    assert.deepEqual(['person', 'you', '', 'SIGINT'].map(byWords), ['you', 'you', 'you', 'SIGINT']);
    assert.equal(names(['T2', 'T4', 'T5', 'T6']), 'T2 and T4 to T6');
    assert.equal(firstLine('\n\n  \x1b[31mTitle\x1b[0m  \nmore'), 'Title');
  });
});
