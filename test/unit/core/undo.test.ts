import assert from 'node:assert/strict';
import { emptyState, type MissionState } from '../../../src/core/mission/state';
import { addTodo, patchTodo } from '../../../src/core/mission/todoIndex';
import type { Recorded } from '../../../src/core/mission/facts';
import { buildsOn, changesOfMission, undoneOf, undoneOfMission, type Undone } from '../../../src/core/mission/undo';
import type { FileChange } from '../../../src/core/todo/changes';
import { readArgs } from '../../../src/cli/args';

const [from, to] = ['a'.repeat(40), 'b'.repeat(40)];

/** TODOs in the order in which they were done: what they wait for, and what they changed. */
function done(all: Readonly<Record<string, { after?: string[]; changed: string[] }>>): MissionState {
  const s = emptyState();
  for (const [at, [id, { after = [], changed }]] of Object.entries(all).entries()) {
    addTodo(s, { id, title: id, detail: id, files: changed, after }, 'planner', 'done');
    const files = changed.map((path) => ({ path, kind: 'modified' as const, added: 1, removed: 1 }));
    patchTodo(s, id, { closedAt: at, changes: changed.length > 0 ? { from, to, files } : undefined });
  }
  return s;
}

function onto(s: MissionState, id: string): string[] {
  const todo = s.todos.get(id);
  return todo ? buildsOn(s, todo) : assert.fail();
}

describe('what builds on a TODO', () => {
  it('waits for it, through others too, or changed one of its files after it', () => {
    const s = done({
      T1: { changed: ['a.ts', 'shared.ts'] },
      T2: { after: ['t1'], changed: ['b.ts'] },
      T3: { after: ['T2'], changed: ['c.ts'] },
      T4: { changed: ['SHARED.ts'] },
      T5: { changed: ['d.ts'] },
      T6: { after: ['T1'], changed: [] },
    });
    assert.deepEqual(onto(s, 'T1'), ['T2', 'T3', 'T4'], 'T6 changed nothing, T5 has nothing to do with it');
    assert.deepEqual(onto(s, 'T4'), [], 'T1 was there before');
    assert.deepEqual(onto(s, 'T3'), []);
  });

  it('of a file that was moved both names are taken back', () => {
    const files = [{ path: 'new.ts', from: 'old.ts', kind: 'renamed' as const }];
    assert.deepEqual(undoneOf({ changes: { from, to, files } }), [
      { path: 'new.ts', from, to },
      { path: 'old.ts', from, to },
    ]);
    assert.deepEqual(undoneOf({}), []);
  });
});

describe('what a mission changed', () => {
  const tree = (id: string) => id.repeat(40);
  /** The journal’s facts about trees, in a line: `T1 a` a tree before T1, `T1 ab file …` what T1 changed between two. */
  const journal = (...lines: string[]): Recorded[] =>
    lines.map((line, seq) => {
      const [todo = '', [first = '', second] = '', ...files] = line.split(' ');
      const turn = `turn of ${todo}`;
      if (second === undefined) return { seq, at: seq, fact: { type: 'tree.taken', turn, tree: tree(first) } };
      const changes = files.map((file): FileChange => {
        const [, sign = '', path = ''] = /^([+-]?)(.*)$/.exec(file) ?? [];
        return { path, kind: sign === '+' ? 'added' : sign === '-' ? 'deleted' : 'modified' };
      });
      const fact = { type: 'todo.changed', turn, todo, from: tree(first), to: tree(second), files: changes } as const;
      return { seq, at: seq, fact };
    });
  const short = (spans: readonly Undone[]) =>
    spans.map(({ path, from: a, to: b }) => `${path} ${a[0] ?? ''}${b[0] ?? ''}`);

  it('is taken back path by path, of each the newest first; an attempt more is no other change', () => {
    const records = journal('T1 a', 'T1 ab one +two', 'T2 c', 'T2 cd one', 'T1 e', 'T1 af one +two');
    assert.deepEqual(short(undoneOfMission(records, [])), ['one af', 'two af'], 'T2 came between T1’s attempts');
    const apart = journal('T1 a', 'T1 ab one +two', 'T2 c', 'T2 cd one three');
    assert.deepEqual(short(undoneOfMission(apart, [])), ['one cd', 'one ab', 'two ab', 'three cd']);
    const back = [{ at: 3, todo: 'T2', paths: ['one'] }];
    assert.deepEqual(short(undoneOfMission(apart, back)), ['one ab', 'two ab', 'three cd'], 'that is back already');
    assert.deepEqual(short(undoneOfMission(apart, [{ at: 2, paths: ['one', 'three'] }])), [
      'two ab',
      'one cd',
      'three cd',
    ]);
  });

  it('is told from before the first to after the last; what came and went is nothing', () => {
    const records = journal('T1 a', 'T1 ab one +two +three', 'T2 c', 'T2 cd one -two', 'T3 e', 'T3 ef -one');
    assert.deepEqual(
      changesOfMission(records).map((span) => [...short([span]), span.wasThere, span.isThere]),
      [
        ['one af', true, false],
        ['three ab', false, true],
      ],
    );
  });
});

describe('revert and undo on the command line', () => {
  const sentence = (...argv: string[]): string => {
    const parsed = readArgs(argv);
    return parsed.ok ? '' : parsed.sentence;
  };

  it('take a TODO, a mission before it, and files', () => {
    const parsed = readArgs(['revert', 'm-1', 'T3', '--file', 'a b.ts', '--file', 'c.ts', '--force']);
    assert.ok(parsed.ok && parsed.call.name === 'revert');
    const { mission, todo, files, force } = parsed.call;
    assert.deepEqual([mission, todo, files, force], ['m-1', 'T3', ['a b.ts', 'c.ts'], true]);
    assert.ok(readArgs(['undo']).ok);
    const whole = readArgs(['revert', 'm-1', '--all']);
    assert.ok(whole.ok && whole.call.name === 'revert');
    assert.deepEqual([whole.call.mission, whole.call.todo], ['m-1', undefined]);
  });

  it('say in a sentence what cannot be used', () => {
    assert.equal(sentence('revert'), 'The TODO is missing: opencode-orchestrator revert <todo>.');
    assert.equal(sentence('revert', 'a', 'b', 'c'), 'revert takes one TODO; name single files with --file.');
    assert.equal(sentence('revert', 'a', 'b', '--all'), 'revert --all takes one mission at most.');
    for (const more of [['--force'], ['--file', 'x']])
      assert.equal(
        sentence('revert', '--all', ...more),
        '--all takes back everything: --file and --force do not go with it.',
      );
    assert.equal(sentence('undo', '--all'), '--all goes with revert.');
    assert.equal(sentence('undo', 'a', 'b'), 'undo takes one mission at most.');
    assert.equal(sentence('task', 'x', '--file', 'y'), '--file goes with revert.');
    assert.equal(sentence('task', 'x', '--force'), '--force goes with report and revert.');
  });
});
