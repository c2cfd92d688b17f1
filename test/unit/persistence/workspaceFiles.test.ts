import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesError } from '../../../src/persistence/errors';
import { archiveForeign, readRendered, writeRendered } from '../../../src/persistence/renderedFiles';
import { ensureMissionDir, ensureOrchestratorDir, isMissionId, journalPath, listMissions, missionDir } from '../../../src/persistence/workspaceFiles'; // prettier-ignore
import { inFolder } from './journalTools';

const refusedAs = (kind: FilesError['kind']) => (error: unknown) => error instanceof FilesError && error.kind === kind;
const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const textIn = (...parts: string[]) => readFile(join(...parts), 'utf8');

describe('workspace files', () => {
  it('refuse an id that is no plain name', () => {
    for (const id of ['m1', 'A-b-9', 'a'.repeat(64)]) assert.ok(isMissionId(id), id);
    for (const id of ['', '..', '../x', 'a/b', 'a\\b', 'a.b', 'a b', 'ä', 'a\n', 'a'.repeat(65)]) {
      assert.ok(!isMissionId(id), id);
      assert.throws(() => missionDir('/ws', id), refusedAs('mission'));
    }
  });

  it('are kept out of git, without touching what a person wrote there', () =>
    inFolder(async (workspace) => {
      const dir = await ensureOrchestratorDir(workspace);
      assert.equal(await textIn(dir, '.gitignore'), '*\n');
      await writeFile(join(dir, '.gitignore'), '# mine\n');
      await ensureMissionDir(workspace, 'm1');
      assert.equal(await textIn(dir, '.gitignore'), '# mine\n');
      assert.deepEqual((await readdir(dir)).sort(), ['.gitignore', 'm1']);
    }));

  for (const parts of [['.opencode'], ['.opencode', 'orchestrator'], ['.opencode', 'orchestrator', 'm1']]) {
    it(`refuse ${parts.join('/')} when it is a symlink, and leave its target alone`, () =>
      inFolder(async (folder) => {
        const [workspace, elsewhere] = [join(folder, 'ws'), join(folder, 'elsewhere')];
        await mkdir(join(workspace, ...parts.slice(0, -1)), { recursive: true });
        await mkdir(elsewhere);
        await symlink(elsewhere, join(workspace, ...parts), 'junction');
        await assert.rejects(ensureMissionDir(workspace, 'm1'), refusedAs('symlink'));
        if (parts.length === 1) await assert.rejects(writeRendered(workspace, 'todo.md', 'x'), refusedAs('symlink'));
        assert.deepEqual(await readdir(elsewhere), []);
      }));
  }

  it('list the missions that have a journal, the newest first', () =>
    inFolder(async (workspace) => {
      assert.deepEqual(await listMissions(workspace), []);
      for (const [id, seconds] of [
        ['a', 100],
        ['b', 300],
        ['c', 200],
      ] as const) {
        // prettier-ignore
        await ensureMissionDir(workspace, id);
        await writeFile(journalPath(workspace, id), '');
        await utimes(journalPath(workspace, id), seconds, seconds);
      }
      await ensureMissionDir(workspace, 'empty');
      const orchestrator = await ensureOrchestratorDir(workspace);
      await mkdir(join(orchestrator, 'not an id'));
      await writeFile(join(orchestrator, 'not an id', 'journal.jsonl'), '');
      await symlink(missionDir(workspace, 'a'), join(orchestrator, 'link'), 'junction');
      assert.deepEqual(await listMissions(workspace), [
        { id: 'b', journal: journalPath(workspace, 'b'), changedAt: 300_000 },
        { id: 'c', journal: journalPath(workspace, 'c'), changedAt: 200_000 },
        { id: 'a', journal: journalPath(workspace, 'a'), changedAt: 100_000 },
      ]);
    }));

  it('say when the disk refuses', () =>
    inFolder(async (folder) => {
      await assert.rejects(ensureOrchestratorDir(join(folder, 'none')), (error) => {
        return refusedAs('io')(error) && error instanceof FilesError && error.code === 'ENOENT';
      });
    }));
});

