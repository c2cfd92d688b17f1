import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { followEvents } from '../../../src/opencode/eventStream';
import { closedPort, withStub } from './stub';

const password = 'p4ss';
const frame = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;
const connected = { type: 'server.connected', properties: {} };
const text = (value: string) => ({ type: 'x', properties: { value } });

/** What a listener was told, in order: events as they are, and the two others as words. */
type Told = { event: unknown } | 'connected' | { gone: string };

interface Followed {
  readonly told: Told[];
  readonly events: () => unknown[];
  readonly count: (what: 'connected' | 'gone') => number;
  readonly until: (look: () => boolean) => Promise<void>;
  /** Stops following; resolves when `followEvents` has. */
  readonly stop: () => Promise<void>;
  /** The server is at another address from now on. */
  readonly move: (url: string) => void;
}

/** What a test left behind is stopped after it. */
const all: Followed[] = [];

function follow(url: string, directory = '/home/person/repo'): Followed {
  const told: Told[] = [];
  const stopping = new AbortController();
  let place = { address: { url, username: 'opencode', password }, gone: new AbortController() };
  const done = followEvents(
    () => ({ address: place.address, moved: place.gone.signal }),
    directory,
    {
      event: (event) => told.push({ event }),
      connected: () => told.push('connected'),
      disconnected: (sentence) => told.push({ gone: sentence }),
    },
    stopping.signal,
  );
  const followed = {
    told,
    events: () => told.flatMap((item) => (typeof item === 'object' && 'event' in item ? [item.event] : [])),
    count: (what: 'connected' | 'gone') =>
      told.filter((item) => (what === 'connected' ? item === what : typeof item === 'object' && 'gone' in item)).length,
    until: async (look: () => boolean) => {
      for (let waited = 0; !look(); waited += 5) {
        assert.ok(waited < 5_000, `seen so far: ${JSON.stringify(told).slice(0, 500)}`);
        await sleep(5);
      }
    },
    stop: () => {
      stopping.abort();
      return done;
    },
    move: (next: string) => {
      const before = place.gone;
      place = { address: { ...place.address, url: next }, gone: new AbortController() };
      before.abort();
    },
  };
  all.push(followed);
  return followed;
}

/** Follows a server whose nth connection, from 1, is answered by `answer`. */
async function withStream(
  answer: (response: ServerResponse, nth: number) => void,
  act: (followed: Followed, connections: () => number) => Promise<void>,
): Promise<void> {
  let nth = 0;
  await withStub(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      answer(response, (nth += 1));
    },
    async ({ url }) => {
      const followed = follow(url);
      try {
        await act(followed, () => nth);
      } finally {
        await followed.stop();
      }
    },
  );
}

/** Writes pieces one by one, so that each arrives as a chunk of its own. */
async function inPieces(response: ServerResponse, pieces: readonly (string | Uint8Array)[]): Promise<void> {
  for (const piece of pieces) {
    response.write(piece);
    await sleep(15);
  }
}

