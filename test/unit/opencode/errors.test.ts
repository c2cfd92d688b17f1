import assert from 'node:assert/strict';
import type { BackendFailure } from '../../../src/runtime/ports';
import { asked } from '../../../src/opencode/asked';
import { checkUrl, authorization } from '../../../src/opencode/address';
import { classify, OpenCodeError } from '../../../src/opencode/errors';
import events from './fixtures/events.json';

const api = (statusCode: number, message = 'No.') => ({ name: 'APIError', data: { message, statusCode } });

describe('errors of a turn, classed', () => {
  const table: [string, unknown, BackendFailure['kind']][] = [
    ['an abort', { name: 'MessageAbortedError', data: { message: 'Aborted' } }, 'aborted'],
    ['401', api(401), 'auth'],
    ['403', api(403), 'auth'],
    ['a missing key', { name: 'ProviderAuthError', data: { providerID: 'x', message: 'No key.' } }, 'auth'],
    ['429', api(429), 'rate-limit'],
    ['500', api(500), 'provider'],
    ['529', api(529), 'provider'],
    ['400', api(400), 'request'],
    ['404', api(404), 'request'],
    ['a full context', { name: 'ContextOverflowError', data: { message: 'Too long.' } }, 'overflow'],
    ['a full context, told by a status', { name: 'ContextOverflowError', data: { statusCode: 413 } }, 'overflow'],
    ['an unknown model', { name: 'UnknownError', data: { message: 'Model not found: a/b.' } }, 'unknown'],
    ['a name alone', { name: 'SomethingNew' }, 'unknown'],
    ['a status that is no number', { name: 'APIError', data: { statusCode: '401' } }, 'unknown'],
    ['text', 'it broke', 'unknown'],
    ['nothing', undefined, 'unknown'],
    ['null', null, 'unknown'],
    ['an error without a name', { data: { statusCode: 401 } }, 'unknown'],
  ];
  for (const [what, raw, kind] of table) {
    it(`${what}: ${kind}`, () => {
      const failure = classify(raw);
      assert.equal(failure.kind, kind);
      assert.match(failure.sentence, /^\S[^\n]*\S$/);
    });
  }

  it('classes by name and data, never by the text', () => {
    const text = '401 Unauthorized: rate limit, context length exceeded, aborted';
    assert.equal(classify({ name: 'UnknownError', data: { message: text } }).kind, 'unknown');
  });

  it('says what the provider said, in one short line', () => {
    assert.equal(
      classify(api(400, 'tools:\n  not supported')).sentence,
      'The provider refused the request with 400: tools: not supported',
    );
    assert.ok(classify(api(500, 'x'.repeat(1_000_000))).sentence.length < 400);
  });

  it('reads when the provider wants to be asked again, and takes what makes no sense for nothing', () => {
    const retryOf = (headers: Record<string, string>) =>
      classify({ name: 'APIError', data: { message: 'No.', statusCode: 429, responseHeaders: headers } }).retry;
    assert.deepEqual(retryOf({ 'retry-after': '30' }), { inMs: 30_000 });
    assert.deepEqual(retryOf({ 'Retry-After-Ms': '1500', 'retry-after': '2' }), { inMs: 1_500 });
    const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
    assert.deepEqual(retryOf({ 'retry-after': date }), { at: Date.parse(date) });
    for (const nonsense of ['abc', '-1', '', 'NaN', '1e99', '99999999999999', 'Wednesday?'])
      assert.equal(retryOf({ 'retry-after': nonsense }), undefined, nonsense);
    assert.equal(retryOf({}), undefined);
  });

  it('tells a broken connection and an answer that cannot be read from a refusal', () => {
    assert.equal(classify({ name: 'APIError', data: { message: 'Cannot connect' } }).kind, 'connection');
    assert.equal(classify(api(200)).kind, 'garbage');
    assert.equal(classify(api(408)).kind, 'provider');
  });

  it('keeps a stack trace of OpenCode’s to itself', () => {
    const { error } = events.errorModelStack.properties;
    assert.match(error.data.message, /\n {4}at /);
    const { sentence } = classify(error);
    assert.match(sentence, /Model not found: scripted\/nobody\./);
    assert.doesNotMatch(sentence, / at |bunfs/);
  });
});

