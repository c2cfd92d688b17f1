import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commitTodo, type Committed } from '../../../src/git/commitTodo';
import { inPlace, type Place } from './place';

/** Commits what an act changes as a TODO’s. */
async function commit(
  { workspace, store, trees }: Place,
  act: () => void,
  paths: readonly string[],
): Promise<Committed | undefined> {
  const { id: from } = await trees.take();
  act();
  const { id: to } = await trees.take();
  return await commitTodo({ workspace, store, from, to, paths, message: 'Do it\n\nOrchestrator-Todo: T1\n' });
}

describe('a commit of what a TODO changed', function () {
  this.timeout(60_000);

  it('holds that and nothing else: what the person changed and staged stays as it is, and no hook runs', async () => {
    await inPlace(async (place) => {
      const { git, workspace, write } = place;
      const lines = (first: string, last: string): string =>
        [first, ...Array.from({ length: 8 }, String), last, ''].join('\n');
      write('both.txt', lines('a', 'z'));
      write('gone.txt', 'gone\n');
      write('same.txt', 'one\n');
      git('add', '-A');
      git('commit', '-q', '-m', 'More');
      write('both.txt', lines('a', 'the person’s'));
      write('same.txt', 'the person’s\n');
      write('staged.txt', 'staged\n');
      git('add', 'staged.txt');
      writeFileSync(path.join(workspace, '.git/hooks/pre-commit'), '#!/bin/sh\ntouch ran\nexit 1\n');
      chmodSync(path.join(workspace, '.git/hooks/pre-commit'), 0o755);
      const paths = ['both.txt', 'gone.txt', 'same.txt', 'new ü.txt'];
      const done = await commit(
        place,
        () => {
          write('both.txt', lines('the TODO’s', 'the person’s'));
          rmSync(path.join(workspace, 'gone.txt'));
          write('same.txt', 'the TODO’s\n');
          write('new ü.txt', 'new\n');
        },
        paths,
      );
      assert.deepEqual(done?.left, ['same.txt']);
      assert.equal(git('show', 'HEAD:both.txt'), lines('the TODO’s', 'z'));
      assert.equal(
        git('-c', 'core.quotePath=false', 'show', '--name-status', '--format=', 'HEAD').trim(),
        'M\tboth.txt\nD\tgone.txt\nA\tnew ü.txt',
      );
      assert.equal(
        git('show', '-s', '--format=%an <%ae> %(trailers:key=Orchestrator-Todo,valueonly)').trim(),
        'A Person <person@example.invalid> T1',
      );
      assert.equal(git('status', '--porcelain'), ' M both.txt\n M same.txt\nA  staged.txt\n');
    });
  });

  it('is in the form that the person’s own add would give it, and of a folder below the root', async () => {
    await inPlace(
      async (place) => {
        const { git, write } = place;
        git('config', 'core.autocrlf', 'true');
        write('dos.txt', 'one\r\n');
        git('add', '-A');
        git('commit', '-q', '-m', 'More');
        const done = await commit(place, () => {
          write('dos.txt', 'one\r\ntwo\r\n');
        }, ['dos.txt']);
        assert.deepEqual(done?.left, []);
        assert.equal(git('cat-file', 'blob', 'HEAD:pkg/dos.txt'), 'one\ntwo\n');
        assert.equal(git('status', '--porcelain'), '');
      },
      { under: 'pkg' },
    );
  });

  it('is refused in the middle of a merge, and without a name; nothing has changed then', async () => {
    await inPlace(async (place) => {
      const { git, workspace, write } = place;
      const head = git('rev-parse', 'HEAD');
      writeFileSync(path.join(workspace, '.git/MERGE_HEAD'), head);
      await assert.rejects(
        commit(place, () => {
          write('a.txt', 'a');
        }, ['a.txt']),
        /A merge, rebase or bisect is under way/,
      );
      rmSync(path.join(workspace, '.git/MERGE_HEAD'));
      mkdirSync(path.join(workspace, '.git/rebase-merge'));
      await assert.rejects(
        commit(place, () => {
          write('a.txt', 'b');
        }, ['a.txt']),
        /under way/,
      );
      rmSync(path.join(workspace, '.git/rebase-merge'), { recursive: true });
      git('config', 'user.useConfigOnly', 'true');
      git('config', '--unset', 'user.name');
      git('config', 'user.name', '');
      git('config', 'user.email', '');
      await assert.rejects(
        commit(place, () => {
          write('b.txt', 'c');
        }, ['b.txt']),
        /git commit-tree failed/,
      );
      assert.equal(git('rev-parse', 'HEAD'), head);
    });
  });
});
