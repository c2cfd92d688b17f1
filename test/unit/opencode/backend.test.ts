import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { openCodeBackend, type OpenCodeBackend } from '../../../src/opencode/backend';
import { OpenCodeError } from '../../../src/opencode/errors';
import { handshake } from '../../../src/opencode/handshake';
import { agentNames } from '../../../src/core/agents/instructions';
import type { SessionOrder, Signal } from '../../../src/runtime/ports';
import { closedPort, withStub } from './stub';
import recorded from './fixtures/messages.json';

const folder = '/home/person/repo/pkg/app';
const root = '/home/person/repo';

interface Asked {
  readonly line: string;
  readonly query: URLSearchParams;
  readonly directory: string;
  readonly body: unknown;
}

/** Runs with a backend whose server answers by `METHOD /path`; what is not listed answers 404. */
async function withServer(
  answers: Readonly<Record<string, unknown>>,
  act: (backend: OpenCodeBackend, asked: Asked[], url: string) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  await withStub(
    (request, response) => {
      void bodyOf(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://localhost');
        const line = `${request.method ?? ''} ${url.pathname}`;
        const header = request.headers['x-opencode-directory'];
        const directory = decodeURIComponent(url.searchParams.get('directory') ?? String(header));
        asked.push({ line, query: url.searchParams, directory, body });
        const known = line in answers;
        const answer = answers[line];
        const value: unknown =
          typeof answer === 'function' ? (answer as (asked: Asked) => unknown)(asked.at(-1)!) : answer;
        const status = known ? 200 : 404;
        const text = typeof value === 'string' ? value : JSON.stringify(value ?? { name: 'NotFoundError' });
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      });
    },
    async ({ url }) => {
      await act(openCodeBackend({ url, username: 'u', password: 'p' }, folder, root), asked, url);
    },
  );
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

