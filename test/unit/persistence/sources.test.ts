import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { FilesError } from '../../../src/persistence/errors';
import { keepSource, readFreshSources } from '../../../src/persistence/sources';
import { inFolder } from './journalTools';

const now = Date.UTC(2026, 0, 2);
const hour = 3_600_000;
const day = 24 * hour;
const source = {
  url: 'https://www.Example.org/Docs/API?v=2#x',
  title: 'The “API”: a guide',
  notes: '    code\n\nnotes',
};

describe('sources', () => {
  it('are files that a person can read, named after their URL', () =>
    inFolder(async (workspace) => {
      const path = await keepSource(workspace, source, now);
      assert.match(basename(path), /^example-org-docs-api-v-2-x-[0-9a-f]{8}\.md$/);
      const head = `---\nurl: "${source.url}"\ndate: "2026-01-02T00:00:00.000Z"\ntitle: "${source.title}"\n---\n\n`;
      assert.equal(await readFile(path, 'utf8'), `${head}${source.notes}\n`);
    }));

  it('come back as they were, whatever they hold, under names that every file system takes', () =>
    inFolder(async (workspace) => {
      const text = fc.string({ unit: 'grapheme' });
      const tricky = fc.constantFrom('---\n', '"\n---\n', 'con', '../..', 'nul.', '\n', 'a'.repeat(3000), 'url: x');
      const any = fc.oneof(text, tricky);
      const property = fc.asyncProperty(any, any, any, async (url, title, notes) => {
        const path = await keepSource(workspace, { url, title, notes }, now);
        assert.match(basename(path), /^[a-z0-9][a-z0-9-]{0,70}\.md$/);
        const found = (await readFreshSources(workspace, now, day)).find((kept) => kept.path === path);
        assert.deepEqual(found, { url, title, notes, at: now, path });
      });
      await fc.assert(property, { numRuns: 60 });
    }));

  it('are one file a URL, the newest stays, and URLs that look alike stay apart', () =>
    inFolder(async (workspace) => {
      await keepSource(workspace, source, now - 2 * hour);
      await keepSource(workspace, { ...source, notes: 'newer' }, now - hour);
      await keepSource(workspace, { ...source, url: `${source.url}/` }, now);
      const kept = await readFreshSources(workspace, now, day);
      assert.deepEqual(kept.map(({ notes, at }) => [notes, at]), [[source.notes, now], ['newer', now - hour]]); // prettier-ignore
    }));

  it('are fresh for as long as asked', () =>
    inFolder(async (workspace) => {
      await keepSource(workspace, source, now - day);
      assert.equal((await readFreshSources(workspace, now, day)).length, 1);
      assert.equal((await readFreshSources(workspace, now + 1, day)).length, 0);
    }));

  it('are read past files that are none, and looking makes no folder', () =>
    inFolder(async (workspace) => {
      assert.deepEqual(await readFreshSources(workspace, now, day), []);
      assert.deepEqual(await readdir(workspace), []);
      const path = await keepSource(workspace, source, now);
      const docs = join(workspace, '.opencode', 'docs');
      await writeFile(join(docs, 'readme.md'), '# mine\n');
      await writeFile(join(docs, 'bad.md'), '---\nurl: "x"\ndate: "yesterday"\ntitle: "x"\n---\n\nx\n');
      await writeFile(join(docs, 'big.md'), `${await readFile(path, 'utf8')}${'x'.repeat(1_000_001)}`);
      await mkdir(join(docs, 'folder.md'));
      if (process.platform !== 'win32') await symlink(path, join(docs, 'link.md'));
      const own = '---\r\nurl: https://a.b/c\r\ndate: 2026-01-01T12:00:00Z\r\ntitle: by hand\r\n---\r\n\r\nx\r\n';
      await writeFile(join(docs, 'own.md'), own);
      const titles = (await readFreshSources(workspace, now, day)).map(({ title }) => title);
      assert.deepEqual(titles, [source.title, 'by hand']);
    }));

  it('are not written where a symlink leads', () =>
    inFolder(async (folder) => {
      const [workspace, elsewhere] = [join(folder, 'ws'), join(folder, 'elsewhere')];
      await mkdir(join(workspace, '.opencode'), { recursive: true });
      await mkdir(elsewhere);
      await symlink(elsewhere, join(workspace, '.opencode', 'docs'), 'junction');
      const refused = (error: unknown) => error instanceof FilesError && error.kind === 'symlink';
      await assert.rejects(keepSource(workspace, source, now), refused);
      assert.deepEqual(await readdir(elsewhere), []);
    }));
});
