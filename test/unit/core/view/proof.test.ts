import assert from 'node:assert/strict';
import { beforeMerge } from '../../../../src/core/view/beforeMerge';
import { proofTable } from '../../../../src/core/view/proof';
import { Told, tokensMission } from '../../cli/viewMission';
import { assertPlain, evil } from './moments';

function sealed(): Told {
  const told = tokensMission();
  for (const id of ['T6', 'T4', 'T5', 'T7', 'T8', 'T9', 'T10', 'T11', 'T12']) told.done(id);
  told.missionReviewed('Every test passes end to end.');
  return told.ended('sealed', 'Every test passes end to end.');
}

describe('core/view/proof', () => {
  it('has each TODO with its proof and what it took in all its sessions', () => {
    const told = sealed();
    const { todos, review, leaders, total } = proofTable(told.state);
    assert.deepEqual(
      todos.map((row) => row.name),
      [...told.state.todos.keys()],
    );
    const [t1, , t3, , , t6] = todos;
    assert.deepEqual(
      [t1?.state?.word, t1?.proof, t1?.result, t1?.attempts, t1?.workedMs, t1?.tokens],
      ['done (verified)', 'npm run session-use', 'exit 0', 1, 90_000, 80_000],
    );
    assert.equal(t1?.at, told.state.todos.get('T1')?.closedAt);
    assert.deepEqual([t3?.proof, t3?.isCommand, t3?.result], ['no check, only read', false, '']);
    assert.deepEqual([t6?.attempts, t6?.tokens], [2, 160_000]);
    assert.deepEqual([review.state?.word, review.result], ['done (verified)', 'exit 0']);
    assert.equal(leaders.proof, '1 turn, 1 plan');
    assert.equal(total.proof, '29 sessions, at most 1 at once');
  });

  it('adds up exactly, to what the mission has used', () => {
    for (const told of [sealed(), tokensMission(), new Told('Empty')]) {
      const { todos, review, leaders, total } = proofTable(told.state);
      const rows = [...todos, review, leaders];
      for (const key of ['tokens', 'cost', 'workedMs'] as const) {
        assert.equal(
          total[key],
          rows.reduce((sum, row) => sum + row[key], 0),
        );
      }
      assert.equal(total.tokens, told.state.tokens);
      assert.ok(Math.abs(total.cost - told.state.cost) < 1e-9);
    }
  });

  it('says what a person ticked, and what is not proven', () => {
    const told = new Told('Mixed').plan([
      { id: 'A', check: 'npm test' },
      { id: 'B', check: 'npm test' },
    ]);
    told.fact({ type: 'todos.edited', ticked: ['A'], unticked: [], retitled: [], added: [], done: [], kept: [] });
    const [a, b] = proofTable(told.state).todos;
    assert.deepEqual([a?.proof, a?.result], ['ticked by you', '']);
    assert.deepEqual([b?.proof, b?.isCommand, b?.result], ['npm test', true, 'not proven']);
  });

  it('names everything that was not clean', () => {
    const [t3, t6] = beforeMerge(sealed().state);
    assert.deepEqual(t3, {
      icon: 'unverified',
      text: 'T3 is done but unverified: it has no check.',
      todo: 'T3',
      addCheck: 'T3',
    });
    assert.match(
      t6!.text,
      /^T6 took 2 attempts; 1 issue found in review and closed: A token can be refreshed twice\.$/,
    );
    const told = new Told('Model', { 'models.worker': 'acme/qwen3-coder' }).plan(
      [{ id: 'T10', check: 'true' }],
      'true',
    );
    const worker = told.work('T10');
    told.fact({
      type: 'worker.reported',
      turn: worker,
      todo: 'T10',
      status: 'done',
      summary: '',
      files: [],
      followUps: [],
    });
    told.end(worker, 1, 0, 'other/kimi-k2');
    told.reviewed(told.begin('reviewer', 'T10'), 'T10', 'passed');
    told.missionReviewed('Good.');
    const cautions = beforeMerge(told.ended('sealed', 'Good.').state);
    assert.deepEqual(
      cautions.map((item) => item.text),
      ['T10 ran on kimi-k2, configured is qwen3-coder.'],
    );
  });

  it('lets no code of others through', () => {
    const told = new Told(evil).plan(
      [
        { id: 'A', title: evil, check: evil },
        { id: 'B', title: evil },
      ],
      evil,
    );
    told.done('A');
    told.reported(told.work('B'), 'blocked', evil);
    told.missionReviewed(evil);
    assertPlain([proofTable(told.state), beforeMerge(told.state)]);
  });
});
