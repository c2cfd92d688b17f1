import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Undone } from '../../../src/core/mission/undo';
import { applyRevert, planRevert, type Conflict } from '../../../src/git/revert';
import { Chance } from '../runtime/simulation/chance';
import { inPlace, type Place } from './place';

/** Takes changes back and returns what could not be. */
async function revert({ workspace, store, trees }: Place, changes: readonly Undone[]): Promise<readonly Conflict[]> {
  const { id } = await trees.take();
  const { writes, conflicts } = await planRevert(store, id, changes);
  return [...conflicts, ...(await applyRevert(workspace, writes))];
}

/** What an act changes, as something that can be taken back. */
async function changed({ trees }: Place, act: () => void): Promise<Undone[]> {
  const { id: from } = await trees.take();
  act();
  const { id: to } = await trees.take();
  const paths = (await trees.changes(from, to)).flatMap((file) => [file.path, ...(file.from ? [file.from] : [])]);
  return paths.map((each) => ({ path: each, from, to }));
}

const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${String(at)}`);

describe('what a TODO changed is taken back', function () {
  this.timeout(120_000);

  it('to the byte: added, changed, deleted, renamed, binary, executable, linked; nothing else moves, and back again', async () => {
    await inPlace(async (place) => {
      const { workspace, trees, write } = place;
      const at = (file: string) => path.join(workspace, file);
      write('crlf.txt', 'one\r\ntwo\r\n');
      write('old ü.txt', 'moved\nas\nit\nis\n');
      write('binary', Buffer.from([0, 255, 1]));
      write('run.sh', '#!/bin/sh\n');
      symlinkSync('crlf.txt', at('link'));
      write('private', 'mine');
      chmodSync(at('private'), 0o600);
      const { id: begin } = await trees.take();
      const todo = await changed(place, () => {
        write('crlf.txt', 'one\r\n2\r\n');
        rmSync(at('old ü.txt'));
        write('deep/er/new ü.txt', 'moved\nas\nit\nis\n');
        write('binary', Buffer.from([0, 255, 2]));
        chmodSync(at('run.sh'), 0o755);
        rmSync(at('link'));
        symlinkSync('run.sh', at('link'));
        rmSync(at('src/a.ts'));
        write('private', 'the agent’s');
      });
      const { id: end } = await trees.take();
      write('mine.txt', 'the person’s');
      assert.deepEqual(await revert(place, todo), []);
      assert.equal(readFileSync(at('crlf.txt'), 'utf8'), 'one\r\ntwo\r\n');
      assert.equal(readlinkSync(at('link')), 'crlf.txt');
      assert.equal(lstatSync(at('run.sh')).mode & 0o111, 0);
      assert.equal(lstatSync(at('private')).mode & 0o777, 0o600, 'nobody else may read it now');
      assert.ok(!existsSync(at('deep')), 'a folder that held nothing else is gone');
      assert.deepEqual(
        (await trees.changes(begin, (await trees.take()).id)).map((file) => file.path),
        ['mine.txt'],
      );
      const undone = todo.map(({ path: each, from, to }) => ({ path: each, from: to, to: from }));
      assert.deepEqual(await revert(place, undone), []);
      assert.deepEqual(
        (await trees.changes(end, (await trees.take()).id)).map((file) => file.path),
        ['mine.txt'],
      );
    });
  });

  it('keeps what others changed elsewhere in the same file; where they contradict, nothing is written and three sides are told', async () => {
    await inPlace(async (place) => {
      const { workspace, write } = place;
      const read = (file: string) => readFileSync(path.join(workspace, file), 'utf8');
      const text = lines(20);
      write('shared.txt', `${text.join('\n')}\n`);
      const first = await changed(place, () => {
        write('shared.txt', `${text.with(2, 'by T1').join('\n')}\n`);
      });
      write('shared.txt', `${text.with(2, 'by T1').with(15, 'by T2').join('\n')}\n`);
      assert.deepEqual(await revert(place, first), []);
      assert.equal(read('shared.txt'), `${text.with(15, 'by T2').join('\n')}\n`);

      const again = await changed(place, () => {
        write('shared.txt', `${text.with(15, 'by T3').join('\n')}\n`);
        write('clean.txt', 'clean');
      });
      write('shared.txt', `${text.with(15, 'by T4').join('\n')}\n`);
      const [conflict, ...more] = await revert(place, again);
      assert.deepEqual([conflict?.path, conflict?.why, more], ['shared.txt', 'changed since', []]);
      assert.match(String(conflict?.before), /by T2/);
      assert.match(String(conflict?.after), /by T3/);
      assert.match(String(conflict?.now), /by T4/);
      assert.match(read('shared.txt'), /by T4/, 'what is there stays');
      assert.ok(!existsSync(path.join(workspace, 'clean.txt')), 'the others are taken back');
    });
  });

  it('of several that changed one file goes back to before the first; what a person did between and since stays', async () => {
    await inPlace(async (place) => {
      const { workspace, write } = place;
      const text = lines(40);
      const put = (at: number, words: string) => () => {
        text[at] = words;
        write('shared.txt', text.join('\n'));
      };
      put(0, 'line 0')();
      const first = await changed(place, () => {
        put(2, 'by T1')();
        write('twice.txt', 'T1');
      });
      put(10, 'by the person')();
      const second = await changed(place, () => {
        put(2, 'by T2, over T1')();
        put(20, 'by T2')();
        write('twice.txt', 'T2');
      });
      const third = await changed(place, put(20, 'by T3'));
      put(30, 'by the person, since')();
      const newestFirst = [...third, ...second, ...first];
      assert.deepEqual(await revert(place, newestFirst), []);
      const left = lines(40).with(10, 'by the person').with(30, 'by the person, since');
      assert.equal(readFileSync(path.join(workspace, 'shared.txt'), 'utf8'), left.join('\n'));
      assert.ok(!existsSync(path.join(workspace, 'twice.txt')));

      write('twice.txt', 'the person’s own');
      const twice = newestFirst.filter((change) => change.path === 'twice.txt');
      const [conflict, ...more] = await revert(place, twice);
      assert.deepEqual([conflict?.path, conflict?.why, more], ['twice.txt', 'changed since', []]);
      assert.deepEqual([conflict?.before, String(conflict?.after), conflict?.isText], [undefined, 'T2', true]);
    });
  });

  it('leaves a file alone that was written after the plan, or that was too large to be kept', async () => {
    await inPlace(
      async (place) => {
        const { workspace, store, trees, write } = place;
        const todo = await changed(place, () => {
          write('a.txt', 'by T1');
          write('large', 'x'.repeat(2_000));
        });
        const { writes, conflicts } = await planRevert(store, (await trees.take()).id, todo);
        assert.deepEqual(
          conflicts.map(({ path: each, why }) => [each, why]),
          [['large', 'too large']],
        );
        write('a.txt', 'by the person, just now');
        assert.deepEqual(await applyRevert(workspace, writes), [{ path: 'a.txt', why: 'changed meanwhile' }]);
        assert.equal(readFileSync(path.join(workspace, 'a.txt'), 'utf8'), 'by the person, just now');
      },
      { mostBytes: 1_000 },
    );
  });

  it('in every order of eight, what is left equals a fresh replay of the others', async () => {
    await inPlace(async (place) => {
      const { trees, write, store } = place;
      const chance = new Chance(7);
      const files = ['one.txt', 'two.txt', 'three.txt'];
      const todos = Array.from({ length: 8 }, (_, todo) => todo);
      // Each writes its own lines of some files, far enough from those of the others.
      const touches = todos.map((todo) => files.filter((_file, at) => at === todo % 3 || chance.is(0.5)));
      const textOf = (done: number, file: string): string => {
        const text = lines(100);
        for (const todo of todos)
          if (done & (1 << todo) && touches[todo]?.includes(file)) text[todo * 12 + 3] = `T${String(todo)}`;
        return text.join('\n');
      };
      const treeOf = async (done: number): Promise<string> => {
        for (const file of files) write(file, textOf(done, file));
        return (await trees.take()).id;
      };
      const every = (1 << todos.length) - 1;
      const replayed: string[] = [];
      for (let done = 0; done <= every; done += 1) replayed.push(await treeOf(done));
      const undone = todos.map((todo) => {
        const [from, to] = [replayed[(1 << todo) - 1] ?? '', replayed[(1 << (todo + 1)) - 1] ?? ''];
        return (touches[todo] ?? []).map((file): Undone => ({ path: file, from, to }));
      });
      // From whatever is left to what is left then: so each of the 40,320 orders leaves at every step what a replay gives.
      const steps = replayed.flatMap((tree, done) =>
        todos.filter((todo) => done & (1 << todo)).map((todo) => ({ tree, done, todo })),
      );
      assert.equal(steps.length, 1_024);
      const one = async ({ tree, done, todo }: (typeof steps)[number]): Promise<void> => {
        const { writes, conflicts } = await planRevert(store, tree, undone[todo] ?? []);
        const name = `T${String(todo)} of ${done.toString(2)}`;
        assert.deepEqual(conflicts, [], name);
        const left = done & ~(1 << todo);
        assert.deepEqual(
          writes.map(({ path: file, content }) => [file, content?.toString()]),
          (touches[todo] ?? []).map((file) => [file, textOf(left, file)]),
          name,
        );
      };
      for (let at = 0; at < steps.length; at += 8) await Promise.all(steps.slice(at, at + 8).map(one));
    });
  });
});
