import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { refuseWrite, targetsOf } from '../../../src/bridge/guard';

const patch = (...lines: string[]) => ({ patchText: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') });

describe('the paths that a tool’s call would write', () => {
  it('are the file of write and edit', () => {
    for (const tool of ['write', 'edit', 'multiedit']) {
      assert.deepEqual(targetsOf(tool, { filePath: 'src/a.ts', content: 'x' }), ['src/a.ts'], tool);
    }
  });

  it('are all files of a patch, and where it moves them to', () => {
    const args = patch(
      ...['*** Add File: new.ts', '+a', '*** Update File: src/a.ts', '*** Move to: src/b.ts', '@@', '-a', '+b'],
      ...['*** Delete File: old file.ts', '*** Update File:  spaced.ts  ', '@@', '+*** Add File: inside'],
    );
    for (const tool of ['apply_patch', 'patch']) {
      assert.deepEqual(targetsOf(tool, args), ['new.ts', 'src/a.ts', 'src/b.ts', 'old file.ts', 'spaced.ts'], tool);
    }
  });

  it('of a patch with the line ends of Windows are the same', () => {
    const text = '*** Begin Patch\r\n*** Update File: a.ts\r\n*** Move to: b.ts\r\n*** End Patch\r\n';
    assert.deepEqual(targetsOf('apply_patch', { patchText: text }), ['a.ts', 'b.ts']);
  });

  // OpenCode 1.18.33 takes any line that begins with these words, with a blank after the colon or without, and trims the rest;
  // a line ends with \n and nothing else. What it follows, the guard must see.
  it('of a patch are read as OpenCode reads them', () => {
    const spellings: [string, string][] = [
      ['*** Move to:b.ts', 'b.ts'],
      ['*** Move to:\tb.ts', 'b.ts'],
      ['*** Move to:\u00a0b.ts', 'b.ts'],
      ['*** Move to: a.ts\r/../b.ts', 'a.ts\r/../b.ts'],
      ['*** Move to: a.ts\u2028/../b.ts', 'a.ts\u2028/../b.ts'],
      ['*** Add File:b.ts', 'b.ts'],
      ['*** Delete File:b.ts', 'b.ts'],
    ];
    for (const [line, target] of spellings) {
      const targets = targetsOf('apply_patch', patch('*** Update File: a.ts', line)) ?? [];
      assert.deepEqual(targets, ['a.ts', target], JSON.stringify(line));
    }
  });

  it('are none for what cannot be read, and nothing for tools that write nothing', () => {
    for (const args of [undefined, null, {}, { filePath: 5 }, 'src/a.ts', []])
      assert.deepEqual(targetsOf('write', args), []);
    for (const args of [undefined, {}, { patchText: 5 }, { patchText: '' }]) {
      assert.deepEqual(targetsOf('apply_patch', args), []);
    }
    for (const tool of ['read', 'bash', 'grep', 'mission_report']) {
      assert.equal(targetsOf(tool, { filePath: 'src/a.ts' }), undefined);
    }
  });
});

describe('what the guard refuses', () => {
  let base: string;
  let workspace: string;
  before(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
    workspace = path.join(base, 'repo');
    mkdirSync(path.join(workspace, 'src'), { recursive: true });
    mkdirSync(path.join(base, 'outside'));
    writeFileSync(path.join(workspace, 'src', 'a.ts'), '');
    symlinkSync(path.join(base, 'outside', 'new.ts'), path.join(workspace, 'src', 'link.ts'));
    symlinkSync(path.join(base, 'outside'), path.join(workspace, 'away'));
    symlinkSync(path.join(workspace, 'src'), path.join(workspace, 'within'));
    symlinkSync('loop', path.join(workspace, 'loop'));
    symlinkSync('b.ts', path.join(workspace, 'src', 'other.ts'));
    symlinkSync('../.git/hooks/pre-push', path.join(workspace, 'src', 'hook.ts'));
  });
  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  const files = ['src/a.ts', 'docs/b.md', 'src/link.ts', 'away/x.ts', 'within/c.ts'];
  const refusal = (target: string, list: readonly string[] = files) => refuseWrite(workspace, list, target);

  it('nothing that the TODO names, written relative or absolute, nor the isolated test of it', () => {
    const good = ['src/a.ts', './src/a.ts', 'src/../src/a.ts', 'docs/b.md', 'src/a.isolated.test.ts', 'within/c.ts'];
    for (const target of [...good, ...good.map((file) => path.join(workspace, file))]) {
      assert.equal(refusal(target), undefined, target);
    }
  });

  it('takes names that differ in case or in their form of Unicode for one file, as some disks do', () => {
    assert.equal(refusal('SRC/A.ts'), undefined);
    assert.equal(refusal('u\u0308.ts', ['\u00fc.ts']), undefined);
  });

  it('a file of another TODO, and says which it may write', () => {
    for (const target of ['src/b.ts', 'src/a.tsx', 'src', 'README.md', 'src/b.isolated.test.ts', 'a.ts']) {
      const sentence = refusal(target) ?? '';
      assert.ok(sentence.includes(target), `${target}: ${sentence}`);
    }
    assert.match(
      refusal('src/b.ts') ?? '',
      /src\/b\.ts is not a file of this TODO\. It may write: src\/a\.ts, src\/a\.isolated/,
    );
  });

  it('keeps its sentence short when the TODO names a hundred files', () => {
    const many = Array.from({ length: 100 }, (_, index) => `src/some/folder/file${String(index)}.ts`);
    const { length } = refusal('src/b.ts', many) ?? '';
    assert.ok(length > 100 && length < 700, String(length));
  });

  it('what lies outside, by its path', () => {
    const beside = `${workspace}-other/a.ts`;
    for (const target of ['../a.ts', '../repo-other/a.ts', beside, '/etc/passwd', 'src/../../a.ts', base]) {
      for (const list of [files, []]) assert.match(refusal(target, list) ?? '', /leaves the workspace folder/, target);
    }
    assert.notEqual(refusal('~/x', []), undefined);
    assert.notEqual(refusal('', []), undefined);
    assert.notEqual(refusal(workspace, []), undefined);
  });

  it('what lies outside, through a link, also where the TODO names it', () => {
    for (const target of [
      'src/link.ts',
      'away/x.ts',
      'away/deep/er.ts',
      path.join(workspace, 'away', 'x.ts'),
      'loop/x',
    ]) {
      for (const list of [files, []]) {
        assert.match(refusal(target, list) ?? '', /leads out of the workspace through a link/, target);
      }
    }
    assert.equal(refusal('within/c.ts', []), undefined, 'a link inside leads nowhere else');
  });

  it('another file of the workspace, through a link of the TODO’s own name', () => {
    const other = 'src/other.ts';
    assert.match(
      refusal(other, [other]) ?? '',
      /src\/other\.ts is a link to src\/b\.ts, which is not a file of this TODO/,
    );
    assert.equal(refusal(other, [other, 'src/b.ts']), undefined);
    assert.equal(refusal(other, []), undefined);
    for (const list of [['src/hook.ts'], []])
      assert.match(refusal('src/hook.ts', list) ?? '', /is a link: .+protected/);
  });

  it('protected places, whatever the TODO names, and however they are written', () => {
    const protectedOnes = ['.git/hooks/pre-commit', '.opencode/plugin/x.js', '.vscode/tasks.json', 'opencode.json'];
    const disguised = [
      '.GIT/config',
      'sub/.git/hooks/x',
      '.opencode./x',
      'opencode.jsonc',
      'src/../.git/config',
      '.git',
    ];
    for (const target of [...protectedOnes, ...disguised]) {
      for (const list of [[target], []]) assert.match(refusal(target, list) ?? '', /protected/, target);
    }
  });

  it('nothing else where the TODO names no file', () => {
    for (const target of ['src/b.ts', 'new/folder/x.txt', 'README.md']) assert.equal(refusal(target, []), undefined);
  });
});
