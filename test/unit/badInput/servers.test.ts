import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defaultSettings } from '../../../src/core/mission/settings';
import { reachServer } from '../../../src/host/reachServer';
import { lookForOpenCode } from '../../../src/host/findOpenCode';
import { checkUrl } from '../../../src/opencode/address';
import { openCodeBackend } from '../../../src/opencode/backend';
import { OpenCodeError, type OpenCodeErrorKind } from '../../../src/opencode/errors';
import { nodeFetch } from '../../../src/opencode/nodeFetch';
import { withStub } from '../opencode/stub';

const password = 'correct-horse-battery';
const folder = '/home/person/repo';

/** What a server is asked, as `METHOD path`, with the header that would let us in. */
interface Heard {
  readonly line: string;
  readonly authorization: string | undefined;
}

/** Attaches to a server of the given manners as the command line does; returns its one error and what it was asked. */
async function attach(answer: RequestListener): Promise<{ error: OpenCodeError; heard: Heard[]; log: string[] }> {
  const heard: Heard[] = [];
  const log: string[] = [];
  const error = await withStub(
    (request, response) => {
      const { method = '', url = '', headers } = request;
      heard.push({ line: `${method} ${url.split('?')[0] ?? ''}`, authorization: headers.authorization });
      answer(request, response);
    },
    ({ url }) =>
      reachServer({
        ...{ workspace: folder, bridge: '/bridge.mjs', log: (line: string) => log.push(line) },
        settings: { ...defaultSettings, 'server.url': url },
        env: { OPENCODE_SERVER_PASSWORD: password },
        signal: new AbortController().signal,
      }).then(
        () => 'attached',
        (reason: unknown) => reason,
      ),
  );
  assert.ok(error instanceof OpenCodeError, String(error));
  assert.match(error.message, /^[^\n]{10,400}$/);
  return { error, heard, log };
}

