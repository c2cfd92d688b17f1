import http from 'node:http';
import https from 'node:https';
import { OpenCodeError } from './errors';

/** Milliseconds one request may take; OpenCode answers loopback requests in a few. */
export const requestMs = 30_000;
/** Bytes one answer may have; the largest real one seen, a session’s messages, had 6 MB. */
const answerBytes = 256 * 1024 * 1024;

const agents = {
  http: new http.Agent({ keepAlive: true, maxSockets: 64 }),
  https: new https.Agent({ keepAlive: true }),
};

/**
 * `fetch` over Node’s own http: VS Code patches the global one for proxies, and a loopback server is behind none. No
 * redirect is followed and nothing is unpacked. Rejects with `OpenCodeError` `unreachable` when nothing answers in time, `protocol`
 * when what answers cannot be read.
 */
export function nodeFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetchWithin(requestMs, input, init);
}

/** As `nodeFetch`, with so many milliseconds for the whole answer. */
export async function fetchWithin(
  withinMs: number,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const request = new Request(input, init);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  return new Promise((resolve, reject) => {
    const secure = request.url.startsWith('https:');
    const outgoing = (secure ? https : http).request(
      request.url,
      {
        method: request.method,
        headers: {
          ...Object.fromEntries(request.headers),
          'accept-encoding': 'identity',
          ...(body ? { 'content-length': body.byteLength } : {}),
        },
        agent: secure ? agents.https : agents.http,
        signal: request.signal,
      },
      (incoming) => {
        readAll(incoming)
          .then((bytes) => {
            resolve(answer(incoming, bytes));
          })
          .catch((cause: unknown) => {
            reject(cause instanceof OpenCodeError ? cause : silent(request.url, cause));
          });
      },
    );
    // Not AbortSignal.any with a time-out: Node 20 may collect that one before it fires.
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), withinMs);
    outgoing.on('close', () => {
      clearTimeout(timer);
    });
    outgoing.on('error', (cause) => {
      reject(
        new OpenCodeError('unreachable', `The server at ${new URL(request.url).host} does not answer.`, { cause }),
      );
    });
    outgoing.end(body);
  });
}

function silent(url: string, cause: unknown): OpenCodeError {
  return new OpenCodeError('unreachable', `The server at ${new URL(url).host} does not answer.`, { cause });
}

function answer(incoming: http.IncomingMessage, bytes: Buffer<ArrayBuffer>): Response {
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599)
    throw new OpenCodeError('protocol', `The server answered with status ${String(status)}.`);
  // Nothing was asked to be compressed, and nothing is unpacked: a few bytes could become many gigabytes.
  if ((incoming.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new OpenCodeError('protocol', 'The server’s answer is compressed, which was not asked for.');
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : bytes, { status, headers });
}

async function readAll(incoming: http.IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > answerBytes) {
      incoming.destroy();
      throw new OpenCodeError('protocol', 'The server’s answer is larger than 256 MB.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
