import assert from 'node:assert/strict';
import { posix } from 'node:path';
import fc from 'fast-check';
import { checkPath, isIsolatedTest, isolatedTestOf } from '../../../src/core/todo/paths';

function accepted(path: string): string | undefined {
  const checked = checkPath(path);
  return checked.ok ? checked.path : undefined;
}

function sentenceOf(path: string): string {
  const checked = checkPath(path);
  assert.ok(!checked.ok, `accepted ${JSON.stringify(path)}`);
  return checked.sentence;
}

describe('checkPath', () => {
  for (const [path, normal] of [
    ['src/a.ts', 'src/a.ts'],
    ['./a//b', 'a/b'],
    ['a\\b\\c.ts', 'a/b/c.ts'],
    ['a/x/../b.ts', 'a/b.ts'],
    ['a b/ü & % “q”.md', 'a b/ü & % “q”.md'],
    ['.env', '.env'],
    ['.gitignore', '.gitignore'],
    ['.github/workflows/ci.yml', '.github/workflows/ci.yml'],
    ['packages/a/.vscode/settings.json', 'packages/a/.vscode/settings.json'],
    ['docs/opencode.json', 'docs/opencode.json'],
    ['opencode.md', 'opencode.md'],
    ['...', '...'],
    ['~$notes.docx', '~$notes.docx'],
  ] as const) {
    it(`takes ${path}`, () => assert.equal(accepted(path), normal));
  }

  for (const [why, paths] of [
    ['empty', ['', '   ']],
    [
      'absolute',
      [
        '/etc/passwd',
        '\\x',
        '\\\\server\\share',
        'C:\\x',
        'c:/x',
        'C:x',
        '~/.ssh/id',
        '~',
        '~root/x',
        'file:/x',
        'http://x/y',
      ],
    ],
    ['leaves', ['..', '../x', 'a/../../x', '..\\x', './../x', 'a/../..']],
    ['a * or a ?', ['src/*.ts', 'a?.ts', '**']],
    ['control character', ['a\0b', 'a\nb', 'a\x1b[31m', 'a\x7f', 'a\x85b']],
    ['longer than 512', ['a'.repeat(513)]],
    ['not folders', ['src/', 'src\\', '.', './', 'src/.', 'a/b/..', 'src//']],
    [
      'protected',
      [
        '.git/config',
        '.GIT/config',
        '.git',
        'sub/.git/hooks/pre-commit',
        './.git/x',
        'a/../.git/x',
        '.git./config',
        '.git /config',
        '.git::$INDEX_ALLOCATION/config',
        'GIT~1/config',
        '.g\u200cit/config',
        '.opencode/todo.md',
        '.OpenCode/plugins/x.js',
        '.opencode',
        'OPENCO~1/todo.md',
        '.vscode/tasks.json',
        '.v\u017fcode/tasks.json',
        'opencode.json',
        'opencode.jsonc',
        'OpenCode.JSON',
      ],
    ],
  ] as const) {
    for (const path of paths) {
      it(`refuses ${JSON.stringify(path.slice(0, 40))} as ${why}`, () => assert.ok(sentenceOf(path).includes(why)));
    }
  }

  it('takes 512 characters', () => assert.equal(accepted('a'.repeat(512)), 'a'.repeat(512)));

  it('says one printable, short line, whatever the path holds', () => {
    const sentence = sentenceOf(`a\n\x1b]8;;x\x07\u202e${'b'.repeat(300)}`);
    assert.doesNotMatch(sentence, /[\p{Cc}\u202e]/u);
    assert.ok(sentence.length < 200);
  });

  it('accepts only what a join keeps inside the workspace and out of the protected places, and is stable', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'B',
      '.git',
      '.opencode',
      '.VSCode',
      'opencode.json',
      'x.ts',
      '~',
      'C:',
      'é',
    );
    const paths = fc.array(part, { maxLength: 6 }).chain((parts) => fc.constantFrom(parts.join('/'), parts.join('\\')));
    let taken = 0;
    fc.assert(
      fc.property(paths, (path) => {
        const normal = accepted(path);
        if (normal === undefined) return;
        taken++;
        const joined = posix.join('/ws', path.replaceAll('\\', '/'));
        assert.equal(joined, `/ws/${normal}`);
        assert.doesNotMatch(joined, /\/\.git(\/|$)|^\/ws\/(\.opencode|\.vscode|opencode\.json)/i);
        assert.equal(accepted(normal), normal);
      }),
      { numRuns: 2000 },
    );
    assert.ok(taken > 100);
  });
});

describe('isolatedTestOf', () => {
  for (const [path, test] of [
    ['src/a.ts', 'src/a.isolated.test.ts'],
    ['a.d.ts', 'a.d.isolated.test.ts'],
    ['Makefile', 'Makefile.isolated.test'],
    ['v1.2/Makefile', 'v1.2/Makefile.isolated.test'],
    ['.env', '.env.isolated.test'],
    ['src/.env', 'src/.env.isolated.test'],
    ['src/a.isolated.test.ts', 'src/a.isolated.test.ts'],
  ] as const) {
    it(`of ${path} is ${test}`, () => {
      assert.equal(isolatedTestOf(path), test);
      assert.ok(isIsolatedTest(test));
    });
  }

  it('is not every test', () => {
    for (const path of [
      'src/a.test.ts',
      'a.isolated.ts',
      'isolated.test.ts',
      '.isolated.test.ts',
      'a.isolated.test.d/x.ts',
    ]) {
      assert.ok(!isIsolatedTest(path), path);
    }
  });
});
