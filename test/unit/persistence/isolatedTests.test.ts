import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FilesError } from '../../../src/persistence/errors';
import { moveIsolatedTest } from '../../../src/persistence/isolatedTests';
import { inFolder } from './journalTools';

const refusedAs = (kind: FilesError['kind']) => (error: unknown) => error instanceof FilesError && error.kind === kind;

/** A workspace and a folder beside it. */
const inWorkspace = (act: (workspace: string, outside: string) => Promise<void>) =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'ws'));
    await mkdir(join(folder, 'outside'));
    await act(join(folder, 'ws'), join(folder, 'outside'));
  });

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

describe('moveIsolatedTest', () => {
  it('keeps the folders, and moves nothing that is not there', () =>
    inWorkspace(async (workspace) => {
      await put(join(workspace, 'src', 'deep', 'a.isolated.test.ts'), 'one');
      const moved = await moveIsolatedTest(workspace, './src//deep/a.isolated.test.ts');
      const to = '.opencode/unit-tests/src/deep/a.isolated.test.ts';
      assert.deepEqual(moved, { from: 'src/deep/a.isolated.test.ts', to });
      assert.equal(await readFile(join(workspace, to), 'utf8'), 'one');
      assert.deepEqual(await readdir(join(workspace, 'src', 'deep')), []);
      assert.equal(await moveIsolatedTest(workspace, 'src/deep/a.isolated.test.ts'), undefined);
      assert.equal(await moveIsolatedTest(workspace, 'none/at/all.isolated.test.ts'), undefined);
    }));

  it('overwrites no earlier one', () =>
    inWorkspace(async (workspace) => {
      const to: string[] = [];
      for (const text of ['1', '2', '3']) {
        await put(join(workspace, 'a.isolated.test.ts'), text);
        to.push((await moveIsolatedTest(workspace, 'a.isolated.test.ts'))?.to ?? '');
      }
      const base = '.opencode/unit-tests/a.isolated.test';
      assert.deepEqual(to, [`${base}.ts`, `${base}-2.ts`, `${base}-3.ts`]);
      const texts = await Promise.all(to.map((path) => readFile(join(workspace, path), 'utf8')));
      assert.deepEqual(texts, ['1', '2', '3']);
    }));

  it('refuses what is outside, protected, or no file', () =>
    inWorkspace(async (workspace, outside) => {
      await put(join(outside, 'x.isolated.test.ts'), 'mine');
      await mkdir(join(workspace, 'folder.isolated.test.ts'));
      const names = ['../outside/x.isolated.test.ts', join(outside, 'x.isolated.test.ts'), '.git/x.isolated.test.ts'];
      for (const name of [...names, 'folder.isolated.test.ts']) {
        await assert.rejects(moveIsolatedTest(workspace, name), refusedAs('path'), name);
      }
      await symlink(outside, join(workspace, 'out'), 'junction');
      await assert.rejects(moveIsolatedTest(workspace, 'out/x.isolated.test.ts'), refusedAs('outside'));
      assert.equal(await readFile(join(outside, 'x.isolated.test.ts'), 'utf8'), 'mine');
    }));

  it('refuses a symlink as the test, and as the place to go to', () =>
    inWorkspace(async (workspace, outside) => {
      await symlink(outside, join(workspace, 'a.isolated.test.ts'), 'junction');
      await assert.rejects(moveIsolatedTest(workspace, 'a.isolated.test.ts'), refusedAs('symlink'));
      await put(join(workspace, 'src', 'b.isolated.test.ts'), 'b');
      await mkdir(join(workspace, '.opencode', 'unit-tests'), { recursive: true });
      await symlink(outside, join(workspace, '.opencode', 'unit-tests', 'src'), 'junction');
      await assert.rejects(moveIsolatedTest(workspace, 'src/b.isolated.test.ts'), refusedAs('symlink'));
      assert.equal(await readFile(join(workspace, 'src', 'b.isolated.test.ts'), 'utf8'), 'b');
      assert.deepEqual(await readdir(outside), []);
    }));
});
