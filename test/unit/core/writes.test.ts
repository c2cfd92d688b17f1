import assert from 'node:assert/strict';
import type { Fact, Recorded } from '../../../src/core/mission/facts';
import { fold } from '../../../src/core/mission/reduce';
import { defaultSettings } from '../../../src/core/mission/settings';
import { writersOf, writesTo } from '../../../src/core/mission/writes';
import type { FileChange } from '../../../src/core/todo/changes';

const tree = (letter: string): string => letter.repeat(40);

/** A mission of T1 with `a.ts` and `b.ts`, and T2 with `b.ts`, told in facts. */
function mission(...facts: Fact[]): Recorded[] {
  const draft = { title: 'Do it', detail: '', after: [] };
  const added = [
    { ...draft, id: 'T1', files: ['a.ts', 'b.ts'] },
    { ...draft, id: 'T2', files: ['b.ts'] },
  ];
  const all: Fact[] = [
    { type: 'mission.created', mission: 'm-1', text: 'Do it', directory: '/w', settings: defaultSettings },
    { type: 'turn.ordered', turn: 'p', role: 'planner', attempt: 1, kind: 'first', message: 'm' },
    { type: 'planner.planned', turn: 'p', summary: '', added, sources: [], refusals: [] },
    ...facts,
  ];
  return all.map((fact, index) => ({ seq: index + 1, at: index, fact }));
}

const begins = (turn: string, todo: string, attempt: number, before: string): Fact[] => [
  { type: 'turn.ordered', turn, role: 'worker', todo, attempt, kind: 'first', message: `m${turn}` },
  { type: 'session.opened', turn, session: `ses_${turn}` },
  { type: 'tree.taken', turn, tree: tree(before) },
];
const changed = (turn: string, todo: string, from: string, to: string, ...files: FileChange[]): Fact => ({
  ...{ type: 'todo.changed', turn, todo, from: tree(from), to: tree(to), files },
});
const modified = (path: string): FileChange => ({ path, kind: 'modified', added: 1, removed: 0 });

describe('who wrote a file', () => {
  it('is told for each turn by itself, the last one first, under the names that it had', () => {
    const records = mission(
      ...begins('w1', 'T1', 1, 'a'),
      changed('w1', 'T1', 'a', 'b', modified('a.ts')),
      { type: 'turn.lost', turn: 'w1', how: 'error', reason: '', next: 'over', tokens: 0, cost: 0 },
      ...begins('w2', 'T1', 2, 'c'),
      changed('w2', 'T1', 'a', 'd', { path: 'b.ts', from: 'a.ts', kind: 'renamed' }, modified('x.ts')),
      { type: 'turn.lost', turn: 'w2', how: 'error', reason: '', next: 'over', tokens: 0, cost: 0 },
    );
    const s = fold(records);
    assert.deepEqual(writesTo(records, s, 'B.ts'), [
      {
        ...{ todo: 'T1', attempt: 2, session: 'ses_w2' },
        ...{ before: { tree: tree('c'), path: 'a.ts' }, after: { tree: tree('d'), path: 'b.ts' } },
      },
      {
        ...{ todo: 'T1', attempt: 1, session: 'ses_w1' },
        ...{ before: { tree: tree('a'), path: 'a.ts' }, after: { tree: tree('b'), path: 'a.ts' } },
      },
    ]);
    assert.deepEqual(writesTo(records, s, 'c.ts'), []);
    assert.deepEqual([writersOf(s, 'b.ts'), writersOf(s, 'c.ts')], [`T1@${tree('d')}`, '']);
  });

  it('is told of what was written apart by what landed in the folder', () => {
    const landed: Fact = { type: 'todo.landed', todo: 'T2', from: tree('c'), to: tree('d'), files: [modified('b.ts')] };
    const [ordered, opened] = begins('w1', 'T2', 1, 'a');
    const records = mission(...[ordered, opened].flatMap((fact) => fact ?? []), landed);
    assert.deepEqual(writesTo(records, fold(records), 'b.ts'), [
      {
        ...{ todo: 'T2', attempt: 1, session: 'ses_w1' },
        ...{ before: { tree: tree('c'), path: 'b.ts' }, after: { tree: tree('d'), path: 'b.ts' } },
      },
    ]);
  });

  it('is whoever is at work on it, too', () => {
    const records = mission(...begins('w1', 'T2', 1, 'a'));
    const s = fold(records);
    const [write, ...more] = writesTo(records, s, 'b.ts');
    assert.deepEqual(
      [write?.todo, write?.session, write?.before.tree, write?.after],
      ['T2', 'ses_w1', tree('a'), undefined],
    );
    assert.deepEqual(more, []);
    assert.equal(writersOf(s, 'b.ts'), 'w1');
    assert.equal(writersOf(s, 'b.isolated.test.ts'), 'w1');
    assert.equal(writersOf(s, 'a.ts'), '');
  });
});