const saying =
  (text: string, type = 'application/json', status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(text);

describe('a server that is not what it should be', () => {
  const pages: Readonly<Record<string, RequestListener>> = {
    'a page': saying('<!doctype html><title>Welcome</title>', 'text/html'),
    'an empty page': saying('', 'text/html'),
    'an empty object': saying('{}'),
    'an empty list': saying('[]'),
    'a word': saying('"OK"'),
    'words that claim to be JSON': saying('OK'),
    null: saying('null'),
    'half an OpenCode': saying('{"healthy":"yes","worktree":1,"directory":null}'),
  };
  for (const [what, answer] of Object.entries(pages)) {
    it(`answers ${what} with 200 to everything: refused as not ours, after two questions`, async () => {
      const { error, heard } = await attach(answer);
      assert.ok(error.kind === 'refused' || error.kind === 'protocol', error.kind);
      assert.match(error.message, /is not an OpenCode server|could not be read/);
      assert.ok(heard.length <= 2, JSON.stringify(heard));
    });
  }

  it('has no password: refused with the reason and what to do, and ours is not sent to it', async () => {
    const { error, heard } = await attach((request, response) => {
      saying(request.url === '/global/health' ? '{"healthy":true,"version":"1.18.33"}' : '{}')(request, response);
    });
    assert.equal(error.kind, 'refused');
    assert.match(error.message, /has no password[^\n]*OPENCODE_SERVER_PASSWORD/);
    assert.deepEqual(heard, [{ line: 'GET /global/health', authorization: undefined }]);
  });

  it('has no password: it is not offered for a mission either', async () => {
    await withStub(saying('{"healthy":true,"version":"1.18.33"}'), async ({ url }) => {
      const env = { OPENCODE_SERVER_PASSWORD: password };
      const options = { directory: folder, bridge: '/bridge.mjs', env, log: () => undefined };
      const found = await lookForOpenCode({ ...options, settings: () => [`server.url=${url}`] });
      assert.ok(!found.ok && found.kind === 'refused');
      assert.match(found.sentence, /has no password/);
    });
  });

  it('refuses the password: one error, no second try, and the password in nothing that is said', async () => {
    const { error, heard, log } = await attach(saying('{"data":"no"}', 'application/json', 401));
    assert.equal(error.kind, 'auth');
    assert.deepEqual(
      heard.map(({ line }) => line),
      ['GET /global/health', 'GET /path'],
    );
    const basic = Buffer.from(`opencode:${password}`).toString('base64');
    assert.equal(heard[1]?.authorization, `Basic ${basic}`);
    const said = [error.message, error.stack, String(error.cause), ...log].join('\n');
    for (const secret of [password, basic]) assert.ok(!said.includes(secret), said);
  });

  it('is elsewhere without TLS: refused, but for the one server that the environment names', () => {
    const given = 'http://10.0.0.5:4096';
    const refused = (env: NodeJS.ProcessEnv) =>
      assert.throws(
        () => checkUrl(given, env),
        (error) => error instanceof OpenCodeError && error.kind === 'refused' && /https/.test(error.message),
      );
    refused({});
    for (const other of [
      '1',
      'true',
      '*',
      'http://10.0.0.5',
      'http://10.0.0.5:4097',
      'https://10.0.0.5:4096',
      '10.0.0.5',
    ])
      refused({ ORCHESTRATOR_PLAIN_HTTP_SERVER: other });
    for (const same of [given, `${given}/`, ` ${given} `])
      assert.equal(checkUrl(given, { ORCHESTRATOR_PLAIN_HTTP_SERVER: same }), given);
    assert.throws(() => checkUrl('ftp://10.0.0.5:4096', { ORCHESTRATOR_PLAIN_HTTP_SERVER: 'ftp://10.0.0.5:4096' }));
  });
});

describe('an answer that is none', () => {
  /** Every question that a mission asks, to a server of the given manners; each must fail with one of the kinds. */
  async function everyQuestion(answer: RequestListener, kinds: readonly OpenCodeErrorKind[]): Promise<void> {
    await withStub(answer, async ({ url }) => {
      const backend = openCodeBackend({ url, username: 'u', password }, folder, folder);
      const order = { mission: 'm-1', role: 'worker', attempt: 1, title: 'x', model: '', rules: () => [] } as const;
      const questions: Readonly<Record<string, () => Promise<unknown>>> = {
        openSession: () => backend.openSession(order),
        findSession: () => backend.findSession({ ...order, parent: 'ses_1' }),
        busySessions: () => backend.busySessions(),
        readTurn: () => backend.readTurn('ses_1', 'msg_1'),
        readRuns: () => backend.readRuns('ses_1'),
        isEmpty: () => backend.isEmpty('ses_1'),
      };
      for (const [name, question] of Object.entries(questions)) {
        const error: unknown = await question().then(
          (value) => `${name} gave ${JSON.stringify(value)}`,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof OpenCodeError, String(error));
        assert.ok(kinds.includes(error.kind), `${name}: ${error.kind}`);
        assert.match(error.message, /^[^\n]{10,400}$/);
      }
    });
  }

  it('is a page with status 200: a typed error for every question', async () => {
    await everyQuestion(saying('<html>Sign in to the Wi-Fi</html>', 'text/html'), ['protocol']);
    await everyQuestion(saying('<html>Sign in to the Wi-Fi</html>'), ['protocol']);
  });

  it('is a redirect: a typed error for every question, and nobody goes where it leads', async () => {
    let elsewhere = 0;
    const other: RequestListener = (_request, response) => {
      elsewhere += 1;
      response.end('[]');
    };
    await withStub(other, async ({ url }) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const away: RequestListener = (_request, response) => response.writeHead(status, { location: url }).end();
        await everyQuestion(away, ['refused', 'protocol']);
      }
    });
    assert.equal(elsewhere, 0);
  });

  it('is a compressed bomb: a typed error for every question, and nothing is unpacked', async () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    for (const [encoding, bomb] of [
      ['gzip', gzipSync(zeros, { level: 1 })],
      ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ] as const) {
      const before = process.memoryUsage().arrayBuffers;
      await everyQuestion(
        (_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(bomb);
        },
        ['protocol'],
      );
      assert.ok(process.memoryUsage().arrayBuffers - before < zeros.length, 'the zeros were not made');
    }
  });

  it('was asked for as it is, uncompressed', async () => {
    let wanted: unknown;
    await withStub(
      (request, response) => {
        wanted = request.headers['accept-encoding'];
        response.end();
      },
      async ({ url }) => {
        await nodeFetch(url, { headers: { 'accept-encoding': 'gzip, br' } });
      },
    );
    assert.equal(wanted, 'identity');
  });
});
