import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyRevert } from '../../../src/git/revert';
import { openTrees, type TreeStore } from '../../../src/git/treeStore';
import {
  addWorktree,
  excludeFromTrees,
  hasMarkers,
  keepTree,
  keptTree,
  mergeTrees,
  removeWorktree,
  writesBetween,
} from '../../../src/git/worktrees';
import { inPlace, type Place } from './place';

interface Beside {
  readonly path: string;
  readonly base: string;
  readonly trees: TreeStore;
  readonly write: (file: string, content: string | Buffer) => void;
}

/** A worktree of the workspace as it is. */
async function worktree({ store, trees }: Place, name: string): Promise<Beside> {
  const { id: tree } = await trees.take();
  const at = path.join(path.dirname(store), 'worktrees', name);
  await addWorktree(store, at, { tree, branch: `todo/${name}` });
  const own = await openTrees({ workspace: at, store, index: `index.${name}` });
  const write = (file: string, content: string | Buffer): void => {
    writeFileSync(path.join(at, file), content);
  };
  return { path: at, base: (await own.take()).id, trees: own, write };
}

/** What a landing does: merges, and writes what differs. */
async function land({ store, workspace, trees }: Place, of: Beside): Promise<readonly string[]> {
  const ours = (await trees.take()).id;
  const theirs = (await of.trees.take()).id;
  const { tree, conflicts } = await mergeTrees(store, { base: of.base, ours, theirs });
  if (conflicts.length === 0)
    assert.deepEqual(await applyRevert(workspace, await writesBetween(store, ours, tree)), []);
  return conflicts;
}

describe('worktrees in a store of our own', function () {
  this.timeout(120_000);

  it('have the bytes of the folder, dirty and untracked files too, and leave the person’s repository as it is', async () => {
    await inPlace(async (place) => {
      const { git, workspace, write, store } = place;
      write('.gitattributes', '* text eol=crlf\n*.up filter=up\n');
      git('config', 'filter.up.smudge', 'tr a-z A-Z');
      git('config', 'filter.up.clean', 'cat');
      write('crlf.txt', 'one\r\ntwo\r\n');
      write('lf.txt', 'one\ntwo\n');
      write('old ü.up', 'quiet\n');
      write('binary', Buffer.from([0, 255, 1, 13, 10]));
      write('run.sh', '#!/bin/sh\n');
      chmodSync(path.join(workspace, 'run.sh'), 0o755);
      symlinkSync('lf.txt', path.join(workspace, 'link'));
      const before = [git('status', '--porcelain=v2', '--branch'), git('worktree', 'list'), git('branch', '-a')];
      const of = await worktree(place, 'T1');
      assert.equal(of.base, (await place.trees.take()).id, 'the same tree, byte for byte');
      assert.deepEqual(
        [git('status', '--porcelain=v2', '--branch'), git('worktree', 'list'), git('branch', '-a')],
        before,
      );
      await removeWorktree(store, of.path);
      assert.ok(!existsSync(of.path));
    });
  });

  it('land what they changed in a folder that moved on: added, deleted, renamed, binary, executable', async () => {
    await inPlace(async (place) => {
      const { workspace, write } = place;
      const lines = Array.from({ length: 30 }, (_, at) => `line ${String(at)}\n`);
      write('long.txt', lines.join(''));
      write('gone.txt', 'gone\n');
      write('file', 'to be a folder\n');
      const of = await worktree(place, 'T1');
      of.write('long.txt', ['mine\n', ...lines.slice(1)].join(''));
      of.write('new ü', Buffer.from([0, 1, 2]));
      rmSync(path.join(of.path, 'gone.txt'));
      rmSync(path.join(of.path, 'file'));
      await applyRevert(of.path, [{ path: 'file/in it', now: undefined, mode: '100755', content: Buffer.from('x') }]);
      write('long.txt', [...lines.slice(0, 29), 'the person’s\n'].join(''));
      write('untouched.txt', 'the person’s\n');
      assert.deepEqual(await land(place, of), []);
      const at = (file: string): string => readFileSync(path.join(workspace, file), 'utf8');
      assert.equal(at('long.txt'), ['mine\n', ...lines.slice(1, 29), 'the person’s\n'].join(''));
      assert.equal(at('file/in it'), 'x');
      assert.equal(at('untouched.txt'), 'the person’s\n');
      assert.ok(!existsSync(path.join(workspace, 'gone.txt')));
      assert.ok(existsSync(path.join(workspace, 'new ü')));
      const { id } = await place.trees.take();
      assert.deepEqual(await land(place, of), [], 'landing once more, as after a crash, changes nothing');
      assert.equal((await place.trees.take()).id, id);
    });
  });

  it('name what both changed, with both sides between markers', async () => {
    await inPlace(async (place) => {
      const { store, write } = place;
      const of = await worktree(place, 'T1');
      of.write('src/a.ts', 'one\nthe TODO’s\nthree\n');
      write('src/a.ts', 'one\nthe person’s\nthree\n');
      const ours = (await place.trees.take()).id;
      const theirs = (await of.trees.take()).id;
      const { tree, conflicts } = await mergeTrees(store, { base: of.base, ours, theirs });
      assert.deepEqual(conflicts, ['src/a.ts']);
      assert.deepEqual(await applyRevert(of.path, await writesBetween(store, theirs, tree)), []);
      const marked = path.join(of.path, 'src/a.ts');
      assert.match(
        readFileSync(marked, 'utf8'),
        /<{7} your-folder\nthe person’s\n\|{7}[^\n]*\ntwo\n={7}\nthe TODO’s\n>{7} the-todo/,
      );
      assert.ok(await hasMarkers(marked));
      of.write('src/a.ts', 'one\nboth\nthree\n');
      assert.ok(!(await hasMarkers(marked)));
      assert.deepEqual(await land(place, { ...of, base: ours }), [], 'resolved against what the folder had then');
    });
  });

  it('keep by a name what is removed, and leave out what a set-up linked', async () => {
    await inPlace(async (place) => {
      const { store } = place;
      const of = await worktree(place, 'T1');
      symlinkSync('/nowhere', path.join(of.path, 'node_modules'));
      await excludeFromTrees(store, ['/node_modules']);
      await excludeFromTrees(store, ['/node_modules']);
      assert.equal((await of.trees.take()).id, of.base);
      of.write('work.txt', 'not landed\n');
      const { id } = await of.trees.take();
      await keepTree(store, 'T1', id);
      await removeWorktree(store, of.path);
      assert.equal(await keptTree(store, 'T1'), id);
      assert.equal(await keptTree(store, 'T2'), undefined);
      assert.equal((await place.trees.read(id, 'work.txt'))?.toString(), 'not landed\n');
    });
  });
});
