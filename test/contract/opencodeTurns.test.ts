import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as z from 'zod';
import { openCodeBackend } from '../../src/opencode/backend';
import { OpenCodeError } from '../../src/opencode/errors';
import type { Played } from './world';
import { ended, newMessage, orderFor, play, promptFor, toolResults, until, useWorld } from './world';

const report = { status: 'done', summary: 'T1: done.', files: [] };
const errorEvent = z.object({
  type: z.literal('session.error'),
  properties: z.object({
    sessionID: z.string(),
    error: z.object({
      name: z.string(),
      data: z.looseObject({
        message: z.string(),
        statusCode: z.number().optional(),
        isRetryable: z.boolean().optional(),
      }),
    }),
  }),
});

describe('how turns go and end on OpenCode', function () {
  this.timeout(180_000);
  const world = useWorld();

  /** The errors that OpenCode’s events told of a session. */
  const errorsOf = (session: string) =>
    world().events.flatMap((event) => {
      const parsed = errorEvent.safeParse(event);
      return parsed.success && parsed.data.properties.sessionID === session ? [parsed.data.properties.error] : [];
    });

  async function shell(...commands: (string | { command: string; timeout?: number; workdir?: string })[]) {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: commands.map((bash) => ({ bash })), report } } });
    const played = await play(backend, orderFor('worker'));
    const results = toolResults(world(), played.session).slice(0, commands.length);
    return { results, runs: await backend.readRuns(played.session) };
  }

  async function failing(status: number): Promise<Played> {
    world().model.play({ faults: [{ status, message: `No, says ${String(status)}.` }] });
    return await play(world().backend, orderFor('worker'));
  }

  it('what bash tells the model ends with the exit code, and the record has the same one', async () => {
    const long = 'seq 1 60000; exit 7';
    const { results, runs } = await shell('echo hi', 'echo no >&2; exit 3', long, {
      command: 'sleep 20',
      timeout: 300,
    });
    assert.deepEqual(
      results.map((result) => /\nexit code: (\w+)$/.exec(result)?.[1]),
      ['0', '3', '7', 'null'],
    );
    assert.match(results[0] ?? '', /^hi\n/);
    assert.ok((results[2] ?? '').length < 100_000, 'long output is cut, the exit code is not');
    assert.deepEqual(
      runs.map(({ command, exit, inWorkspace }) => [command, exit, inWorkspace]),
      [
        ['echo hi', 0, true],
        ['echo no >&2; exit 3', 3, true],
        [long, 7, true],
        ['sleep 20', null, true],
      ],
    );
  });

  it('a run in another folder is recorded as one, and none is possible outside the project', async () => {
    world().place.write('src/a.ts', '');
    const { results, runs } = await shell(
      { command: 'true', workdir: 'src' },
      { command: 'true', workdir: '.' },
      {
        command: 'true',
        workdir: world().place.base,
      },
    );
    assert.deepEqual(
      runs.map(({ exit, inWorkspace }) => [exit, inWorkspace]),
      [
        [0, false],
        [0, true],
      ],
    );
    assert.match(results[2] ?? '', /rule which prevents/);
  });

  it('agents’ shells see neither the server’s password nor our configuration of it', async () => {
    const { results } = await shell(
      'env | cut -d= -f1 | grep -E "^OPENCODE_(SERVER|CONFIG_CONTENT)|^npm_config_@opencode-ai"; echo end',
    );
    assert.match(results[0] ?? '', /^end\n/);
  });

  it('our message ids sort among OpenCode’s own, and the newest messages of a session can be asked for', async () => {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: [{ bash: 'true' }], report } } });
    const order = orderFor('worker');
    const { session, message } = await play(backend, order);
    const second = newMessage();
    await backend.prompt({ session, message: second, role: 'worker', model: '', text: promptFor(order) });
    await ended(backend, session, second);
    const all = (await backend.client.session.messages({ sessionID: session })).data ?? [];
    const ids = all.map(({ info }) => info.id);
    assert.deepEqual(ids, ids.toSorted());
    assert.deepEqual(
      all.filter(({ info }) => info.role === 'user').map(({ info }) => info.id),
      [message, second],
    );
    const newest = (await backend.client.session.messages({ sessionID: session, limit: 2 })).data ?? [];
    assert.deepEqual(
      newest.map(({ info }) => info.id),
      ids.slice(-2),
    );
    assert.ok(ids.length > 4);
  });

  for (const [status, kind] of [
    [401, 'auth'],
    [400, 'request'],
  ] as const) {
    it(`${String(status)} ends the turn after one call, with an APIError that holds the status`, async () => {
      const { session, record } = await failing(status);
      const { signals, model } = world();
      assert.equal(model.callsOf({ session }).length, 1);
      await until(() => errorsOf(session).length > 0 && signals.of('idle', session).length > 0);
      const [error] = errorsOf(session);
      assert.equal(error?.name, 'APIError');
      assert.equal(error.data.statusCode, status);
      assert.equal(error.data.isRetryable, false);
      assert.equal(error.data.message, `No, says ${String(status)}.`);
      assert.equal(record.error?.kind, kind);
      assert.deepEqual(signals.of('failed', session)[0]?.failure, record.error);
    });
  }

  it('429 is retried by OpenCode within the turn, which it tells with the time of the next try', async () => {
    const { backend, model, signals } = world();
    const faults = [{ status: 429, headers: { 'retry-after': '1' }, times: 1 }];
    model.play({ todos: { T1: { steps: [], report } }, faults });
    const begun = Date.now();
    const { session, record } = await play(backend, orderFor('worker'));
    assert.equal(record.answer?.tool, 'mission_report');
    const [retry, ...more] = signals.of('retrying', session);
    assert.deepEqual(more, []);
    assert.ok(retry && retry.until >= begun + 1_000 && retry.until <= Date.now(), String(retry?.until));
    assert.match(retry.sentence, /429/);
    // The end of the turn, once its answer is recorded.
    assert.ok(errorsOf(session).every(({ name }) => name === 'MessageAbortedError'));
  });

  it('an unknown model ends the turn with an error that only the events tell: no call, no answer, then idle', async () => {
    const { backend, model, signals } = world();
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const message = newMessage();
    await backend.prompt({ session, message, role: 'worker', model: 'scripted/nobody', text: promptFor(order) });
    await until(() => signals.of('idle', session).length > 0 && signals.of('failed', session).length > 1);
    const record = await backend.readTurn(session, message);
    assert.deepEqual([record.sent, record.complete, record.answer, record.error], [true, false, undefined, undefined]);
    assert.equal((await backend.busySessions()).has(session), false);
    assert.deepEqual(model.callsOf({ session }), []);
    for (const { failure } of signals.of('failed', session)) {
      assert.match(failure.sentence, /Model not found: scripted\/nobody/);
    }
  });

  it('an aborted shell command is gone, recorded without an exit code, and the session works on', async () => {
    const { backend, model, place } = world();
    const command = `sleep 4${String(process.pid)}`;
    model.play({ todos: { T1: { steps: [{ bash: command }], report } } });
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const message = newMessage();
    await backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(`\n${command}`);
    await until(running);
    await backend.abort(session);
    await until(async () => !(await backend.busySessions()).has(session));
    assert.equal((await backend.readTurn(session, message)).error?.kind, 'aborted');
    assert.deepEqual(
      (await backend.readRuns(session)).map(({ exit }) => exit),
      [null],
    );
    await until(() => !running());
    model.play({ todos: { T1: { steps: [], report } } });
    const again = newMessage();
    await backend.prompt({ session, message: again, role: 'worker', model: '', text: promptFor(order) });
    assert.equal((await ended(backend, session, again)).answer?.tool, 'mission_report');
    assert.equal(await openCodeBackend(world().server, place.workspace, place.workspace).isEmpty(session), false);
  });

  it('a full context is told as such; OpenCode compacts, goes on, and the answer stands after our prompt', async () => {
    const { backend, model, signals } = world();
    const error = {
      message: 'Too long: the maximum context length is 200000 tokens.',
      code: 'context_length_exceeded',
    };
    const faults = [{ role: 'worker' as const, status: 400, body: JSON.stringify({ error }), times: 1 }];
    model.play({ todos: { T1: { steps: [], report } }, chat: 'A summary.', faults });
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const message = newMessage();
    await backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    await until(() => signals.of('idle', session).length > 0);
    const record = await backend.readTurn(session, message);
    assert.equal(record.answer?.tool, 'mission_report');
    // The second is the end of the turn, once its answer is recorded.
    assert.deepEqual(
      signals.of('failed', session).map(({ failure }) => failure.kind),
      ['overflow', 'aborted'],
    );
    const messages = (await backend.client.session.messages({ sessionID: session })).data ?? [];
    const summary = messages.find(({ info }) => info.role === 'assistant' && info.summary === true);
    assert.match(JSON.stringify(summary?.parts), /A summary\./, 'its own summary is marked as one');
  });

  it('a turn that is ended right after its answer keeps it, costs no more calls, and the session works on', async () => {
    const { backend, model, signals } = world();
    model.play({ todos: { T1: { steps: [], report } } });
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const message = newMessage();
    const release = model.hold({ role: 'worker', call: 2 });
    await backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    await until(() => signals.of('answer', session).length > 0 && signals.of('stepped', session).length > 0);
    await backend.abort(session);
    await until(async () => !(await backend.busySessions()).has(session));
    release();
    const record = await backend.readTurn(session, message);
    assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
    assert.ok(record.tokens > 0 && record.cost > 0, 'what the step used is recorded');
    assert.equal(record.prose, '');
    const again = newMessage();
    await backend.prompt({ session, message: again, role: 'worker', model: '', text: promptFor(order) });
    assert.equal((await ended(backend, session, again)).answer?.tool, 'mission_report');
  });

  it('what is asked of a session that does not exist is refused for good; an abort of it is none the worse', async () => {
    const { backend } = world();
    const refused = (error: unknown) => error instanceof OpenCodeError && error.kind === 'refused';
    const prompt = { session: 'ses_none', message: newMessage(), role: 'worker', model: '', text: 'x' } as const;
    await assert.rejects(backend.prompt(prompt), refused);
    await assert.rejects(backend.readTurn('ses_none', prompt.message), refused);
    await assert.rejects(backend.readRuns('ses_none'), refused);
    await backend.abort('ses_none');
  });
});
