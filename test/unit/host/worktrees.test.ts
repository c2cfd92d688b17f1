import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fact } from '../../../src/core/mission/facts';
import { defaultSettings } from '../../../src/core/mission/settings';
import { openTrees } from '../../../src/git/treeStore';
import { keptTree } from '../../../src/git/worktrees';
import { missionTrees } from '../../../src/host/trees';
import { missionWorktrees, removeLeftWorktrees } from '../../../src/host/worktrees';
import { openJournal } from '../../../src/persistence/journal';
import { ensureMissionDir, journalPath, treesDir } from '../../../src/persistence/workspaceFiles';
import type { WorktreesPort } from '../../../src/runtime/ports';
import { inPlace, type Place } from '../git/place';

interface Bench {
  /** As a process that has just begun has it. */
  readonly port: (command?: string) => WorktreesPort;
  readonly at: (file: string, todo?: string) => string;
}

/** Runs a test with worktrees beside a workspace, in a state folder of its own. */
async function withWorktrees(act: (place: Place, bench: Bench) => Promise<void>): Promise<void> {
  const before = process.env['XDG_STATE_HOME'];
  try {
    await inPlace(async (place) => {
      const { workspace, store } = place;
      process.env['XDG_STATE_HOME'] = path.join(path.dirname(store), 'state');
      const port = (command = ''): WorktreesPort =>
        missionWorktrees({
          ...{ workspace, store, mission: 'm-1', trees: missionTrees(workspace, store), env: process.env },
          command: () => command,
          check: () => Promise.resolve(),
        });
      const at = (file: string, todo = 'T1'): string => path.join(port().directory(todo), file);
      await act(place, { port, at });
    });
  } finally {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
  }
}

const wanted = new AbortController().signal;