describe('the event stream', () => {
  afterEach(async () => {
    for (const followed of all.splice(0)) await followed.stop();
  });

  it('leaves a server that takes the connection and never answers, as soon as it has moved', async () => {
    let asked = 0;
    await withStub(
      () => (asked += 1),
      async (deaf) => {
        await withStub(
          (_request, response) => response.writeHead(200).write(frame(connected)),
          async (live) => {
            const followed = follow(deaf.url);
            await followed.until(() => asked === 1);
            followed.move(live.url);
            await followed.until(() => followed.count('connected') === 1);
            await followed.stop();
          },
        );
      },
    );
  });

  it('asks for one directory’s events, with the password in the header alone', async () => {
    const seen: (string | undefined)[] = [];
    await withStub(
      (request, response) => {
        seen.push(request.method, request.url, request.headers.authorization, request.headers.accept);
        response.writeHead(200).write(frame(connected));
      },
      async ({ url }) => {
        const followed = follow(url, '/home/me & you/ü?#');
        await followed.until(() => followed.count('connected') === 1);
        await followed.stop();
      },
    );
    const directory = encodeURIComponent('/home/me & you/ü?#');
    const basic = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
    assert.deepEqual(seen, ['GET', `/event?directory=${directory}`, basic, 'text/event-stream']);
  });

  it('tells of a connection with its first event, once, and of each event in order', () =>
    withStream(
      (response) => void inPieces(response, [frame(connected), frame(text('a')) + frame(text('b')), frame(text('c'))]),
      async (followed) => {
        await followed.until(() => followed.events().length === 4);
        assert.deepEqual(followed.told, [
          'connected',
          ...[connected, text('a'), text('b'), text('c')].map((event) => ({ event })),
        ]);
      },
    ));

  it('joins an event that is split anywhere, also inside a character', () => {
    const event = text('naïve – 👩‍👩‍👧 \n\n data: {"type":"forged"}');
    const bytes = Buffer.from(frame(event));
    const singles = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    return withStream(
      (response) => {
        void (async () => {
          for (const byte of singles) {
            response.write(byte);
            await new Promise((resolve) => setImmediate(resolve));
          }
          const inside = bytes.indexOf(Buffer.from('👩')) + 2;
          await inPieces(response, [bytes.subarray(0, inside), bytes.subarray(inside)]);
        })();
      },
      async (followed) => {
        await followed.until(() => followed.events().length === 2);
        assert.deepEqual(followed.events(), [event, event]);
      },
    );
  });

  it('passes over comments and other fields, and joins data lines', () =>
    withStream(
      (response) => response.write(`: hello\n\nid: 7\nevent: message\ndata: {"type":\ndata:"x"}\n\nretry: 5\n\n`),
      async (followed) => {
        await followed.until(() => followed.events().length === 1);
        assert.deepEqual(followed.told, ['connected', { event: { type: 'x' } }]);
      },
    ));

  it('hands on what is no JSON as nothing known, and goes on', () =>
    withStream(
      (response) => response.write(`data: {"type":\n\ndata: <html>\n\n${frame(text('fine'))}`),
      async (followed) => {
        await followed.until(() => followed.events().length === 3);
        assert.deepEqual(followed.events(), [undefined, undefined, text('fine')]);
      },
    ));

  it('drops half an event of a server that ended, tells of the end, and connects again', () =>
    withStream(
      (response, nth) => {
        if (nth > 1) response.write(frame(connected));
        else response.end(`${frame(connected)}data: {"type":"half`);
      },
      async (followed, connections) => {
        await followed.until(() => followed.count('connected') === 2);
        assert.deepEqual(
          followed.told.map((item) => (typeof item === 'object' && 'gone' in item ? 'gone' : item)),
          ['connected', { event: connected }, 'gone', 'connected', { event: connected }],
        );
        assert.equal(connections(), 2);
      },
    ));

  it('tells of a connection that was cut, too, and connects again', () =>
    withStream(
      (response, nth) => {
        response.write(frame(connected));
        if (nth === 1) setTimeout(() => response.destroy(), 30);
      },
      async (followed) => {
        await followed.until(() => followed.count('connected') === 2);
        assert.equal(followed.count('gone'), 1);
      },
    ));

  it('counts a line that says nothing for three heartbeats as dead; a heartbeat keeps it', async () => {
    const real = globalThis.setTimeout;
    // The silence is half a minute; here it passes a hundred times as fast.
    const set = (value: unknown) =>
      Object.defineProperty(globalThis, 'setTimeout', { value, configurable: true, writable: true });
    set((callback: () => void, ms = 0) => real(callback, ms > 20_000 ? ms / 100 : ms));
    try {
      await withStream(
        (response, nth) => {
          response.write(frame(connected));
          if (nth > 1) return;
          // Kept alive for longer than the silence that is allowed, then silent.
          for (const at of [150, 300, 450]) real(() => response.write(frame({ type: 'server.heartbeat' })), at);
        },
        async (followed) => {
          const begun = Date.now();
          await followed.until(() => followed.count('connected') === 2);
          const ms = Date.now() - begun;
          assert.ok(ms > 450 + 250 && ms < 3_000, `${String(ms)} ms`);
          assert.match(JSON.stringify(followed.told), /heartbeats missed/);
        },
      );
    } finally {
      set(real);
    }
  });

  it('tells once that it is not let in, is never connected, and tries again without haste', async () => {
    let asked = 0;
    await withStub(
      (_request, response) => {
        asked += 1;
        response.writeHead(401).end('{"data":"no"}');
      },
      async ({ url }) => {
        const followed = follow(url);
        await followed.until(() => asked === 3);
        await sleep(300);
        await followed.stop();
        assert.deepEqual([followed.count('connected'), followed.count('gone')], [0, 1]);
        assert.match(JSON.stringify(followed.told), /status 401/);
        assert.doesNotMatch(JSON.stringify(followed.told), new RegExp(password));
        assert.ok(asked <= 4, `${String(asked)} requests`);
      },
    );
  });

  it('tells that nothing answers, and that what answers is something else', async () => {
    const deaf = follow(await closedPort());
    await deaf.until(() => deaf.count('gone') > 0);
    await deaf.stop();
    assert.equal(deaf.count('connected'), 0);
    await withStub(
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello</p>'),
      async ({ url }) => {
        const other = follow(url);
        await other.until(() => other.count('gone') > 0);
        await other.stop();
        assert.deepEqual([other.count('connected'), other.events()], [0, []]);
      },
    );
  });

  it('follows no redirect: the password goes nowhere else', async () => {
    let elsewhere = 0;
    await withStub(
      (_request, response) => {
        elsewhere += 1;
        response.writeHead(200).write(frame(connected));
      },
      (other) =>
        withStub(
          (_request, response) => response.writeHead(302, { location: `${other.url}/event` }).end(),
          async ({ url }) => {
            const followed = follow(url);
            await followed.until(() => followed.count('gone') > 0);
            await followed.stop();
            assert.equal(elsewhere, 0);
          },
        ),
    );
  });

  it('ends when it is told to, at once and quietly: on the line, and while it waits', async () => {
    await withStream(
      (response) => response.write(frame(connected)),
      async (followed) => {
        await followed.until(() => followed.count('connected') === 1);
        const begun = Date.now();
        await followed.stop();
        assert.ok(Date.now() - begun < 1_000);
        assert.equal(followed.count('gone'), 0);
      },
    );
    const deaf = follow(await closedPort());
    await deaf.until(() => deaf.count('gone') === 1);
    await sleep(500); // by now it waits for half a second and more
    const begun = Date.now();
    await deaf.stop();
    assert.ok(Date.now() - begun < 300);
  });

  // The largest event seen had 6 MB; larger ones must not stop everything else meanwhile.
  it('takes a large event in a time that grows with its size, not with its square', async function () {
    this.timeout(20_000);
    const value = 'x'.repeat(24 * 1024 * 1024);
    await withStream(
      (response) => response.write(frame(text(value))),
      async (followed) => {
        const begun = Date.now();
        await followed.until(() => followed.events().length === 1);
        assert.deepEqual(followed.events(), [text(value)]);
        assert.ok(Date.now() - begun < 3_000, `${String(Date.now() - begun)} ms`);
      },
    );
  });
});
