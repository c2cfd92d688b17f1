import assert from 'node:assert/strict';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realPathInside, realPathInsideSync } from '../../../src/persistence/insidePath';
import { inFolder } from './journalTools';

interface Scene {
  readonly workspace: string;
  readonly outside: string;
  readonly link: (target: string, name: string) => Promise<void>;
  readonly inside: (path: string) => Promise<boolean>;
}

/** A workspace with a file and a folder, and a neighbour of almost the same name. */
async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const workspace = join(folder, 'ws');
    const outside = join(folder, 'ws-outside');
    await mkdir(join(workspace, 'src'), { recursive: true });
    await mkdir(outside);
    await writeFile(join(workspace, 'src', 'a.ts'), '');
    await writeFile(join(outside, 'secret'), '');
    await act({
      workspace,
      outside,
      link: (target, name) => symlink(target, join(workspace, name), 'junction'),
      inside: async (path) => {
        const answer = await realPathInside(workspace, path);
        assert.equal(realPathInsideSync(workspace, path), answer, `both ways for ${path}`);
        return answer;
      },
    });
  });
}

describe('realPathInside', () => {
  it('takes what is, and what is not yet, in the workspace', () =>
    inScene(async ({ workspace, inside }) => {
      for (const path of ['src/a.ts', 'src/new/deep/b.ts', 'src/a.ts/x', '..x', '.', join(workspace, 'src', 'a.ts')]) {
        assert.equal(await inside(path), true, path);
      }
    }));

  it('refuses what is elsewhere', () =>
    inScene(async ({ workspace, outside, inside }) => {
      const beside = [
        outside,
        join(outside, 'new'),
        '../ws-outside/secret',
        '..',
        'src/../../x',
        join(workspace, '..', 'x'),
      ];
      for (const path of [...beside, '/etc/passwd']) assert.equal(await inside(path), false, path);
    }));

  it('follows links to folders, out and in', () =>
    inScene(async ({ workspace, outside, link, inside }) => {
      await link(outside, 'out');
      await link(join(workspace, 'src'), 'in');
      await link(join(workspace, 'out'), 'chain');
      for (const path of ['out', 'out/secret', 'out/new/deep', 'chain/secret'])
        assert.equal(await inside(path), false, path);
      for (const path of ['in', 'in/a.ts', 'in/new']) assert.equal(await inside(path), true, path);
    }));

  it('counts a link to nothing as where a write through it would arrive', () =>
    inScene(async ({ workspace, outside, link, inside }) => {
      await link(join(outside, 'not-yet'), 'dangling-out');
      await link(join(workspace, 'src', 'not-yet'), 'dangling-in');
      await link(join(workspace, 'dangling-out', 'deeper'), 'dangling-chain');
      assert.equal(await inside('dangling-out'), false);
      assert.equal(await inside('dangling-out/x'), false);
      assert.equal(await inside('dangling-chain'), false);
      assert.equal(await inside('dangling-in'), true);
    }));

  // Junctions are absolute: not on Windows.
  if (process.platform !== 'win32') {
    it('resolves a relative link from where it stands', async () => {
      await inScene(async ({ link, inside }) => {
        await link('../../ws-outside/secret', 'src/up');
        await link('../../ws-outside/not-yet', 'src/up-to-nothing');
        await link('../src', 'src/self');
        await link('../not-yet', 'src/in-to-nothing');
        assert.deepEqual([await inside('src/up'), await inside('src/up-to-nothing')], [false, false]);
        assert.deepEqual([await inside('src/self/a.ts'), await inside('src/in-to-nothing')], [true, true]);
      });
    });
  }

  it('refuses a circle of links', () =>
    inScene(async ({ workspace, link, inside }) => {
      await link(join(workspace, 'b'), 'a');
      await link(join(workspace, 'a'), 'b');
      assert.equal(await inside('a'), false);
      assert.equal(await inside('a/x'), false);
    }));

  it('takes a workspace that is named through a link, and refuses one that is not there', () =>
    inScene(async ({ workspace }) => {
      const alias = `${workspace}-alias`;
      await symlink(workspace, alias, 'junction');
      for (const path of ['src/a.ts', join(alias, 'src', 'a.ts'), join(await realpath(workspace), 'src', 'a.ts')]) {
        assert.equal(await realPathInside(alias, path), true);
        assert.equal(realPathInsideSync(alias, path), true);
      }
      assert.equal(await realPathInside(join(workspace, 'none'), 'x'), false);
    }));
});
