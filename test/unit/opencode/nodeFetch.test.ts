import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { OpenCodeError, type OpenCodeErrorKind } from '../../../src/opencode/errors';
import { fetchWithin, nodeFetch } from '../../../src/opencode/nodeFetch';
import { closedPort, withStub } from './stub';

/** Asserts that a request is refused with an `OpenCodeError` of this kind, in one sentence. */
async function rejects(request: Promise<Response>, kind: OpenCodeErrorKind): Promise<OpenCodeError> {
  const error: unknown = await request.then(
    ({ status }) => `answered ${String(status)}`,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OpenCodeError, `no OpenCodeError: ${String(error)}`);
  assert.equal(error.kind, kind);
  assert.match(error.message, /^[^\n]{10,200}$/);
  return error;
}

/** Runs with a server that writes these bytes to whoever asks. */
async function withRaw(
  bytes: string,
  act: (url: string) => Promise<void>,
  then: 'end' | 'destroy' = 'end',
): Promise<void> {
  const server = net.createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        socket.write(bytes, () => (then === 'end' ? socket.end() : socket.destroy()));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await act(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('fetch over Node’s own http', () => {
  it('sends method, headers and body, and gives status, headers and body', () =>
    withStub(
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { method, url, headers } = request;
          const seen = { method, url, mark: headers['x-mark'], length: headers['content-length'] };
          response.writeHead(201, { 'x-answer': 'yes' });
          response.end(JSON.stringify({ ...seen, body: Buffer.concat(chunks).toString() }));
        });
      },
      async ({ url }) => {
        const init = { method: 'POST', headers: { 'x-mark': 'm' }, body: '{"ü":1}' };
        const response = await nodeFetch(new Request(`${url}/a?b=c`, init));
        assert.equal(response.status, 201);
        assert.equal(response.headers.get('x-answer'), 'yes');
        assert.deepEqual(await response.json(), {
          ...{ method: 'POST', url: '/a?b=c', mark: 'm', length: '8', body: '{"ü":1}' },
        });
      },
    ));

  it('gives answers without a body as such', async () => {
    for (const status of [204, 304]) {
      await withStub(
        (_request, response) => response.writeHead(status).end(),
        async ({ url }) => {
          const response = await nodeFetch(url);
          assert.equal(response.status, status);
          assert.equal(await response.text(), '');
        },
      );
    }
  });

  it('follows no redirect', async () => {
    let elsewhere = 0;
    await withStub(
      (_request, response) => {
        elsewhere += 1;
        response.end('there');
      },
      (other) =>
        withStub(
          (_request, response) => response.writeHead(307, { location: other.url }).end(),
          async ({ url }) => {
            const response = await nodeFetch(url, { headers: { authorization: 'Basic x' } });
            assert.equal(response.status, 307);
            assert.equal(elsewhere, 0);
          },
        ),
    );
  });

  it('goes through no proxy', () =>
    withStub(
      (_request, response) => response.end('direct'),
      async ({ url }) => {
        const before = { ...process.env };
        Object.assign(process.env, { http_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' });
        try {
          assert.equal(await (await nodeFetch(url)).text(), 'direct');
        } finally {
          process.env = before;
        }
      },
    ));

  it('refused: unreachable, with the place in the sentence and nothing of the header', async () => {
    const url = await closedPort();
    const error = await rejects(nodeFetch(url, { headers: { authorization: 'Basic hunter2' } }), 'unreachable');
    assert.ok(error.message.includes(new URL(url).host));
    assert.doesNotMatch(error.message, /hunter2/);
  });

  it('unreachable when nothing answers in time', async () => {
    await withStub(
      () => undefined,
      async ({ url }) => {
        const begun = Date.now();
        await rejects(fetchWithin(200, url), 'unreachable');
        assert.ok(Date.now() - begun < 5_000);
      },
    );
  });

  it('unreachable when the answer stops in the middle', async () => {
    await withRaw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', async (url) => {
      await rejects(nodeFetch(url), 'unreachable');
    });
    await withRaw(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf',
      async (url) => {
        await rejects(nodeFetch(url), 'unreachable');
      },
      'destroy',
    );
  });

  it('unreachable when the caller gives up, before or in the middle of an answer', () =>
    withStub(
      (request, response) => {
        if (request.url === '/half') response.writeHead(200, { 'content-length': '100' }).write('half');
      },
      async ({ url }) => {
        for (const path of ['/never', '/half']) {
          await rejects(nodeFetch(url + path, { signal: AbortSignal.timeout(100) }), 'unreachable');
        }
      },
    ));

  it('an answer that is no HTTP, or of a status that there is not, is refused and ends nothing else', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    const listeners = process.rawListeners('unhandledRejection') as ((error: unknown) => void)[];
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      for (const answer of ['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nhi']) {
        await withRaw(answer, async (url) => {
          const late = new Promise<string>((resolve) => setTimeout(resolve, 1_000, 'no answer'));
          const outcome = await Promise.race([late, nodeFetch(url).catch((error: unknown) => error)]);
          assert.ok(
            outcome instanceof OpenCodeError,
            `${answer.slice(0, 15)}: ${String(outcome)} ${String(uncaught[0])}`,
          );
        });
      }
      assert.deepEqual(uncaught, []);
    } finally {
      process.off('unhandledRejection', note);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('an answer without end is given up at 256 MB, and its connection closed', async function () {
    this.timeout(30_000);
    let closed = false;
    let sent = 0;
    const chunk = Buffer.alloc(4 * 1024 * 1024);
    await withStub(
      (_request, response: ServerResponse) => {
        const more = (): void => {
          while (!closed && response.write(chunk)) sent += chunk.length;
          sent += chunk.length;
        };
        response
          .on('drain', more)
          .on('close', () => (closed = true))
          .on('error', () => undefined);
        response.writeHead(200);
        more();
      },
      async ({ url }) => {
        await rejects(nodeFetch(url), 'protocol');
        for (let waited = 0; !closed && waited < 2_000; waited += 10)
          await new Promise((resolve) => setTimeout(resolve, 10));
        assert.ok(closed);
        assert.ok(sent >= 256 * 1024 * 1024 && sent < 400 * 1024 * 1024, String(sent));
      },
    );
  });
});
