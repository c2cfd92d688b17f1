import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { openCodeBackend } from '../../src/opencode/backend';
import { OpenCodeError } from '../../src/opencode/errors';
import { crash, newMessage, orderFor, play, promptFor, Signals, until, useWorld } from './world';

const report = { status: 'done', summary: 'T1: done.', files: [] };

/** Forwards connections to a port until they are cut. */
async function proxyTo(target: number) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = () => {
    cut();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, cut, close };
}

describe('the server itself', function () {
  this.timeout(180_000);
  const world = useWorld();

  it('lets nobody in without the password', async () => {
    const { server, place } = world();
    const stranger = openCodeBackend({ ...server, password: 'guessed' }, place.workspace, place.workspace);
    await assert.rejects(
      stranger.busySessions(),
      (error) => error instanceof OpenCodeError && error.kind === 'auth' && !error.message.includes('guessed'),
    );
    const signals = new Signals().listen(stranger);
    const stop = new AbortController();
    const following = stranger.follow(stop.signal);
    await until(() => signals.of('disconnected').length > 0);
    stop.abort();
    await following;
    assert.match(signals.of('disconnected')[0]?.sentence ?? '', /401/);
    assert.deepEqual(signals.of('connected'), []);
  });

  it('installed nothing, and nothing of ours or OpenCode’s is new in the repository but the journal’s folder', () => {
    const { place } = world();
    const configFolder = path.join(place.base, 'config', 'opencode');
    const found = existsSync(configFolder) ? readdirSync(configFolder) : [];
    assert.equal(found.includes('node_modules'), false);
    assert.deepEqual(
      readdirSync(path.join(place.workspace, '.opencode')).filter((name) => name !== '.gitignore'),
      // The first is the person’s own, there from the beginning.
      ['command', 'orchestrator'],
    );
  });

  it('after a cut the stream is there again by itself, tells so, tells open asks again, and news come through it', async () => {
    const { server, place, model } = world();
    const proxy = await proxyTo(Number(new URL(server.url).port));
    const backend = openCodeBackend({ ...server, url: proxy.url }, place.workspace, place.workspace);
    const signals = new Signals().listen(backend);
    const stop = new AbortController();
    const following = backend.follow(stop.signal);
    try {
      await until(() => signals.of('connected').length === 1);
      model.play({ todos: { T1: { steps: [{ bash: 'echo may I' }], report } } });
      const plain = orderFor('worker');
      const asking = { permission: 'bash', pattern: '*', action: 'ask' as const };
      const order = { ...plain, rules: (prefix: string) => [...plain.rules(prefix), asking] };
      const session = await backend.openSession(order);
      await backend.prompt({ session, message: newMessage(), role: 'worker', model: '', text: promptFor(order) });
      await until(() => signals.of('asked', session).length === 1);
      proxy.cut();
      await until(() => signals.of('connected').length === 2 && signals.of('asked', session).length === 2);
      assert.ok(signals.of('disconnected').length >= 1);
      assert.equal(
        signals.all.filter(({ type }) => type === 'connected' || type === 'disconnected')[1]?.type,
        'disconnected',
      );
      const [first, again] = signals.of('asked', session);
      assert.deepEqual(first, again);
      await backend.client.permission.reply({ requestID: again?.ask ?? '', reply: 'once' });
      await until(() => signals.of('idle', session).length > 0);
      assert.equal(signals.of('answer', session).length, 1);
    } finally {
      stop.abort();
      await following;
      await proxy.close();
    }
  });

  it('sends a heartbeat at least every 15 s', async () => {
    const { events } = world();
    const beat = (event: unknown) =>
      typeof event === 'object' && event !== null && 'type' in event && event.type === 'server.heartbeat';
    await until(() => events.some(beat), 15_000);
  });

  it('after kill -9 in the middle of a turn nothing is busy, and the turn reads as interrupted; its session goes on', async () => {
    const now = world();
    now.model.play({ faults: [{ hang: true }] });
    const parent = await now.backend.openSession(orderFor('commander'));
    const order = orderFor('worker', { parent });
    const session = await now.backend.openSession(order);
    const message = newMessage();
    await now.backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    await until(() => now.model.callsOf({ session }).length > 0);
    const idles = now.signals.of('idle', session).length;
    await crash(now);
    assert.deepEqual(await now.backend.busySessions(), new Set());
    const { sent, complete, answer, error } = await now.backend.readTurn(session, message);
    assert.deepEqual([sent, complete, answer, error], [true, false, undefined, undefined]);
    assert.equal(await now.backend.findSession(order), session, 'its metadata has outlived the server');
    now.model.play({ todos: { T1: { steps: [], report } } });
    // The old prompt, sent again, starts nothing: going on takes a new one.
    await now.backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    const again = newMessage();
    await now.backend.prompt({ session, message: again, role: 'worker', model: '', text: promptFor(order) });
    await until(async () => (await now.backend.readTurn(session, again)).answer);
    await until(() => now.signals.of('idle', session).length > idles);
    assert.equal((await play(now.backend, orderFor('worker'))).record.answer?.tool, 'mission_report');
  });
});
