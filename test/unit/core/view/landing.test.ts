import assert from 'node:assert/strict';
import { asksFor, asksInOrder } from '../../../../src/core/view/needsYou';
import { todoRow } from '../../../../src/core/view/todos';
import { waits } from '../../../../src/core/view/waits';
import { whyLine } from '../../../../src/core/view/why';
import { Told } from '../../cli/viewMission';
import { assertPlain, momentOf } from './moments';

const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

/** T1 and T2 have passed in worktrees of their own, and wait to land. */
function passed(): Told {
  const told = new Told('Two apart').plan([{ id: 'T1', check: 'test 1' }, { id: 'T2' }]);
  told.fact({ type: 'settings.changed', by: 'a person', settings: { ...told.state.settings, isolation: 'worktree' } });
  for (const id of ['T1', 'T2']) {
    const turn = `w-${id}`;
    const order = { todo: id, attempt: 1, kind: 'first' } as const;
    told.fact({ type: 'turn.ordered', turn, role: 'worker', message: turn, isolated: true, ...order });
    told.fact({ type: 'todo.placed', todo: id, base: a, folder: a });
    told.fact({ type: 'worker.reported', turn, todo: id, status: 'done', summary: 'did it', files: [], followUps: [] });
    told.fact({ type: 'turn.ended', turn, tokens: 0, cost: 0 });
    told.fact({ type: 'turn.ordered', turn: `r-${id}`, role: 'reviewer', message: `r-${id}`, ...order });
    const review = {
      type: 'todo.reviewed',
      turn: `r-${id}`,
      todo: id,
      outcome: 'passed',
      summary: 'good',
      issues: [],
    } as const;
    told.fact(id === 'T1' ? { ...review, proof: { command: 'test 1', session: 's', callID: 'c' } } : review);
    told.fact({ type: 'turn.ended', turn: `r-${id}`, tokens: 0, cost: 0 });
    told.now += 1_000;
  }
  return told;
}

describe('what works apart, as people read it', () => {
  it('is merging until it has landed, and done after that, with how much it changed', () => {
    const told = passed();
    const [first, second] = ['T1', 'T2'].map((id) => told.state.todos.get(id)!);
    assert.equal(todoRow(momentOf(told), first!).state.word, 'merging');
    assert.match(whyLine(momentOf(told)), /^T1 is being merged into the folder\. T2 waits for its merge\.$/);
    assert.equal(todoRow(momentOf(told), second!).checked, false);
    told.fact({ type: 'landing.began', todo: 'T1', from: a });
    told.fact({
      type: 'todo.landed',
      todo: 'T1',
      from: a,
      to: b,
      files: [{ path: 'x', kind: 'modified', added: 2, removed: 1 }],
    });
    const commit = { commit: c, uncommitted: ['y\u202e'] };
    told.fact({
      type: 'todo.landed',
      todo: 'T2',
      from: b,
      to: c,
      files: [{ path: 'y', kind: 'added', added: 1, removed: 0 }],
      ...commit,
    });
    assert.deepEqual(
      told.feed.filter(({ text }) => /passed|merged/.test(text)).map(({ kind, text }) => `${kind}: ${text}`),
      [
        'info: T1 passed, merged next',
        'info: T2 passed, merged next',
        'good: T1 is merged: 1 file +2 −1, done (verified)',
        'note: T2 is merged: 1 file +1 −0, commit cccccccc; with changes of yours in the same place, not committed: y, done (unverified)',
      ],
    );
    assertPlain(told.feed);
  });

  it('asks for you where a conflict stays, in its own name and not the Commander’s', () => {
    const told = passed();
    told.fact({
      type: 'todo.merged',
      todo: 'T1',
      tree: b,
      folder: b,
      theirs: c,
      conflicts: ['src/\u001b[2Ja.ts'],
      next: 'person',
    });
    const [ask] = asksInOrder(momentOf(told));
    assert.deepEqual([ask?.who, ask?.todo, ask?.to], ['the merge of T1', 'T1', 'commander']);
    assert.match(asksFor(ask!, 400), /^asks: “The same lines of src\/a\.ts were changed by T1 and in the folder\./);
    assert.deepEqual(
      ask?.questions[0]?.options.map(({ label }) => label),
      ['I resolved it', 'Let an agent try again', 'Leave its changes out'],
    );
    assert.match(waits(momentOf(told)), /T1 waits for you to resolve its merge conflict/);
    assert.doesNotMatch(waits(momentOf(told)), /Commander/);
    assertPlain([ask, told.feed, waits(momentOf(told))]);
  });
});
