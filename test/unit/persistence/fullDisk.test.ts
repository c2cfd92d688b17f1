import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readJournal } from '../../../src/persistence/journal';
import { inFolder, textsOf } from './journalTools';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = fileURLToPath(new URL('./fullDiskChild.ts', import.meta.url));

describe('a disk that takes a part of a write and refuses the rest (P8)', () => {
  // No `ulimit` there: not on Windows.
  if (process.platform !== 'win32') {
    it('gets no half file in place of a whole one, and no half record into the journal', async () => {
      await inFolder(async (folder) => {
        await writeFile(join(folder, 'todo.md'), 'old');
        const command = 'ulimit -f 8; exec "$@"';
        const node = [process.execPath, '--import', 'tsx', script, folder];
        const env = { ...process.env, TSX_DISABLE_CACHE: '1' }; // its cache is on the same disk
        const { stdout } = await promisify(execFile)('sh', ['-c', command, 'sh', ...node], { cwd: root, env });
        assert.deepEqual(JSON.parse(stdout), { rendered: 'EFBIG', appended: ['done', 'io', 'done'] });
        assert.equal(await readFile(join(folder, 'todo.md'), 'utf8'), 'old');
        const { records, tail } = await readJournal(join(folder, 'journal.jsonl'));
        assert.deepEqual([textsOf(records), tail], [['one', 'two'], undefined]);
        assert.deepEqual((await readdir(folder)).sort(), ['journal.jsonl', 'todo.md']);
      });
    });
  }
});
