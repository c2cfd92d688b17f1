import assert from 'node:assert/strict';
import { promptText } from '../../../src/core/agents/prompts';
import type { Fact, Recorded } from '../../../src/core/mission/facts';
import { boundNotes, noteChars, noted, refuseNote, unreadNotes } from '../../../src/core/mission/notes';
import { fold } from '../../../src/core/mission/reduce';
import { defaultSettings } from '../../../src/core/mission/settings';
import { decodeState, encodeState } from '../../../src/core/mission/snapshot';
import { reduceForFeed } from '../../../src/core/view/feedItem';

const begun: Fact[] = [
  { type: 'mission.created', mission: 'm-1', text: 'Build it', directory: '/w', settings: defaultSettings },
  { type: 'turn.ordered', turn: 't1', role: 'planner', attempt: 1, kind: 'first', message: 'msg_t1' },
  {
    ...{ type: 'planner.planned', turn: 't1', summary: 'A plan', sources: [], refusals: [] },
    added: [{ id: 'T1', title: 'One', detail: 'Do it.', files: ['src/a.ts'], after: [] }],
  },
  { type: 'turn.ended', turn: 't1', tokens: 1, cost: 0 },
  { type: 'turn.ordered', turn: 't2', role: 'worker', todo: 'T1', attempt: 1, kind: 'first', message: 'msg_t2' },
  { type: 'session.opened', turn: 't2', session: 'w1' },
];
const commander: Fact = {
  ...{ type: 'turn.ordered', turn: 't3', role: 'commander', attempt: 1, kind: 'first', message: 'msg_t3' },
  iteration: 1,
};
const records = (facts: readonly Fact[]): Recorded[] =>
  facts.map((fact, index) => ({ seq: index + 1, at: index, fact }));
const state = (...facts: Fact[]) => fold(records([...begun, ...facts]));

describe('notes of a person', () => {
  it('are queued, and delivered with the Commander’s next turn; journals without ids give the same ones each time', () => {
    const notes: Fact[] = ['one', 'two'].map((text) => ({ type: 'note.added', text }));
    assert.deepEqual(state(...notes).notes.map(({ id, turn }) => [id, turn]), [['N1', undefined], ['N2', undefined]]); // prettier-ignore
    const told = state(...notes, commander);
    assert.deepEqual(told.notes.map(({ id, turn, iteration }) => [id, turn, iteration]), [['N1', 't3', 1], ['N2', 't3', 1]]); // prettier-ignore
    assert.deepEqual(
      decodeState(JSON.parse(JSON.stringify(encodeState(told)))).notes,
      JSON.parse(JSON.stringify(told.notes)),
    );
  });

  it('are told again by a Commander’s turn that comes after a lost one', () => {
    const lost: Fact = {
      type: 'turn.lost',
      turn: 't3',
      how: 'error',
      reason: 'gone',
      next: 'over',
      tokens: 0,
      cost: 0,
    };
    const again = state({ type: 'note.added', text: 'mind me' }, commander, lost, { ...commander, turn: 't4' });
    const turn = again.turns.get('t4');
    assert.ok(turn);
    assert.match(promptText(again, turn), /"notes":\["mind me"\]/);
  });

  it('to a worker stand in the prompt that goes on in its session, and are read once it has reported', () => {
    const to: Fact = { type: 'note.added', text: 'use tabs', id: 'N1', to: 'T1' };
    const report: Fact = {
      ...{ type: 'worker.reported', turn: 't2', todo: 'T1', status: 'done', summary: 'Done', files: [], followUps: [] },
    };
    const go: Fact = {
      ...{ type: 'turn.ordered', turn: 't4', role: 'worker', todo: 'T1', attempt: 1, kind: 'continue' },
      ...{ message: 'msg_t4', session: 'w1' },
    };
    const ended: Fact = { type: 'turn.ended', turn: 't2', tokens: 1, cost: 0 };
    const told = state(to, report, ended, go);
    const turn = told.turns.get('t4');
    assert.ok(turn);
    assert.match(
      promptText(told, turn),
      /^scope: todo T1\n[^]*A note of the person[^\n]*\nuse tabs\n[^]*mission_report/,
    );
    assert.equal(unreadNotes(told, 'T1').length, 1);
    const read = state(to, report, ended, go, { ...report, turn: 't4' });
    assert.deepEqual([unreadNotes(read, 'T1').length, read.todos.get('T1')?.state], [0, 'reviewing']);
  });

  it('say in the feed where they are: queued with a button, then delivered', () => {
    const s = state();
    const items = [noted(s, 'go', {}), { type: 'note.hurried', note: 'N1' } as const, commander].map((fact, index) =>
      reduceForFeed(s, { seq: 10 + index, at: 10, fact }),
    );
    assert.deepEqual(items.map((item) => item?.text), [
      'Your note waits for the Commander’s turn 1: “go”',
      'Your note goes to the Commander as soon as possible',
      'Your note was delivered with the Commander’s turn 1',
    ]); // prettier-ignore
    assert.deepEqual(items[0]?.action, { label: 'Deliver Now', act: { type: 'hurryNote', note: 'N1' } });
  });

  it('are refused when empty, too long, or for a TODO that does not exist', () => {
    const s = state();
    assert.equal(refuseNote(s, ' \n', {}), 'The note is empty.');
    assert.equal(refuseNote(s, 'x'.repeat(noteChars), { to: 't1' }), undefined);
    assert.match(refuseNote(s, 'x'.repeat(noteChars + 1), {}) ?? '', /at most 20000 characters/);
    assert.equal(refuseNote(s, 'x', { to: 'T9' }), 'There is no TODO T9.');
  });

  it('a thousand of them stay bounded in a prompt: the newest whole, older ones shortened, the rest counted', () => {
    const texts = Array.from({ length: 1_000 }, (_, nth) => `${String(nth)} ${'x'.repeat(noteChars - 10)}`);
    const shown = boundNotes(texts);
    assert.equal(shown.at(-1), texts.at(-1));
    assert.match(shown[0] ?? '', /^\d+ older notes are left out here\.$/);
    assert.equal(Number.parseInt(shown[0] ?? '', 10) + shown.length - 1, 1_000);
    assert.ok(shown.join('').length < 60_000);
    assert.deepEqual(boundNotes(['one', 'two']), ['one', 'two']);
  });
});
