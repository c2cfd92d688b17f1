import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watchRequests, writeRequest, type DriverRequest } from '../../../src/persistence/requests';
import { inFolder, until } from './journalTools';

async function watching(
  dir: string,
  act: (heard: DriverRequest[]) => Promise<void>,
  since?: number,
  onRequest?: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const heard: DriverRequest[] = [];
  const hear = async (request: DriverRequest) => {
    heard.push(request);
    await onRequest?.();
  };
  const ended = watchRequests(dir, hear, stop.signal, since);
  await act(heard).finally(() => stop.abort());
  await ended;
}

const inDir = (act: (dir: string) => Promise<void>) => inFolder((folder) => act(join(folder, 'm1', 'requests')));
const stopAt = (at: number): DriverRequest => ({ type: 'stop', at, by: 'cli 1' });
const valid = JSON.stringify(stopAt(1));

describe('requests to the driver', () => {
  it('arrive once, in the order of their times, and are removed', () =>
    inDir(async (dir) => {
      for (const at of [30, 10, 20]) await writeRequest(dir, stopAt(at));
      await watching(dir, async (heard) => {
        await until(() => heard.length === 3);
        await writeRequest(dir, stopAt(40));
        await until(() => heard.length === 4);
        assert.deepEqual(heard.map(({ at }) => at), [10, 20, 30, 40]); // prettier-ignore
        await until(async () => (await readdir(dir)).length === 0);
      });
    }));

  it('that were meant for an earlier driver are removed unheard', () =>
    inDir(async (dir) => {
      await writeRequest(dir, stopAt(999));
      const act = async (heard: DriverRequest[]) => {
        await writeRequest(dir, stopAt(1000));
        await until(() => heard.length > 0);
        await until(async () => (await readdir(dir)).length === 0);
        assert.deepEqual(heard, [stopAt(1000)]);
      };
      await watching(dir, act, 1000);
    }));

  it('stay on disk until the driver has dealt with them', () =>
    inDir(async (dir) => {
      let done = (): void => undefined;
      const dealing = new Promise<void>((resolve) => (done = resolve));
      const act = async (heard: DriverRequest[]) => {
        const token = await writeRequest(dir, stopAt(1));
        await until(() => heard.length > 0);
        assert.deepEqual(await readdir(dir), [`${token}.json`]);
        done();
        await until(async () => (await readdir(dir)).length === 0);
      };
      await watching(dir, act, undefined, () => dealing);
    }));

  it('are heard past files that are none, which stay', () =>
    inDir(async (dir) => {
      await mkdir(join(dir, 'folder.json'), { recursive: true });
      const bad = {
        'a.json': '',
        'b.json': '{"type":"stop"}',
        'c.json': '{"type":"format"}',
        'd.json': '[',
        '.e.json': valid,
      };
      const odd = { 'f.json.tmp': valid, 'g.json': valid + ' '.repeat(70_000) };
      for (const [name, text] of Object.entries({ ...bad, ...odd })) await writeFile(join(dir, name), text);
      if (process.platform !== 'win32') await symlink(join(dir, '.e.json'), join(dir, 'link.json'));
      const there = (await readdir(dir)).sort();
      await watching(dir, async (heard) => {
        await writeRequest(dir, stopAt(5));
        await until(() => heard.length > 0);
        await until(async () => (await readdir(dir)).length === there.length);
        assert.deepEqual(heard, [stopAt(5)]);
      });
      assert.deepEqual((await readdir(dir)).sort(), there);
    }));

  it('reject with what the driver throws, so that it is not lost', () =>
    inDir(async (dir) => {
      await writeRequest(dir, stopAt(1));
      const throwing = () => Promise.reject(new Error('no'));
      await assert.rejects(watchRequests(dir, throwing, new AbortController().signal), /^Error: no$/);
    }));
});
