import assert from 'node:assert/strict';
import { emptyState, type MissionState } from '../../../src/core/mission/state';
import { addTodo, patchTodo } from '../../../src/core/mission/todoIndex';
import { buildsOn, undoneOf } from '../../../src/core/mission/undo';
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
  });

  it('say in a sentence what cannot be used', () => {
    assert.equal(sentence('revert'), 'The TODO is missing: opencode-orchestrator revert <todo>.');
    assert.equal(sentence('revert', 'a', 'b', 'c'), 'revert takes one TODO; name single files with --file.');
    assert.equal(sentence('undo', 'a', 'b'), 'undo takes one mission at most.');
    assert.equal(sentence('task', 'x', '--file', 'y'), '--file goes with revert.');
    assert.equal(sentence('task', 'x', '--force'), '--force goes with report and revert.');
  });
});
