import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fold } from '../../../src/core/mission/reduce';
import type { ReportFile } from '../../../src/core/report/model';
import { HostError } from '../../../src/host/errors';
import { gitChanges } from '../../../src/host/gitChanges';
import { formatOfName, makeReport } from '../../../src/host/report';
import { scratch, type Scratch } from '../../support/scratch';
import { recordsOf } from '../core/report/missions';

const of = { now: 1, release: '0.1.0', unreadable: () => undefined };

/** Puts a recorded journal into a scratch folder under its mission’s id. */
function put(place: Scratch, name: string): { id: string; file: string } {
  const id = fold(recordsOf(name)).mission;
  const folder = path.join(place.workspace, '.opencode', 'orchestrator', id);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'journal.jsonl');
  cpSync(new URL(`../core/fixtures/journals/${name}.jsonl`, import.meta.url), file);
  return { id, file };
}

describe('the report of a mission on disk', () => {
  let place: Scratch;
  beforeEach(() => {
    place = scratch();
  });
  afterEach(() => place.remove());

  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);

  it('is made of the newest mission where none is named', async () => {
    put(place, 'sealed');
    const { id } = put(place, 'server-sealed');
    assert.equal((await makeReport(place.workspace, of)).mission, id);
    assert.equal((await makeReport(place.workspace, { ...of, mission: 'm-1' })).mission, 'm-1');
  });

  it('of a journal that ends in the middle of a record tells all before it, says so, and changes nothing', async () => {
    const { file } = put(place, 'sealed');
    appendFileSync(file, '{"v":1,"seq":99,"at":1');
    const before = readFileSync(file, 'utf8');
    const report = await makeReport(place.workspace, of);
    assert.equal(report.result.state, 'sealed');
    assert.match(report.journal.damage ?? '', /middle of a record/);
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  it('of a journal that is damaged in its middle tells what stands before the damage', async () => {
    const { file } = put(place, 'sealed');
    const all = lines(file);
    writeFileSync(
      file,
      `${all.map((line, index) => (index === 9 ? line.replace('"at":1', '"at":2') : line)).join('\n')}\n`,
    );
    const report = await makeReport(place.workspace, of);
    assert.equal(report.journal.records, 9);
    assert.match(report.journal.damage ?? '', /^Line 10 of the journal/);
    assert.equal(report.result.word, 'broken off');
  });

  it('of a mission that is not there, or of which nothing can be read, is refused in a sentence', async () => {
    const { id, file } = put(place, 'sealed');
    writeFileSync(file, 'no journal at all\nnot a bit\n');
    const refused = (kind: string) => (error: unknown) => error instanceof HostError && error.kind === kind;
    await assert.rejects(makeReport(place.workspace, { ...of, mission: id }), refused('input'));
    await assert.rejects(makeReport(place.workspace, { ...of, mission: 'm-none' }), refused('none'));
    await assert.rejects(makeReport(place.workspace, { ...of, mission: '../x' }), refused('input'));
    const said: string[] = [];
    await assert.rejects(
      makeReport(place.workspace, { ...of, unreadable: (line) => said.push(line) }),
      refused('none'),
    );
    assert.equal(said.length, 1);
  });

  it('takes its format from a file’s ending', () => {
    const names = ['a.md', 'b.JSON', 'c.html', 'd.htm', 'e.markdown', 'f.txt', 'html', 'g.'];
    assert.deepEqual(names.map(formatOfName), ['md', 'json', 'html', 'html', 'md', undefined, undefined, undefined]);
  });
});

describe('what git says of the files that workers named', () => {
  let place: Scratch;
  beforeEach(() => {
    place = scratch({ workspace: 'repo/sub', root: 'repo' });
  });
  afterEach(() => place.remove());

  const files = async (...names: string[]): Promise<Record<string, Partial<ReportFile>>> => {
    const said = await gitChanges(place.workspace, names);
    return said.kind === 'git' ? Object.fromEntries(said.files) : assert.fail(said.why);
  };

  it('is the lines of changed and new files of a folder inside a repository, and that others are as they were', async () => {
    place.write('old.txt', 'one\ntwo\n');
    place.write('same.txt', 'same\n');
    place.git('add', '-A');
    place.git('commit', '-qm', 'More');
    place.write('old.txt', 'one\n2\n3\n');
    place.write('new file.txt', 'a\nb');
    place.write('bin', 'a\u0000b');
    assert.deepEqual(await files('old.txt', './old.txt', 'same.txt', 'new file.txt', 'bin', 'gone.txt', '../out.txt'), {
      'old.txt': { state: 'changed', added: 2, removed: 1 },
      './old.txt': { state: 'changed', added: 2, removed: 1 },
      'same.txt': { state: 'not changed', added: 0, removed: 0 },
      'new file.txt': { state: 'new', added: 2, removed: 0 },
      bin: { state: 'binary' },
      'gone.txt': { state: 'not there' },
      '../out.txt': { state: 'not there' },
    });
  });

  it('runs nothing that the repository configures', async () => {
    place.write('old.txt', 'one\n');
    place.git('add', '-A');
    place.git('commit', '-qm', 'More');
    const mark = path.join(place.base, 'ran');
    for (const key of ['diff.external', 'core.fsmonitor', 'diff.mine.textconv', 'diff.mine.command'])
      place.git('config', key, `touch ${mark}; cat`);
    place.write('.gitattributes', '* diff=mine\n');
    place.write('old.txt', 'two\n');
    assert.equal((await files('old.txt'))['old.txt']?.state, 'changed');
    assert.throws(() => readFileSync(mark), /ENOENT/);
  });

  it('is a sentence where there is no repository', async () => {
    const none = scratch({ root: 'none' });
    try {
      assert.equal((await gitChanges(none.workspace, ['a'])).kind, 'none');
    } finally {
      none.remove();
    }
  });
});