describe('the worktree of a TODO', function () {
  this.timeout(60_000);

  it('has what is installed in the folder and how OpenCode is set up there, as nobody’s changes; and is made once', async () => {
    await withWorktrees(async ({ write, workspace, git }, { port, at }) => {
      write('.gitignore', 'node_modules/\n/.venv\n');
      write('node_modules/it/index.js', 'it');
      write('packages/a/node_modules/it/index.js', 'it');
      write('.opencode/opencode.json', '{"model":"x"}');
      write('.opencode/orchestrator/m-1/journal.jsonl', '');
      write('.opencode/todo.md.some-id.tmp', 'which is about to be todo.md');
      write('.opencode/docs.md', 'the person’s');
      const placed = await port().place('T1', undefined, wanted);
      assert.equal(readFileSync(at('node_modules/it/index.js'), 'utf8'), 'it');
      assert.ok(lstatSync(at('packages/a/node_modules')).isSymbolicLink());
      assert.equal(readFileSync(at('.opencode/opencode.json'), 'utf8'), '{"model":"x"}');
      assert.deepEqual(readdirSync(at('.opencode')).sort(), ['docs.md', 'opencode.json']);
      assert.equal(placed.base, placed.folder, 'nothing of it is a change');
      writeFileSync(at('work.txt'), 'mine');
      assert.deepEqual(await port().place('T1', undefined, wanted), placed, 'as a process that begins anew finds it');
      assert.equal(readFileSync(at('work.txt'), 'utf8'), 'mine');
      assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
      assert.ok(path.relative(workspace, at('')).startsWith('..'));
    });
  });

  it('is prepared by the person’s command, whose failure says what it said; then it is begun anew', async () => {
    await withWorktrees(async (_place, { port, at }) => {
      const failing = port('echo half > half.txt; echo "no such package" >&2; exit 3');
      await assert.rejects(
        failing.place('T1', undefined, wanted),
        /^Error: isolationSetup ended with exit code 3: no such package$/,
      );
      const given = port(
        'cat "$ORCHESTRATOR_WORKSPACE/README.md" > set-up.txt; echo "$ORCHESTRATOR_TODO" >> set-up.txt',
      );
      const { base, folder } = await given.place('T1', undefined, wanted);
      assert.equal(readFileSync(at('set-up.txt'), 'utf8'), '# It\nT1\n');
      assert.ok(!existsSync(at('half.txt')));
      assert.notEqual(base, folder, 'what the set-up wrote is in the base, so no change of the TODO’s');
      assert.deepEqual(await given.changes(base, (await given.merge('T1', base, [])).theirs), []);
    });
  });

  it('ends its set-up, with all that it started, when nobody wants the TODO any more', async () => {
    await withWorktrees(async (_place, { port, at }) => {
      const stopped = new AbortController();
      const placing = port('(sleep 1; echo late > late.txt) & sleep 30').place('T1', undefined, stopped.signal);
      setTimeout(() => {
        stopped.abort();
      }, 300);
      await assert.rejects(placing, /isolationSetup was ended, since nobody wants the TODO any more/);
      await sleep(1_200);
      assert.ok(!existsSync(at('late.txt')));
    });
  });

  it('is brought to what was merged once; what is done in it after that stays', async () => {
    await withWorktrees(async ({ write, trees }, { port, at }) => {
      const placed = await port().place('T1', undefined, wanted);
      write('src/a.ts', 'moved on\n');
      const moved = (await trees.take()).id;
      const known = { ...placed, base: moved, folder: moved, checkout: moved };
      await port().place('T1', known, wanted);
      assert.equal(readFileSync(at('src/a.ts'), 'utf8'), 'moved on\n');
      writeFileSync(at('src/a.ts'), 'worked on\n');
      await port().place('T1', known, wanted);
      assert.equal(readFileSync(at('src/a.ts'), 'utf8'), 'worked on\n');
    });
  });

  it('comes back with what was in it when it was removed', async () => {
    await withWorktrees(async (_place, { port, at }) => {
      const placed = await port().place('..', undefined, wanted);
      writeFileSync(at('work.txt', '..'), 'not landed\n');
      assert.deepEqual(await port().list(), ['..']);
      await port().remove('..');
      assert.ok(!existsSync(at('', '..')));
      await port().remove('..');
      await port().place('..', placed, wanted);
      assert.equal(readFileSync(at('work.txt', '..'), 'utf8'), 'not landed\n');
    });
  });

  it('lands whole after a crash in the middle of writing, and leaves what is changed at that moment', async () => {
    await withWorktrees(async ({ write, workspace }, { port, at }) => {
      const { base } = await port().place('T1', undefined, wanted);
      for (const file of ['one.txt', 'two.txt', 'src/a.ts']) writeFileSync(at(file), `${file} by T1\n`);
      // A process before this one came as far as the first file.
      write('one.txt', 'one.txt by T1\n');
      const merged = await port().merge('T1', base, []);
      assert.deepEqual(merged.conflicts, []);
      write('two.txt', 'the person’s, at this moment\n');
      assert.deepEqual(await port().write(merged.folder, merged.tree), ['two.txt']);
      assert.equal(readFileSync(path.join(workspace, 'two.txt'), 'utf8'), 'the person’s, at this moment\n');
      assert.equal(readFileSync(path.join(workspace, 'src/a.ts'), 'utf8'), 'src/a.ts by T1\n');
      assert.deepEqual((await port().merge('T1', base, [])).conflicts, ['two.txt'], 'the next try sees it');
    });
  });

  it('writes nothing where a path of it would lead out of the folder', async () => {
    await withWorktrees(async ({ workspace, store }, { port, at }) => {
      const { base } = await port().place('T1', undefined, wanted);
      mkdirSync(at('away'));
      writeFileSync(at('away/file.txt'), 'out\n');
      writeFileSync(at('fine.txt'), 'in\n');
      const outside = path.join(path.dirname(store), 'outside');
      mkdirSync(outside);
      const merged = await port().merge('T1', base, []);
      symlinkSync(outside, path.join(workspace, 'away'));
      await assert.rejects(
        port().write(merged.folder, merged.tree),
        /away\/file\.txt leads out of the folder, so nothing is merged/,
      );
      assert.ok(!existsSync(path.join(outside, 'file.txt')));
      assert.ok(!existsSync(path.join(workspace, 'fine.txt')));
      rmSync(path.join(workspace, 'away'));
    });
  });

  it('has files that are too large to be kept, and never loses one that the TODO changed', async () => {
    await withWorktrees(async ({ write, workspace }, { port, at }) => {
      write('large.bin', Buffer.alloc((64 << 20) + 1, 7));
      const { base } = await port().place('T1', undefined, wanted);
      assert.ok(readFileSync(at('large.bin')).equals(readFileSync(path.join(workspace, 'large.bin'))));
      writeFileSync(at('small.txt'), 'x');
      const merged = await port().merge('T1', base, []);
      assert.deepEqual(merged.conflicts, []);
      assert.deepEqual(
        (await port().changes(merged.folder, merged.tree)).map((file) => file.path),
        ['small.txt'],
      );
      writeFileSync(at('large.bin'), Buffer.alloc((64 << 20) + 1, 8));
      await assert.rejects(
        port().merge('T1', base, []),
        /large\.bin is too large to be merged\. Copy it from .*t-T1\/large\.bin by hand\./,
      );
    });
  });

  it('has the same tree whether git’s index is asked first or every file is read', async () => {
    await withWorktrees(async ({ store, write }, { port, at }) => {
      for (let file = 0; file < 50; file += 1) write(`many/${String(file)}.txt`, `${String(file)}\n`);
      await port().place('T1', undefined, wanted);
      await sleep(2_100); // what was written a moment ago is read in any case
      writeFileSync(at('many/7.txt'), 'x\n');
      writeFileSync(at('many/new.txt'), 'new\n');
      rmSync(at('many/8.txt'));
      const workspace = at('');
      const quick = await openTrees({ workspace, store, index: 'index.quick', isCheckout: true });
      const whole = await openTrees({ workspace, store, index: 'index.whole' });
      assert.equal((await quick.take()).id, (await whole.take()).id);
      writeFileSync(at('many/9.txt'), 'y\n');
      assert.equal((await quick.take()).id, (await whole.take()).id);
    });
  });

  it('of an earlier mission goes when its TODO is closed, and stays where something may not have landed', async () => {
    await withWorktrees(async ({ workspace }) => {
      const mission = 'm-0';
      await ensureMissionDir(workspace, mission);
      const journal = await openJournal<Fact>(journalPath(workspace, mission), { repair: true });
      const added = ['T1', 'T2'].map((id) => ({ id, title: id, detail: '', files: [], after: [] }));
      const none = { unticked: [], retitled: [], done: [], kept: [] };
      await journal.append(
        [
          { type: 'mission.created', mission, text: 'x', directory: workspace, settings: defaultSettings },
          { type: 'todos.edited', ticked: [], added, ...none },
          { type: 'todos.edited', ticked: ['T1'], added: [], ...none },
        ],
        Date.now(),
      );
      await journal.close();
      const of = { workspace, command: () => '', env: process.env, check: () => Promise.resolve() };
      const store = treesDir(workspace, mission);
      const port = missionWorktrees({ ...of, mission, store, trees: missionTrees(workspace, store) });
      for (const id of ['T1', 'T2']) await port.place(id, undefined, wanted);
      writeFileSync(path.join(port.directory('T1'), 'work.txt'), 'x');
      await removeLeftWorktrees({ ...of, mission: 'm-1' });
      assert.deepEqual(await port.list(), ['T2']);
      assert.ok(await keptTree(store, 't-T1'), 'and what was in it is kept');
    });
  });

  it('is made beside many others at once, and removed so', async () => {
    await withWorktrees(async (_place, { port, at }) => {
      const ids = Array.from({ length: 30 }, (_, index) => `T${String(index + 1)}`);
      const all = port();
      await Promise.all(ids.map((id) => all.place(id, undefined, wanted)));
      for (const id of ids) assert.equal(readFileSync(at('README.md', id), 'utf8'), '# It\n');
      await Promise.all(ids.map((id) => all.remove(id)));
      assert.deepEqual(await all.list(), []);
    });
  });

  it('says so when it is gone', async () => {
    await withWorktrees(async (_place, { port, at }) => {
      const { base } = await port().place('T1', undefined, wanted);
      rmSync(at(''), { recursive: true });
      await assert.rejects(port().merge('T1', base, []), /The worktree of T1 is gone/);
    });
  });
});
