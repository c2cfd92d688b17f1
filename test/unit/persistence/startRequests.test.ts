import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureFolder, ensureOrchestratorDir } from '../../../src/persistence/workspaceFiles';
import { askForStart, watchStarts, type StartRequest } from '../../../src/persistence/startRequests';

const secret = 'the password of the server';
const quick = { takeMs: 400, answerMs: 400 };

describe('a mission that is asked for by a file', () => {
  let workspace: string;
  let dir: string;
  let end: AbortController;
  let started: string[];
  let log: string[];
  beforeEach(async () => {
    workspace = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
    await ensureOrchestratorDir(workspace);
    dir = await ensureFolder(workspace, '.opencode', 'orchestrator', 'requests');
    end = new AbortController();
    started = [];
    log = [];
  });
  afterEach(() => {
    end.abort();
    rmSync(workspace, { recursive: true, force: true });
  });

  const watch = (over: { free?: boolean; known?: string | undefined; since?: number } = {}) =>
    watchStarts(workspace, {
      since: over.since ?? 0,
      isFree: () => over.free ?? true,
      secret: () => Promise.resolve('known' in over ? over.known : secret),
      start: (text) => {
        started.push(text);
        return Promise.resolve('It began.');
      },
      log: (sentence) => log.push(sentence),
      signal: end.signal,
    });
  const ask = (over: Partial<StartRequest> = {}, key = secret) =>
    askForStart(workspace, { text: 'Do it', at: Date.now(), by: 'somebody', ...over }, key, quick);

  it('begins once, and leaves no file behind', async () => {
    const watching = [watch(), watch()];
    assert.deepEqual(await ask(), { type: 'answered', sentence: 'It began.' });
    end.abort();
    await Promise.all(watching);
    assert.deepEqual([started, readdirSync(dir)], [['Do it'], []]);
  });

  it('is withdrawn when nobody takes it: no window, or one whose folder has a mission', async () => {
    assert.deepEqual(await ask(), { type: 'nobody' });
    const watching = watch({ free: false });
    assert.deepEqual(await ask(), { type: 'nobody' });
    end.abort();
    await watching;
    assert.deepEqual([started, readdirSync(dir)], [[], []]);
  });

  for (const [what, over, key, window] of [
    ['sealed with another password', {}, 'a guess', {}],
    ['of an hour ago', { at: Date.now() - 3_600_000 }, secret, {}],
    ['of before the window was there', {}, secret, { since: Infinity }],
    ['for a workspace without a server', {}, secret, { known: undefined }],
  ] as const)
    it(`does not begin when it is ${what}`, async () => {
      const watching = watch(window);
      assert.deepEqual(await ask(over, key), { type: 'late' });
      end.abort();
      await watching;
      assert.deepEqual([started, readdirSync(dir)], [[], []]);
      assert.match(log.join(), /thrown away/);
    });

  it('is not read through a link, from what is no request, or from a name of another form', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    writeFileSync(path.join(workspace, 'elsewhere.json'), '{}');
    symlinkSync(path.join(workspace, 'elsewhere.json'), path.join(dir, `${id}.json`));
    writeFileSync(path.join(dir, `${id.replace('8', '9')}.json`), '{"type":"start"}');
    writeFileSync(path.join(dir, 'mine.json'), '{}');
    const watching = watch();
    assert.deepEqual(await ask(), { type: 'answered', sentence: 'It began.' });
    end.abort();
    await watching;
    assert.deepEqual([started, readdirSync(dir)], [['Do it'], ['mine.json']]);
  });
});
