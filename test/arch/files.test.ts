import assert from 'node:assert/strict';
import { filesIn, projectFiles } from './projectFiles';
import { banned, linesWith, longFiles, maxLines } from './rules';

describe('files', () => {
  const files = projectFiles();
  const code = filesIn(files, ['src', 'webview', 'test'], ['.ts', '.tsx', '.mjs', '.css']);

  it(`have at most ${maxLines} lines`, () => {
    assert.ok(code.length > 0);
    assert.deepEqual(longFiles(code), []);
  });

  it('silence neither the linter nor the compiler', () => {
    assert.deepEqual(linesWith(code, banned.silencers), []);
  });

  it('leave no test out', () => {
    assert.deepEqual(linesWith(filesIn(files, ['test'], ['.test.ts', '.test.tsx']), banned.partialRuns), []);
  });

  it('name no path of the machine they were written on', () => {
    assert.deepEqual(linesWith(files, banned.machinePaths), []);
  });
});

describe('the file rules', () => {
  const file = (text: string) => [{ path: 'src/a.ts', text }];

  it('count every line', () => {
    assert.deepEqual(longFiles(file('\n'.repeat(maxLines))), []);
    assert.deepEqual(longFiles(file('\n'.repeat(maxLines + 1))), ['src/a.ts has 401 lines, 400 are allowed']);
  });

  it('name the line of what is banned', () => {
    const silencers = ['eslint', 'disable-next-line'].join('-') + '\n' + ['@ts', 'ignore'].join('-');
    assert.equal(linesWith(file(silencers), banned.silencers).length, 2);
    assert.match(linesWith(file(silencers), banned.silencers)[1] ?? '', /^src\/a\.ts:2: /);
    const partial = ['it', 'only('].join('.') + '\n' + ['describe', 'skip('].join('.');
    assert.equal(linesWith(file(partial), banned.partialRuns).length, 2);
    const paths = ['', 'work', 'main'].join('/') + '\n' + ['', 'tmp', 'bash_jobs'].join('/');
    assert.equal(linesWith(file(paths), banned.machinePaths).length, 2);
  });

  it('let harmless lines pass', () => {
    const harmless = file(`skip(1);\nconst url = '/workspace/a';\nimport '../work/item';\n`);
    for (const pattern of Object.values(banned)) assert.deepEqual(linesWith(harmless, pattern), []);
  });
});
