import assert from 'node:assert/strict';
import { byDependency, byState, sideBySide, todoRow } from '../../../../src/core/view/todos';
import { runningMission, Told } from '../../cli/viewMission';
import { assertPlain, evil, momentOf, tamed } from './moments';

describe('core/view/todos', () => {
  const row = (told: Told, id: string) => todoRow(momentOf(told), told.state.todos.get(id)!);

  it('puts the result before the command', () => {
    const told = runningMission();
    assert.equal(row(told, 'T1').proof, 'exit 0 · npm run session-use');
    assert.equal(row(told, 'T1').command, 'npm run session-use');
    assert.equal(row(told, 'T3').proof, 'no check, only read');
    assert.equal(row(told, 'T4').proof, 'check npm test -- sign-in');
    assert.equal(row(told, 'T3').checked, true);
    assert.equal(row(told, 'T4').checked, false);
  });

  it('says what a TODO comes after, and which attempt it is', () => {
    const told = runningMission();
    assert.deepEqual(
      ['T1', 'T2', 'T12'].map((id) => row(told, id).after),
      ['', 'after T1', 'after T4 to T9'],
    );
    assert.deepEqual(
      ['T5', 'T6'].map((id) => row(told, id).attempt),
      ['', 'attempt 2 of 4'],
    );
    told.reported([...told.state.turns.values()].find((turn) => turn.todo === 'T6')!.id);
    told.reviewed(told.begin('reviewer', 'T6'), 'T6', 'passed');
    assert.equal(row(told, 'T6').attempt, '2 attempts');
  });

  it('has the accessible name of the design', () => {
    assert.equal(
      row(runningMission(), 'T7').spoken,
      'T7, Rotate signing keys without a restart, waiting: permission, after T2, check npm test -- keys',
    );
  });

  it('marks what a person did', () => {
    const told = new Told('Person').plan([{ id: 'A', check: 'npm test' }, { id: 'B' }, { id: 'C' }]);
    const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };
    told.fact({ type: 'todos.edited', ...none, ticked: ['A'], cancelled: ['B'] });
    assert.deepEqual([row(told, 'A').mark, row(told, 'A').proof], ['ticked by you', 'not proven · npm test']);
    assert.deepEqual([row(told, 'B').mark, row(told, 'B').proof], ['cancelled by you', 'no check']);
    assert.equal(row(told, 'C').mark, '');
  });

  it('says what a stop has kept', () => {
    const told = runningMission();
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    for (const turn of told.state.turns.keys()) told.lost(turn, 'stopped', 'continue');
    assert.deepEqual([row(told, 'T5').state.word, row(told, 'T5').mark], ['queued', 'edits kept']);
    assert.deepEqual([row(told, 'T4').state.word, row(told, 'T4').mark], ['queued', 'review again']);
    assert.deepEqual([row(told, 'T12').state.word, row(told, 'T12').mark], ['queued', '']);
  });

  it('orders by dependency and groups by state', () => {
    const told = runningMission();
    const levels = byDependency(told.state).map((group) => group.todos.map((todo) => todo.id).join(' '));
    assert.deepEqual(levels, ['T1', 'T2 T3', 'T4 T5 T6 T7 T8 T9 T10 T11', 'T12']);
    assert.equal(sideBySide(told.state), 8);
    const groups = byState(told.state).map((group) => `${group.label} ${group.todos.length}`);
    assert.deepEqual(groups, ['Running 6', 'Reviewing 2', 'Queued 1', 'Done 3']);
  });

  it('orders a thousand TODOs in a row, and unknown ones it waits for', () => {
    const told = new Told('Chain');
    told.plan(
      Array.from({ length: 1_000 }, (_, i) => ({
        id: `T${i}`,
        after: i === 0 ? ['gone'] : [`T${i - 1}`, `t${i - 1}`],
      })),
    );
    const levels = byDependency(told.state);
    assert.equal(levels.length, 1_000);
    assert.equal(levels.at(-1)?.todos[0]?.id, 'T999');
  });

  it('lets no code of others through', () => {
    const told = new Told('x').plan([
      { id: 'A', title: evil, check: evil },
      { id: 'B', title: 'b' },
    ]);
    told.reported(told.work('B'), 'blocked', evil);
    assert.equal(row(told, 'A').title, tamed);
    assert.equal(row(told, 'B').proof, tamed);
    assertPlain([row(told, 'A'), row(told, 'B')]);
  });
});