describe('answers of the SDK', () => {
  const response = (status: number) => new Response(null, { status });
  const kindOf = async (answer: Parameters<typeof asked>[0]): Promise<string> => {
    const error: unknown = await asked(answer).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof OpenCodeError, String(error));
    assert.match(error.message, /^[^\n]{1,400}$/);
    return error.kind;
  };

  it('are the data, or an error by status', async () => {
    assert.deepEqual(await asked(Promise.resolve({ data: [1], response: response(200) })), [1]);
    const refusal = { name: 'BadRequest', data: { message: 'x'.repeat(10_000) } };
    for (const [status, kind] of [
      [400, 'refused'],
      [401, 'auth'],
      [404, 'refused'],
      [500, 'protocol'],
      [503, 'protocol'],
    ] as const) {
      assert.equal(await kindOf(Promise.resolve({ error: refusal, response: response(status) })), kind);
    }
    assert.equal(await kindOf(Promise.resolve({ error: new Error('fetch failed') })), 'unreachable');
    assert.equal(await kindOf(Promise.resolve({ error: new OpenCodeError('protocol', 'Odd.') })), 'protocol');
  });
});

describe('a URL that a person gave', () => {
  const good: [string, string][] = [
    ['http://127.0.0.1:4096', 'http://127.0.0.1:4096'],
    ['http://127.0.0.1:4096/', 'http://127.0.0.1:4096'],
    ['http://127.1.2.3:80/x?y#z', 'http://127.1.2.3'],
    ['http://localhost:1', 'http://localhost:1'],
    ['HTTP://LOCALHOST:1', 'http://localhost:1'],
    ['http://[::1]:4096', 'http://[::1]:4096'],
    ['https://code.example.org:8443/some/path', 'https://code.example.org:8443'],
    [' http://localhost:1 ', 'http://localhost:1'],
    ['http://person:secret@localhost:1', 'http://localhost:1'],
  ];
  for (const [given, url] of good) it(`takes ${given}`, () => assert.equal(checkUrl(given, {}), url));

  const bad = [
    'http://example.org:4096',
    'http://127.0.0.1.example.org',
    'http://127.0.0.1@example.org',
    'http://localhost.example.org',
    'http://0.0.0.0:4096',
    'http://192.168.1.2:4096',
    'http://[::2]:4096',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'ws://localhost:1',
    'localhost:4096',
    '127.0.0.1:4096',
    'opencode',
    '',
    'x'.repeat(2_000),
  ];
  for (const given of bad) {
    it(`refuses ${given.slice(0, 40) || 'nothing'}`, () => {
      assert.throws(
        () => checkUrl(given, {}),
        (error) => {
          assert.ok(error instanceof OpenCodeError && error.kind === 'refused');
          assert.match(error.message, /^[^\n]{10,300}$/);
          return true;
        },
      );
    });
  }

  it('names the server that it refuses, also where `http://` was left out', () => {
    for (const given of ['http://example.org:4096', 'localhost:4096']) {
      assert.throws(() => checkUrl(given, {}), new RegExp(given.replace('http://', '')));
    }
  });

  it('lets the password into the header alone', () => {
    const address = { url: 'http://localhost:1', username: 'opencode', password: 'p:ä' };
    assert.equal(authorization(address), `Basic ${Buffer.from('opencode:p:ä').toString('base64')}`);
    assert.throws(
      () => checkUrl('ftp://me:hunter2@host', {}),
      (error) => error instanceof Error && !error.message.includes('hunter2'),
    );
  });
});