describe('rendered files', () => {
  it('are written only when they changed', () =>
    inFolder(async (workspace) => {
      assert.equal(await readRendered(workspace, 'todo.md'), undefined);
      assert.deepEqual(await readdir(workspace), []); // looking makes nothing
      assert.equal(await writeRendered(workspace, 'todo.md', 'one\n'), true);
      const { ino } = await stat(join(workspace, '.opencode', 'todo.md'));
      assert.equal(await writeRendered(workspace, 'todo.md', 'one\n'), false);
      assert.equal((await stat(join(workspace, '.opencode', 'todo.md'))).ino, ino);
      assert.equal(await writeRendered(workspace, 'todo.md', 'two\n'), true);
      assert.equal(await readRendered(workspace, 'todo.md'), 'two\n');
      assert.deepEqual(await readdir(join(workspace, '.opencode')), ['todo.md']);
    }));

  // Links to files need a privilege there: not on Windows.
  if (process.platform !== 'win32') {
    it('are not written through a symlink', async () => {
      await inFolder(async (folder) => {
        const workspace = join(folder, 'ws');
        await mkdir(join(workspace, '.opencode'), { recursive: true });
        await writeFile(join(folder, 'mine'), 'mine');
        await symlink(join(folder, 'mine'), join(workspace, '.opencode', 'todo.md'));
        await assert.rejects(writeRendered(workspace, 'todo.md', 'x'), refusedAs('symlink'));
        await assert.rejects(archiveForeign(workspace, 'm1', at), refusedAs('symlink'));
        assert.equal(await textIn(folder, 'mine'), 'mine');
      });
    });
  }

  it('of another mission are moved to the archive, and ours stay', () =>
    inFolder(async (workspace) => {
      await writeRendered(workspace, 'todo.md', '<!-- mission: m1 seq: 3 -->\nours\n');
      await writeRendered(workspace, 'work-log.md', '<!-- mission: m1-2 -->\nanother’s\n');
      assert.deepEqual(await archiveForeign(workspace, 'm1', at), [
        { from: '.opencode/work-log.md', to: '.opencode/orchestrator/archive/2026-01-02T03-04-05-006Z-work-log.md' },
      ]);
      assert.equal(await readRendered(workspace, 'todo.md'), '<!-- mission: m1 seq: 3 -->\nours\n');
      assert.equal(await readRendered(workspace, 'work-log.md'), undefined);
    }));

  it('are ours by their first line alone, and by the whole id', () =>
    inFolder(async (workspace) => {
      const foreign = ['', 'no mark', 'title\n<!-- mission: m1 -->', '<!-- mission: m12 -->', '<!-- mission: xm1 -->', '<!-- submission: m1 -->']; // prettier-ignore
      for (const text of foreign) {
        await writeRendered(workspace, 'todo.md', text);
        assert.equal((await archiveForeign(workspace, 'm1', at)).length, 1, text);
      }
      for (const text of ['<!-- mission: m1 -->', '# x (mission: m1)\r\n- [ ] a']) {
        await writeRendered(workspace, 'todo.md', text);
        assert.deepEqual(await archiveForeign(workspace, 'm1', at), [], text);
      }
    }));

  it('are never overwritten in the archive', () =>
    inFolder(async (workspace) => {
      for (const text of ['first', 'second', 'third']) {
        await writeRendered(workspace, 'todo.md', text);
        await archiveForeign(workspace, 'm1', at);
      }
      const archive = join(await ensureOrchestratorDir(workspace), 'archive');
      const texts = await Promise.all((await readdir(archive)).sort().map((name) => textIn(archive, name)));
      assert.deepEqual(texts.sort(), ['first', 'second', 'third']);
      assert.ok((await readdir(archive)).includes('2026-01-02T03-04-05-006Z-todo-2.md'));
    }));
});
