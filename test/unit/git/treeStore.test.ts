import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { inPlace } from './place';

/** What of the repository is the person’s: every file under .git with its content. */
function theirs(workspace: string): Map<string, string> {
  const root = path.join(workspace, '.git');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(path.join(root, name)).isFile(),
  );
  return new Map(files.map((name) => [name, readFileSync(path.join(root, name)).toString('base64')]));
}

describe('the trees of a workspace', function () {
  this.timeout(60_000);

  it('tell what was added, changed, deleted, renamed, made executable and linked, with lines', async () => {
    await inPlace(async ({ workspace, trees, write }) => {
      write('old name.txt', 'a\nb\nc\nd\ne\n');
      write('gone.txt', 'gone\n');
      write('run.sh', '#!/bin/sh\n');
      write('binary', Buffer.from([0, 1, 2, 3]));
      const before = await trees.take();
      write('src/a.ts', 'one\n2\nthree\nfour\n');
      write('Größe 語 🦊.txt', 'new\n');
      renameSync(path.join(workspace, 'old name.txt'), path.join(workspace, 'new name.txt'));
      rmSync(path.join(workspace, 'gone.txt'));
      chmodSync(path.join(workspace, 'run.sh'), 0o755);
      write('binary', Buffer.from([0, 1, 2, 4]));
      symlinkSync('src/a.ts', path.join(workspace, 'link'));
      const after = await trees.take();
      const changes = await trees.changes(before.id, after.id);
      assert.deepEqual(
        changes.sort((a, b) => (a.path < b.path ? -1 : 1)),
        [
          { path: 'Größe 語 🦊.txt', kind: 'added', added: 1, removed: 0 },
          { path: 'binary', kind: 'modified' },
          { path: 'gone.txt', kind: 'deleted', added: 0, removed: 1 },
          { path: 'link', kind: 'added', added: 1, removed: 0 },
          { path: 'new name.txt', from: 'old name.txt', kind: 'renamed', added: 0, removed: 0 },
          { path: 'run.sh', kind: 'mode', added: 0, removed: 0 },
          { path: 'src/a.ts', kind: 'modified', added: 2, removed: 1 },
        ],
      );
      assert.equal((await trees.read(before.id, 'src/a.ts'))?.toString(), 'one\ntwo\nthree\n');
      assert.equal((await trees.read(after.id, 'src/a.ts'))?.toString(), 'one\n2\nthree\nfour\n');
      assert.equal((await trees.read(after.id, 'link'))?.toString(), 'src/a.ts');
      assert.equal(await trees.read(after.id, 'gone.txt'), undefined);
    });
  });

  it('are compared a few at a time, however many are asked for in one moment', async () => {
    await inPlace(async ({ workspace, trees, write }) => {
      const before = await trees.take();
      write('src/a.ts', 'one\n');
      const after = await trees.take();
      const [bin, log] = [path.join(workspace, '..', 'bin'), path.join(workspace, '..', 'log')];
      mkdirSync(bin);
      const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
      writeFileSync(
        path.join(bin, 'git'),
        `#!/bin/sh\necho begins >> '${log}'\nsleep 0.1\n'${real}' "$@"\necho ends >> '${log}'\n`,
        { mode: 0o755 },
      );
      const { PATH } = process.env;
      process.env['PATH'] = `${bin}${path.delimiter}${PATH ?? ''}`;
      try {
        const all = await Promise.all(Array.from({ length: 12 }, () => trees.changes(before.id, after.id)));
        assert.ok(all.every(([change]) => change?.path === 'src/a.ts'));
      } finally {
        process.env['PATH'] = PATH;
      }
      let now = 0;
      const atOnce = readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => (now += line === 'begins' ? 1 : -1));
      assert.equal(atOnce.length, 24);
      assert.ok(Math.max(...atOnce) <= 2, `${String(Math.max(...atOnce))} at once`);
    });
  });

  it('leave everything of the person’s as it is: index, HEAD, stash, hooks; also with a dirty tree', async () => {
    await inPlace(async ({ workspace, git, write, open }) => {
      write('staged.ts', 'staged\n');
      git('add', 'staged.ts');
      write('staged.ts', 'staged, then changed\n');
      write('stashed.ts', 's\n');
      git('stash', 'push', '-q', '-u', '--', 'stashed.ts');
      for (const hook of ['pre-commit', 'post-index-change', 'post-checkout'])
        writeFileSync(
          path.join(workspace, '.git', 'hooks', hook),
          '#!/bin/sh\ntouch "$(git rev-parse --show-toplevel)/HOOK"\n',
          {
            mode: 0o755,
          },
        );
      git('config', 'core.fsmonitor', path.join(workspace, '.git', 'hooks', 'pre-commit'));
      const was = theirs(workspace);
      const trees = await open();
      const before = await trees.take();
      write('src/a.ts', 'other\n');
      const after = await trees.take();
      assert.equal((await trees.changes(before.id, after.id)).length, 1);
      assert.deepEqual(theirs(workspace), was);
      assert.equal(existsSync(path.join(workspace, 'HOOK')), false);
      assert.equal((await trees.read(before.id, 'staged.ts'))?.toString(), 'staged, then changed\n');
    });
  });

  it('keep what is there byte by byte, whatever line ends and filters the repository asks for', async () => {
    await inPlace(async ({ git, write, trees }) => {
      git('config', 'core.autocrlf', 'true');
      git('config', 'filter.shout.clean', 'tr a-z A-Z');
      write('.gitattributes', '* text=auto eol=lf\n*.txt filter=shout\n');
      const before = await trees.take();
      write('crlf.ts', 'a\r\nb\r\n');
      write('shouted.txt', 'quiet\n');
      const after = await trees.take();
      assert.equal((await trees.read(after.id, 'crlf.ts'))?.toString(), 'a\r\nb\r\n');
      assert.equal((await trees.read(after.id, 'shouted.txt'))?.toString(), 'quiet\n');
      assert.equal((await trees.changes(before.id, after.id)).length, 2);
    });
  });

  it('see no ignored file, nothing in .opencode, and do not enter submodules and repositories inside', async () => {
    await inPlace(async ({ workspace, git, write, trees }) => {
      write('.gitignore', 'out/\n');
      const before = await trees.take();
      write('out/big.js', 'x\n');
      write('.opencode/todo.md', '- [ ] T1\n');
      const inner = path.join(workspace, 'inner');
      execFileSync('git', ['init', '-q', inner]);
      write('inner/file.ts', 'inside\n');
      git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', workspace, 'sub');
      write('sub/README.md', 'changed inside\n');
      const after = await trees.take();
      assert.deepEqual(after.nested, ['inner', 'sub']);
      assert.deepEqual(
        (await trees.changes(before.id, after.id)).map((change) => change.path),
        ['.gitmodules'],
      );
    });
  });

  it('do not take what a sparse checkout leaves out for deleted', async () => {
    await inPlace(async ({ git, trees, write, open }) => {
      git('sparse-checkout', 'set', '--no-cone', '/README.md');
      const before = await trees.take();
      assert.equal(await trees.read(before.id, 'src/a.ts'), undefined);
      write('README.md', '# Changed\n');
      const after = await (await open()).take();
      assert.deepEqual(
        (await trees.changes(before.id, after.id)).map(({ path: file, kind }) => [file, kind]),
        [['README.md', 'modified']],
      );
    });
  });

  it('speak of a workspace in a sub-folder by its own paths', async () => {
    await inPlace(
      async ({ trees, write }) => {
        const before = await trees.take();
        write('src/a.ts', 'changed\n');
        const [change] = await trees.changes(before.id, (await trees.take()).id);
        assert.equal(change?.path, 'src/a.ts');
      },
      { under: 'packages/one' },
    );
  });

  it('work in a folder without git, ignore what its .gitignore says, and leave no repository there', async () => {
    await inPlace(
      async ({ workspace, trees, write }) => {
        write('.gitignore', 'node_modules\n');
        write('node_modules/x/index.js', 'x\n');
        const before = await trees.take();
        write('src/a.ts', 'one\n');
        const after = await trees.take();
        assert.deepEqual(await trees.changes(before.id, after.id), [
          { path: 'src/a.ts', kind: 'modified', added: 0, removed: 2 },
        ]);
        assert.equal(await trees.read(after.id, 'node_modules/x/index.js'), undefined);
        assert.equal(existsSync(path.join(workspace, '.git')), false);
      },
      { git: false },
    );
  });

  it('are the same tree when nothing changed, also for another process, and for a file written twice in a moment', async () => {
    await inPlace(async ({ trees, write, open }) => {
      const first = await trees.take();
      assert.equal((await trees.take()).id, first.id);
      assert.equal((await (await open()).take()).id, first.id);
      write('src/a.ts', 'aaa\n');
      const second = await trees.take();
      write('src/a.ts', 'bbb\n');
      const third = await trees.take();
      assert.notEqual(second.id, third.id);
      assert.equal((await trees.read(third.id, 'src/a.ts'))?.toString(), 'bbb\n');
    });
  });

  it('keep a file of odd names, a file that became a folder, and none of what is too large', async () => {
    await inPlace(
      async ({ workspace, trees, write }) => {
        const odd = ['a\nb.txt', ' blank ', '"quoted".txt', '-dash', 'tab\t.txt', '\u202eevil.txt'];
        for (const name of odd) write(name, `${name}\n`);
        write('thing', 'a file\n');
        write('large.bin', Buffer.alloc(2_000));
        const before = await trees.take();
        assert.deepEqual(before.large, ['large.bin']);
        for (const name of odd) assert.equal((await trees.read(before.id, name))?.toString(), `${name}\n`, name);
        rmSync(path.join(workspace, 'thing'));
        write('thing/inside.txt', 'a folder\n');
        write('large.bin', Buffer.alloc(3_000));
        const after = await trees.take();
        assert.deepEqual(
          (await trees.changes(before.id, after.id)).map((change) => [change.path, change.kind]).sort(),
          [
            ['large.bin', 'modified'],
            ['thing', 'deleted'],
            ['thing/inside.txt', 'added'],
          ],
        );
        assert.doesNotMatch((await trees.read(after.id, 'large.bin'))?.toString() ?? '', /\0/);
      },
      { mostBytes: 1_000 },
    );
  });

  it('refuse a folder with more files than are looked at, in one sentence', async () => {
    await inPlace(
      async ({ trees }) => {
        await assert.rejects(trees.take(), /The folder has 2 files; changes are kept of 1 at most\./);
      },
      { mostFiles: 1 },
    );
  });
});
