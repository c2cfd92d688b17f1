import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ticks } from '../../../src/persistence/ticks';
import { inFolder } from './journalTools';

describe('ticks', () => {
  it('go by the clock where the system gives no hints', () =>
    inFolder(async (folder) => {
      const stop = new AbortController();
      let count = 0;
      for await (const _ of ticks(join(folder, 'none'), 5, stop.signal)) if (++count === 4) stop.abort();
      assert.equal(count, 4);
    }));

  it('come at a hint long before the clock, also at one given while the last was dealt with', async function () {
    await inFolder(async (folder) => {
      const path = join(folder, 'file');
      await writeFile(path, '');
      const stop = new AbortController();
      let count = 0;
      for await (const _ of ticks(path, 3_600_000, stop.signal)) {
        if (++count === 3) stop.abort();
        else await appendFile(path, 'x').then(() => new Promise((resolve) => setTimeout(resolve, 50)));
      }
      assert.equal(count, 3);
    });
  });

  it('end with the signal, while they wait or before they begin', () =>
    inFolder(async (folder) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 20);
      let count = 0;
      for await (const _ of ticks(folder, 3_600_000, stop.signal)) count++;
      for await (const _ of ticks(folder, 3_600_000, stop.signal)) count++;
      assert.equal(count, 1);
    }));
});
