import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  refusalOf,
  watchRequests,
  writeRequest,
  type DriverRequest,
  type WatchedRequests,
  type Wish,
} from '../../../src/persistence/requests';
import { inFolder, until } from './journalTools';

async function watching(
  dir: string,
  act: (heard: DriverRequest[]) => Promise<void>,
  more: Partial<WatchedRequests> = {},
  onRequest?: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const heard: DriverRequest[] = [];
  const hear = async (request: DriverRequest) => {
    heard.push(request);
    await onRequest?.();
  };
  const ended = watchRequests(dir, { ...more, onRequest: hear, signal: stop.signal });
  await act(heard).finally(() => stop.abort());
  await ended;
}

const inDir = (act: (dir: string) => Promise<void>) => inFolder((folder) => act(join(folder, 'requests')));
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
      await watching(dir, act, { since: 1000 });
    }));

  it('stay on disk until the driver has dealt with them', () =>
    inDir(async (dir) => {
      let done = (): void => undefined;
      const dealing = new Promise<void>((resolve) => (done = resolve));
      const act = async (heard: DriverRequest[]) => {
        const path = await writeRequest(dir, stopAt(1));
        await until(() => heard.length > 0);
        assert.deepEqual(await readdir(dir), [basename(path)]);
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

  it('of every kind arrive as they were sent, and what is too long or changes more than limits is refused', () =>
    inDir(async (dir) => {
      const by = 'a person';
      const wishes: Wish[] = [
        { type: 'pause', by },
        { type: 'unpause', by },
        { type: 'note', text: 'Be quick.', by },
        { type: 'edit', edit: { type: 'tick', todo: 'T1', done: true }, by },
        { type: 'change', set: ['limits.maxIterations=30', 'budget.usd=2'], by },
        { type: 'reply', ask: 'per_1', reply: { type: 'permission', reply: 'reject', message: 'No.' }, by },
        { type: 'reply', ask: 'que_1', reply: { type: 'question', answers: [['yes']] }, by },
      ];
      const sent = wishes.map((wish, at): DriverRequest => ({ ...wish, at, to: 'this-driver' }));
      for (const request of sent) await writeRequest(dir, request);
      await writeRequest(dir, { type: 'stop', by, at: 100, to: 'the-one-before' });
      const act = async (heard: DriverRequest[]) => {
        await until(async () => (await readdir(dir)).length === 0);
        assert.deepEqual(heard, sent);
      };
      await watching(dir, act, { token: 'this-driver', since: 50 });
      for (const wish of wishes) assert.equal(refusalOf(wish), undefined);
      assert.match(refusalOf({ type: 'note', text: 'x'.repeat(20_001), by }) ?? '', /too long/);
      assert.match(refusalOf({ type: 'change', set: ['opencode.path=/evil'], by }) ?? '', /Only limits and budgets/);
    }));

  it('that no driver can read are told once, with the path, and never carried out', () =>
    inDir(async (dir) => {
      await mkdir(dir);
      const evil = { type: 'change', set: ['server.url=http://evil.example'], at: 1, by: 'x' };
      const many = { type: 'edit', edit: { type: 'tick', todo: 'x'.repeat(301), done: true }, at: 1, by: 'x' };
      const told: string[] = [];
      const act = async (heard: DriverRequest[]) => {
        for (const [name, content] of Object.entries({ a: evil, b: many, c: '\0', d: { type: 'stop' } }))
          await writeFile(join(dir, `${name}.json`), JSON.stringify(content));
        await writeRequest(dir, stopAt(5));
        await until(() => heard.length > 0);
        assert.deepEqual(heard, [stopAt(5)]);
      };
      await watching(dir, act, { onForeign: (sentence) => told.push(sentence) });
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /\.json is no request/);
    }));

  it('are not written where the mission’s folder is gone', () =>
    inDir(async (dir) => {
      await assert.rejects(writeRequest(join(dir, 'gone', 'requests'), stopAt(1)), /failed/);
      assert.deepEqual(await readdir(join(dir, '..')), []);
    }));

  it('reject with what the driver throws, so that it is not lost', () =>
    inDir(async (dir) => {
      await writeRequest(dir, stopAt(1));
      const throwing = () => Promise.reject(new Error('no'));
      await assert.rejects(
        watchRequests(dir, { onRequest: throwing, signal: new AbortController().signal }),
        /^Error: no$/,
      );
    }));
});
