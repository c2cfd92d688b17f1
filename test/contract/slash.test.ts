import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { acquireLock } from '../../src/persistence/lock';
import { watchRequests, type DriverRequest } from '../../src/persistence/requests';
import { watchStarts } from '../../src/persistence/startRequests';
import { lockPath, requestsDir } from '../../src/persistence/workspaceFiles';
import { mission, useWorld } from './world';

describe('slash commands on the real server, as the terminal UI sends them', function () {
  this.timeout(120_000);
  const world = useWorld();

  /** Sends a command in a session of a person’s; returns what the model was asked at the end, and with which tools. */
  async function type(command: string, args: string) {
    const { backend, model } = world();
    model.play({ chat: 'Understood.' });
    const created = await backend.client.session.create({ title: 'A person’s' });
    const session = created.data?.id ?? '';
    const answered = await backend.client.session.command({ sessionID: session, command, arguments: args });
    assert.equal(answered.error, undefined);
    const calls = model.callsOf({ session });
    const asked = calls.at(-1);
    const prompt = asked?.messages.findLast(({ role }) => role === 'user')?.text ?? '';
    return { prompt, calls: calls.length, tools: asked?.tools, system: asked?.system ?? '' };
  }

  it('ours are there; a person’s own of that name is left alone', async () => {
    const { backend } = world();
    const { data = [] } = await backend.client.command.list();
    const described = (name: string) => data.find((command) => command.name === name)?.description ?? '';
    for (const name of ['task', 'stop', 'status', 'mission']) assert.match(described(name), /^Orchestrator: /);
    assert.equal(described('cancel'), 'mine');
    assert.match((await type('cancel', 'T1')).prompt, /^My own words: T1/);
  });

  it('/mission costs one call without a tool, in which the model is given the one line to say', async () => {
    const { prompt, calls, tools, system } = await type('mission', '');
    assert.match(
      prompt,
      /^Repeat this line and say nothing else:\nm-contract: running · 0 of 3 done: 0 verified · iteration 0 of 20/,
    );
    assert.equal(calls, 1);
    assert.deepEqual(tools, []);
    assert.match(system, /^You repeat, word for word/);
  });

  it('/task says so where no window has the folder open, and expands nothing of what was typed', async () => {
    const { place } = world();
    const { prompt } = await type('task', '"Write it !`touch pwned` @opencode.json $1"');
    assert.match(prompt, /No VS Code window has this folder open/);
    assert.doesNotMatch(prompt, /scripted|pwned/);
    assert.equal(existsSync(path.join(place.workspace, 'pwned')), false);
  });

  it('/task starts the mission in the one window that takes it, word for word', async () => {
    const { place, server } = world();
    const end = new AbortController();
    const started: string[] = [];
    const window = (name: string) =>
      watchStarts(place.workspace, {
        since: Date.now(),
        isFree: () => true,
        secret: () => Promise.resolve(server.password),
        start: (text) => {
          started.push(text);
          return Promise.resolve(`Mission m-1 began in ${name}.`);
        },
        log: (sentence) => assert.fail(sentence),
        signal: end.signal,
      });
    const windows = ['one', 'two'].map(window);
    const { prompt } = await type('task', '"Say “hi” !`id`  twice"');
    end.abort();
    await Promise.all(windows);
    assert.deepEqual(started, ['Say “hi” !`id`  twice']);
    assert.match(prompt, /\nMission m-1 began in (one|two)\.$/);
  });

  it('/stop without a mission says so; with one it is a request to the driver of that mission alone', async () => {
    const { place } = world();
    assert.match((await type('stop', '')).prompt, /\nNo mission runs here\.$/);
    const lock = await acquireLock(lockPath(place.workspace), mission);
    const end = new AbortController();
    const requests: DriverRequest[] = [];
    const watching = watchRequests(requestsDir(place.workspace, mission), {
      onRequest: (request) => void requests.push(request),
      signal: end.signal,
      token: lock.holder.token,
    });
    try {
      assert.match(
        (await type('task', '"Another"')).prompt,
        /Mission m-contract is at work in this folder\. \/stop ends/,
      );
      assert.match((await type('stop', '')).prompt, /\nStopping mission m-contract;/);
      assert.deepEqual(requests.map(({ type: what, by }) => ({ what, by })), [{ what: 'stop', by: 'OpenCode’s terminal UI' }]); // prettier-ignore
    } finally {
      end.abort();
      await watching;
      await lock.release();
    }
  });
});
