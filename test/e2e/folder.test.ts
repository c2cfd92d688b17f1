import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { phase } from '../../src/core/mission/select';
import type { Recorded } from '../../src/core/mission/facts';
import type { ChatMessage } from '../../src/host/folderTypes';
import type { Transcript } from '../../src/opencode/transcript';
import { diamond, fileTodo, scenarioOf, wide } from '../scenarios/shapes';
import { ofType, serversLeft, stateOnDisk } from '../support/e2e';
import { ended, onFolders, untilIn } from '../support/folders';
import { opencode, start } from '../support/scratch';

const words = 'It is about notes. '.repeat(10).trim();

describe('a workspace folder as an editor has it', function () {
  this.timeout(240_000);

  it('lets go of a mission and adopts it: the agents go on, every attempt is prompted exactly once', async () => {
    await onFolders(diamond({ latencyMs: 300, todos: { T2: { latencyMs: 3_000 } } }), async (stage) => {
      const { model, place, folder } = stage;
      const first = folder();
      const told: number[] = [];
      first.listen({
        changed: () => undefined,
        recorded: (records) => told.push(...records.map((record) => record.seq)),
        signalled: () => undefined,
      });
      const id = await first.start('Build a diamond');
      assert.equal(first.mode, 'drives');
      await model.waitForCall({ role: 'worker', todo: 'T2' }, 60_000);
      await first.detach();
      assert.deepEqual(
        told,
        first.records.map((record) => record.seq),
      );
      assert.equal(serversLeft(place).length, 1, 'the server is left to whoever comes');
      await sleep(4_000); // T2’s worker answers while nobody listens

      const second = folder();
      await second.look();
      assert.deepEqual([second.mode, second.mission?.mission], ['over', id]);
      assert.equal(await second.unfinished(), id);
      await second.resume(id, { adopt: true });
      const state = await ended(second, 'sealed');
      for (const todo of ['T1', 'T2', 'T3', 'T4']) {
        for (const role of ['worker', 'reviewer'] as const)
          assert.equal(model.turnsOf({ role, todo }).length, 1, `${role} of ${todo}`);
      }
      assert.equal(state.iteration, 1);
      const resumed = ofType(second.records, 'mission.resumed');
      assert.deepEqual(
        resumed.map((fact) => fact.adopted),
        [true],
      );
      assert.deepEqual(stateOnDisk(place, id), state);
      assert.equal(await second.unfinished(), undefined);
      assert.deepEqual(serversLeft(place), []);
    });
  });

  it('where the person wants it so, takes its server along when it goes; interrupted turns go on in their sessions', async () => {
    await onFolders(diamond({ todos: { T1: { latencyMs: 3_000 } } }), async ({ model, place, folder }) => {
      const first = folder(['server.keep=never']);
      const id = await first.start('Build a diamond');
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      await first.detach();
      assert.deepEqual(serversLeft(place), []);
      const second = folder();
      await second.look();
      await second.resume(id, { adopt: true });
      const { todos } = await ended(second, 'sealed');
      assert.deepEqual(
        [...todos.values()].map(({ attempts }) => attempts),
        [1, 1, 1, 1],
      );
    });
  });

  it('pauses: turns that run end, none starts; a pause outlives the window; unpaused it goes on', async () => {
    await onFolders(wide(4, { latencyMs: 600 }), async ({ model, folder }) => {
      const first = folder(['limits.parallelSessions=2']);
      await first.start('Four things');
      await model.waitForCall({ role: 'worker' }, 60_000);
      await first.pause('a person');
      await untilIn(first, (state) => state?.paused !== undefined && state.turns.size === 0);
      const ordered = ofType(first.records, 'turn.ordered').length;
      await sleep(2_000);
      assert.equal(ofType(first.records, 'turn.ordered').length, ordered);
      assert.equal(first.mission && phase(first.mission), 'paused');
      await first.detach();

      const second = folder();
      await second.resume(undefined, { adopt: true });
      await sleep(1_000);
      assert.equal(ofType(second.records, 'turn.ordered').length, ordered);
      await second.unpause('a person');
      await ended(second, 'sealed');
    });
  });

  it('answers permission asks: once, and rejected with words that the agent reads', async () => {
    const asking = scenarioOf([fileTodo('T1'), fileTodo('T2')], {
      todos: {
        T1: { steps: [{ bash: 'echo may I' }, { write: { file: 'out/T1.txt', content: 'T1' } }] },
        T2: { steps: [{ bash: 'echo me too' }, { write: { file: 'out/T2.txt', content: 'T2' } }] },
      },
    });
    await onFolders(
      asking,
      async ({ model, folder }) => {
        const it = folder();
        await it.start('Ask');
        const askOf = (command: string) =>
          untilIn(it, (state) =>
            [...(state?.asks.values() ?? [])].find((ask) => ask.permission?.patterns.includes(command)),
          );
        const [may, me] = await Promise.all([askOf('echo may I'), askOf('echo me too')]);
        assert.deepEqual(may.permission, { name: 'bash', patterns: ['echo may I'], always: ['echo *'] });
        assert.equal(it.mission && phase(it.mission), 'waiting');
        // The checks of the reviews ask as well, perhaps while the first answers are still under way.
        const forget = it.listen({
          changed: () => undefined,
          signalled: () => undefined,
          recorded: (records: readonly Recorded[]) => {
            for (const ask of ofType(records, 'ask.opened'))
              void it.reply(ask.ask, { type: 'permission', reply: 'always' });
          },
        });
        await Promise.all([
          it.reply(may.id, { type: 'permission', reply: 'once' }),
          it.reply(may.id, { type: 'permission', reply: 'once' }),
        ]);
        await it.reply(me.id, { type: 'permission', reply: 'reject', message: 'Not on my machine.' });
        await assert.rejects(
          it.reply(me.id, { type: 'question', answers: [] }).then(() =>
            it.reply('nobody', { type: 'reject' }).then(() => {
              throw new Error('none');
            }),
          ),
          /none|no answer/,
        );
        await ended(it, 'sealed');
        forget();
        const read = model.callsOf({ role: 'worker', todo: 'T2' }).at(-1)?.messages ?? [];
        assert.match(JSON.stringify(read), /Not on my machine\./);
        const closed = ofType(it.records, 'ask.closed');
        const replies = [may, me].map(({ id }) => closed.filter(({ ask }) => ask === id).map(({ reply }) => reply));
        assert.deepEqual(replies, [['once'], ['reject']]);
        assert.equal(closed.filter((fact) => fact.ask === may.id).length, 1);
      },
      { permission: { bash: 'ask' } },
    );
  });

  it('holds, retries, cancels, adds and ticks TODOs while they run, and raises a limit', async () => {
    const scenario = {
      plan: {
        summary: 'Three',
        todos: ['T1', 'T2', 'T3'].map((id) => fileTodo(id, id === 'T3' ? ['T1'] : [])),
        check: 'test -d out',
      },
      todos: { T1: { latencyMs: 1_000 }, T2: { latencyMs: 20_000 } },
    };
    await onFolders(scenario, async ({ model, place, folder }) => {
      const it = folder();
      await it.start('Three things');
      await model.waitForCall({ role: 'worker', todo: 'T2' }, 60_000);
      await untilIn(it, (state) => state?.todos.get('T2')?.state === 'running');
      assert.deepEqual(await it.edit({ type: 'hold', todo: 'T2' }), { ok: true });
      await untilIn(it, (state) => state?.todos.get('T2')?.state === 'blocked' && !state.turnOf.has('T2'));
      model.play({ ...scenario, todos: {} });
      assert.deepEqual(await it.edit({ type: 'retry', todo: 'T2' }), { ok: true });
      assert.deepEqual(await it.edit({ type: 'cancel', todo: 'T3' }), { ok: true });
      const add = { title: 'By hand', detail: 'It.', files: ['out/hand.txt'], after: [] };
      assert.deepEqual(await it.edit({ type: 'add', draft: { id: 'H1', ...add, after: ['T1', 'T2'] } }), { ok: true });
      await untilIn(it, (state) => state?.todos.get('H1') !== undefined);
      assert.deepEqual(await it.edit({ type: 'tick', todo: 'H1', done: true }), { ok: true });
      const refused = await it.edit({ type: 'retry', todo: 'nobody' });
      assert.match(refused.ok ? '' : refused.sentence, /no TODO/);
      assert.deepEqual(await it.change(['limits.maxIterations=30'], 'a person'), { ok: true });
      const wrong = await it.change(['limits.maxIterations=none'], 'a person');
      assert.match(wrong.ok ? '' : wrong.sentence, /limits\.maxIterations/);
      const state = await ended(it, 'sealed');
      assert.equal(state.settings['limits.maxIterations'], 30);
      assert.deepEqual(
        ['T1', 'T2', 'T3', 'H1'].map((id) => state.todos.get(id)?.state),
        ['done', 'done', 'cancelled', 'done'],
      );
      assert.deepEqual(stateOnDisk(place, state.mission), state);
    });
  });

  it('stops: every session confirmed idle, the server gone; a stop while it starts begins nothing', async () => {
    await onFolders(wide(3, { latencyMs: 5_000 }), async ({ model, place, folder }) => {
      const it = folder();
      const starting = it.start('Never');
      const refused = assert.rejects(starting);
      await assert.rejects(it.stop('a person'));
      await refused;
      assert.equal(it.mode, 'none');
      await it.start('Three things');
      await model.waitForCall({ role: 'worker' }, 60_000);
      const state = await it.stop('a person');
      assert.deepEqual([state.end?.state, it.mode], ['stopped', 'over']);
      assert.match(state.end?.reason ?? '', /stopped by a person \((\d+) of \1 confirmed\)/);
      assert.deepEqual(serversLeft(place), []);
    });
  });

  it('watches a mission that another process drives, stops it there, and shows it at rest', async () => {
    await onFolders(wide(3, { latencyMs: 3_000 }), async ({ model, place, folder }) => {
      const running = start(place, ['task', 'Elsewhere', '--json', '--opencode', opencode]);
      const it = folder();
      const left = running.done.then(({ stderr }) => Promise.reject(new Error(stderr)));
      await Promise.race([left, model.waitForCall({ role: 'worker' }, 90_000)]);
      left.catch(() => undefined); // it is stopped below
      await it.look();
      await untilIn(it, (state, mode) => mode === 'watches' && (state?.turns.size ?? 0) > 0);
      await it.pause('a person');
      assert.match(it.mission?.paused?.by ?? '', /^a person, process \d+$/);
      await it.unpause('a person');
      assert.equal(it.mission?.paused, undefined);
      assert.equal(await it.unfinished(), undefined);
      const state = await it.stop('a person');
      assert.equal(state.end?.state, 'stopped');
      assert.equal((await running.done).code, 3);
      await untilIn(it, (now, mode) => mode === 'over' && now?.end !== undefined);
      assert.equal(it.records.at(-1)?.seq, state.seq);
    });
  });

  it('chats on a server of its own that a mission takes over, and ends it when nobody needs it', async () => {
    await onFolders(diamond({ latencyMs: 100, chat: words, tokensPerSecond: 80, chunkChars: 10 }), async (stage) => {
      const { model, place, folder } = stage;
      const it = folder([], { idleMs: 1_500 });
      const said: ChatMessage[] = [];
      await it.chat('What is this about?', (message) => said.push(message));
      assert.deepEqual([said.at(-1)?.text, said.at(-1)?.done, said.at(-1)?.error], [words, true, undefined]);
      assert.ok(said.length >= 3, `it grew in ${String(said.length)} steps`);
      assert.equal(new Set(said.map((message) => message.id)).size, 1);
      const [call] = model.callsOf({ role: 'chat' });
      assert.deepEqual([...(call?.tools ?? [])].sort(), ['glob', 'grep', 'read']);
      const [lease] = serversLeft(place);
      assert.ok(lease, 'the server waits for more');

      await it.start('Build a diamond');
      const worker = await untilIn(
        it,
        (state) => [...(state?.sessions ?? [])].find(([, session]) => session.todo === 'T1')?.[0],
      );
      const seen: Transcript[] = [];
      const forget = it.watchTranscript(worker, (transcript) => seen.push(transcript));
      await ended(it, 'sealed');
      assert.deepEqual(serversLeft(place), [], 'the mission ended the server that it took over');
      forget();
      assert.ok(seen.length > 1);

      const later = await new Promise<Transcript>((resolve) => {
        const stop = it.watchTranscript(worker, (transcript) => {
          stop();
          resolve(transcript);
        });
      });
      assert.equal(later.error, undefined);
      assert.equal(later.entries[0]?.kind, 'prompt');
      assert.ok(later.entries.some((entry) => entry.tool === 'write' && entry.text === 'out/T1.txt'));
      assert.equal(serversLeft(place).length, 1);
      for (let waited = 0; serversLeft(place).length > 0; waited += 100) {
        assert.ok(waited < 15_000, 'the idle server is ended');
        await sleep(100);
      }
    });
  });

  it('goes on with an answer that is being written when the mission ends', async () => {
    await onFolders(scenarioOf([fileTodo('T1')], { chat: words }), async ({ place, folder, model }) => {
      const it = folder([], { idleMs: 500 });
      const release = model.hold({ role: 'chat' });
      await it.start('One thing');
      const said: ChatMessage[] = [];
      const answer = it.chat('What is this about?', (message) => said.push(message));
      await ended(it, 'sealed');
      assert.equal(said.at(-1)?.done ?? false, false);
      assert.equal(serversLeft(place).length, 1);
      release();
      await answer;
      assert.deepEqual([said.at(-1)?.text, said.at(-1)?.error], [words, undefined]);
    });
  });

  it('restarts its server: the agents go on in their sessions', async () => {
    await onFolders(diamond({ latencyMs: 300, todos: { T1: { latencyMs: 2_500 } } }), async ({ model, folder }) => {
      const it = folder();
      await it.start('Survive');
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      await it.restartServer();
      const state = await ended(it, 'sealed');
      assert.equal(state.todos.get('T1')?.attempts, 1);
      assert.equal(it.lostContactSince, undefined);
    });
  });

  it('finds OpenCode without starting anything', async () => {
    await onFolders({}, async ({ folder, place }) => {
      const found = await folder().findOpenCode();
      assert.ok(found.ok && /^\d+\.\d+\.\d+/.test(found.version ?? '') && found.from === 'setting');
      const missing = await folder(['opencode.path=/no/such/opencode']).findOpenCode();
      assert.deepEqual([missing.ok, !missing.ok && missing.kind], [false, 'missing']);
      const deaf = await folder(['server.url=http://127.0.0.1:9']).findOpenCode();
      assert.deepEqual([deaf.ok, !deaf.ok && deaf.kind], [false, 'unreachable']);
      assert.deepEqual(serversLeft(place), []);
    });
  });
});