async function seen(look: () => boolean): Promise<void> {
  for (let waited = 0; !look(); waited += 10) {
    assert.ok(waited < 3_000, `not seen: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const order: SessionOrder = {
  ...{ mission: 'm-1', role: 'worker', todo: 'T1', attempt: 2, title: 'Worker 2: T1', parent: 'ses_boss', model: '' },
  rules: (prefix) => [{ permission: 'edit', pattern: `${prefix}src/a.ts`, action: 'allow' }],
};
const tag = { orchestrator: { mission: 'm-1', role: 'worker', todo: 'T1', attempt: 2 } };
const kindOf = (kind: string) => (error: unknown) => error instanceof OpenCodeError && error.kind === kind;

describe('OpenCode as a backend, by its requests', () => {
  it('opens a session with its agent, title, tag, parent and rules relative to the worktree', () =>
    withServer({ 'POST /session': { id: 'ses_1' } }, async (backend, asked) => {
      assert.equal(await backend.openSession(order), 'ses_1');
      assert.equal(asked[0]?.directory, folder);
      assert.deepEqual(asked[0].body, {
        parentID: 'ses_boss',
        title: 'Worker 2: T1',
        agent: agentNames.worker,
        metadata: tag,
        permission: [{ permission: 'edit', pattern: 'pkg/app/src/a.ts', action: 'allow' }],
      });
    }));

  it('prompts with our ids, the role’s agent, and a model only where one is named', () =>
    withServer({ 'POST /session/ses_1/prompt_async': '' }, async (backend, asked) => {
      const prompt = { session: 'ses_1', message: 'msg_7', role: 'worker', text: 'Do it.' } as const;
      const parts = [{ type: 'text', id: 'prt_7', text: 'Do it.' }];
      await backend.prompt({ ...prompt, model: '' });
      await backend.prompt({ ...prompt, model: 'some/vendor/model:1' });
      assert.deepEqual(
        asked.map(({ body }) => body),
        [
          { messageID: 'msg_7', agent: agentNames.worker, parts },
          {
            ...{ messageID: 'msg_7', agent: agentNames.worker, parts },
            model: { providerID: 'some', modelID: 'vendor/model:1' },
          },
        ],
      );
    }));

  it('finds a session among the parent’s children, and passes over those of anyone else', () => {
    const like = (id: string, over: object) => ({ id, metadata: { orchestrator: { ...tag.orchestrator, ...over } } });
    const children = [
      { id: 'ses_a' },
      { id: 'ses_b', metadata: null },
      { id: 'ses_c', metadata: { orchestrator: 'm-1' } },
      like('ses_d', { mission: 'm-2' }),
      like('ses_e', { attempt: 3 }),
      like('ses_f', { todo: undefined }),
      like('ses_g', {}),
    ];
    return withServer({ 'GET /session/ses_boss/children': children }, async (backend) => {
      assert.equal(await backend.findSession(order), 'ses_g');
      assert.equal(await backend.findSession({ ...order, attempt: 9 }), undefined);
      assert.equal(await backend.findSession({ ...order, todo: undefined }), 'ses_f');
    });
  });

  it('names those busy that are not idle, retrying ones as well', () =>
    withServer(
      { 'GET /session/status': { a: { type: 'busy' }, b: { type: 'idle' }, c: { type: 'retry', attempt: 1 } } },
      async (backend) => {
        assert.deepEqual(await backend.busySessions(), new Set(['a', 'c']));
      },
    ));

  it('reads a long session’s newest messages first, and all of them only when the prompt is not among those', () => {
    const all = recorded.worker;
    const messages = ({ query }: Asked) => (query.has('limit') ? all.slice(-Number(query.get('limit')) / 20) : all);
    return withServer({ 'GET /session/ses_1/message': messages }, async (backend, asked) => {
      const early = await backend.readTurn('ses_1', all[0]?.info.id ?? '');
      assert.deepEqual([early.sent, early.complete], [true, true]);
      assert.deepEqual(
        asked.map(({ query }) => query.get('limit')),
        ['100', null],
      );
      asked.length = 0;
      assert.equal((await backend.readTurn('ses_1', all.at(-2)?.info.id ?? '')).sent, true);
      assert.deepEqual(
        asked.map(({ query }) => query.get('limit')),
        ['100'],
      );
    });
  });

  it('an answer of another form is a protocol error in one sentence, never half-read', async () => {
    const odd: unknown[] = [{}, [{}], 'null', '"text"', [{ info: { id: 'msg_1' }, parts: [] }], ''];
    for (const answer of odd) {
      await withServer(
        {
          'GET /session/ses_1/message': answer,
          'GET /session/status': [answer],
          'POST /session': { session: answer },
          'GET /session/ses_boss/children': { all: answer },
        },
        async (backend) => {
          const calls = [
            () => backend.readTurn('ses_1', 'msg_1'),
            () => backend.busySessions(),
            () => backend.openSession(order),
            () => backend.findSession(order),
          ];
          for (const call of calls) {
            await assert.rejects(call(), (error) => {
              assert.ok(
                error instanceof OpenCodeError,
                `${String(call)} with ${JSON.stringify(answer)}: ${String(error)}`,
              );
              assert.match(error.message, /^[^\n]{10,400}$/);
              return true;
            });
          }
        },
      );
    }
  });

  it('an answer that says it is JSON and is none is a protocol error as well', () =>
    withServer({ 'GET /session/status': '<html>' }, async (backend) => {
      await assert.rejects(backend.busySessions(), kindOf('protocol'));
    }));

  it('no server: unreachable, whatever is asked', async () => {
    const backend = openCodeBackend({ url: await closedPort(), username: 'u', password: 'p' }, folder, root);
    const prompt = { session: 's', message: 'msg_1', role: 'worker', model: '', text: 'x' } as const;
    const calls = [
      () => backend.busySessions(),
      () => backend.prompt(prompt),
      () => backend.abort('s'),
      () => backend.isEmpty('s'),
    ];
    for (const call of calls) {
      await assert.rejects(call, kindOf('unreachable'));
    }
  });

  it('moves to another server: requests and the stream go there', () => {
    const hello = 'data: {"type":"server.connected","properties":{}}\n\n';
    const answers = (status: unknown) => ({
      'GET /session/status': status,
      'GET /event': hello,
      'GET /permission': [],
    });
    const streams = (list: readonly Asked[]) => list.filter(({ line }) => line === 'GET /event').length;
    return withServer(answers({}), async (backend, asked) => {
      const stop = new AbortController();
      const following = backend.follow(stop.signal);
      await seen(() => streams(asked) > 0);
      await withServer(answers({ a: { type: 'busy' } }), async (_other, askedThere, url) => {
        backend.moveTo({ url, username: 'u', password: 'p' });
        assert.deepEqual(await backend.busySessions(), new Set(['a']));
        assert.equal(asked.filter(({ line }) => line === 'GET /session/status').length, 0);
        await seen(() => streams(askedThere) > 0);
        stop.abort();
        await following;
      });
    });
  });

  it('on each connection signals it, then the asks that are open; without them it says so and goes on', async () => {
    for (const listed of [true, false]) {
      const ask = { id: 'per_1', sessionID: 'ses_1', permission: 'bash', patterns: ['ls'] };
      const question = { id: 'que_1', sessionID: 'ses_1', questions: [{ question: 'Tabs?' }] };
      await withServer(
        {
          'GET /event': 'data: {"type":"server.connected","properties":{}}\n\n',
          ...(listed ? { 'GET /permission': [ask], 'GET /question': [question] } : {}),
        },
        async (backend) => {
          const signals: Signal[] = [];
          backend.onSignal((signal) => signals.push(signal));
          const stop = new AbortController();
          const following = backend.follow(stop.signal);
          const news = () => signals.find(({ type }) => type === (listed ? 'asksRead' : 'disconnected'));
          await seen(() => news() !== undefined);
          stop.abort();
          await following;
          assert.equal(signals[0]?.type, 'connected');
          const asks = signals.flatMap((signal) => (signal.type === 'asked' ? [signal.ask] : []));
          assert.deepEqual(asks.slice(0, 2), listed ? ['per_1', 'que_1'] : []);
        },
      );
    }
  });
});

describe('the handshake', () => {
  const tools = ['mission_decide', 'mission_plan', 'mission_report', 'mission_review', 'bash'];
  const agents = [...Object.values(agentNames), 'build'].map((name) => ({ name }));
  const good = {
    'GET /path': { worktree: root, directory: folder },
    'GET /experimental/tool/ids': tools,
    'GET /agent': agents,
  };
  const shake = (answers: Readonly<Record<string, unknown>>) =>
    new Promise<{ worktree: string }>((resolve, reject) => {
      withServer(answers, async (_backend, _asked, url) => {
        resolve(await handshake({ url, username: 'u', password: 'p' }, folder, '/a/bridge.mjs'));
      }).catch(reject);
    });

  it('gives the root of the edit rules when tools and agents are there', async () => {
    assert.deepEqual(await shake(good), { worktree: root });
  });

  it('refuses a server without one of the tools or agents, and says how to add them', async () => {
    const lacking = [
      { ...good, 'GET /experimental/tool/ids': tools.slice(1) },
      { ...good, 'GET /experimental/tool/ids': {} },
      { ...good, 'GET /agent': agents.slice(1) },
      { ...good, 'GET /agent': [] },
    ];
    for (const answers of lacking) {
      await assert.rejects(
        shake(answers),
        (error) => kindOf('bridge')(error) && String(error).includes('"plugin": ["file:///a/bridge.mjs"]'),
      );
    }
  });

  it('refuses what is no OpenCode server', async () => {
    await assert.rejects(shake({ 'GET /path': { worktree: 1 } }), kindOf('refused'));
    await assert.rejects(shake({ 'GET /path': '"hello"' }), kindOf('refused'));
    await assert.rejects(shake({}), kindOf('refused'));
  });
});
