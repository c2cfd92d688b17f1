import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { phase } from '../../../src/core/mission/select';
import { fold } from '../../../src/core/mission/reduce';
import { HostError } from '../../../src/host/errors';
import type { FolderMode } from '../../../src/host/folderTypes';
import { readMission } from '../../../src/host/workspace';
import { seeLock } from '../../../src/persistence/lock';
import { lockPath } from '../../../src/persistence/workspaceFiles';
import { answer } from '../../support/fakeMission';
import { unreachable } from '../../support/fakeBackend';
import { OpenCodeError } from '../../../src/opencode/errors';
import { ofType } from '../../support/e2e';
import { ended, untilIn } from '../../support/folders';
import { onBench } from './fakeHost';

const input = (error: unknown) => error instanceof HostError && error.kind === 'input';

describe('a mission folder on the fake backend', function () {
  this.timeout(60_000);

  it('starts: the id is there once the first record is on disk; then it drives to the seal and rests', async () => {
    await onBench({}, async ({ folder, directory, server }) => {
      const it = folder();
      const modes: FolderMode[] = [];
      const told: number[] = [];
      it.listen({
        changed: () => modes.push(it.mode),
        recorded: (records) => {
          told.push(...records.map((record) => record.seq));
          assert.ok((it.mission?.seq ?? 0) >= (records.at(-1)?.seq ?? 0), 'the mission holds them already');
          throw new Error('a listener that fails');
        },
        signalled: () => undefined,
      });
      const id = await it.start('Build it');
      assert.equal((await readMission(directory, id)).state.text, 'Build it');
      const state = await ended(it, 'sealed');
      assert.deepEqual([...new Set(modes)], ['starting', 'drives', 'over']);
      assert.deepEqual(
        told,
        it.records.map((record) => record.seq),
      );
      assert.deepEqual(fold(it.records), state);
      assert.equal(server.ended, 1);
      assert.equal(
        [...state.sessions.values()].every((session) => session.model === 'fake/model'),
        true,
      );
    });
  });

  it('refuses a second mission, an empty one, a bad setting; and says what it does not drive', async () => {
    await onBench({ latencyMs: () => 200 }, async ({ folder, server }) => {
      const it = folder();
      await assert.rejects(it.start('  '), input);
      assert.equal(it.mode, 'none');
      await assert.rejects(folder(['limits.tasks=none']).start('Build it'), input);
      server.missing = true;
      await assert.rejects(it.start('Build it'), /missing/);
      server.missing = false;
      await assert.rejects(it.note('hello'), input);
      assert.deepEqual((await it.edit({ type: 'cancel', todo: 'T1' })).ok, false);
      assert.deepEqual((await it.change([], 'a person')).ok, false);
      await it.start('Build it');
      await assert.rejects(it.start('Another'), input);
      await assert.rejects(it.open('m-1'), input);
      await it.stop('a person');
      assert.equal(it.mission?.end?.reason.startsWith('stopped by a person'), true);
    });
  });

  it('is let go of and adopted at any moment: nothing is prompted twice and everything is sealed', async () => {
    for (const after of [0, 3, 8, 15, 25, 40, 70, 120]) {
      await onBench({ latencyMs: () => 20 }, async ({ folder, server }) => {
        const first = folder();
        const id = await first.start('Build it');
        await sleep(after);
        await first.detach();
        const prompts = server.backend.prompts.length;
        await sleep(60);
        assert.equal(server.backend.prompts.length, prompts, 'nothing is prompted after it let go');
        assert.equal(server.ended, 0);
        const second = folder();
        assert.equal(await second.unfinished(), id);
        assert.equal(await second.resume(id, { adopt: true }), id);
        const state = await ended(second, 'sealed');
        assert.deepEqual(server.backend.violations, [], `after ${String(after)} ms`);
        const sent = server.backend.prompts.map((prompt) => prompt.message);
        assert.equal(new Set(sent).size, sent.length);
        for (const todo of state.todos.values()) assert.equal(todo.attempts, 1);
        assert.deepEqual(fold(second.records), state);
        await assert.rejects(second.resume(id, { adopt: true }), input);
      });
    }
  });

  it('a second window watches, and goes on with the mission when that one is closed', async () => {
    await onBench({ latencyMs: () => 150 }, async ({ folder }) => {
      const first = folder();
      const second = folder();
      await first.start('Build it');
      await second.look();
      await untilIn(second, (state, mode) => mode === 'watches' && state?.turns.size === 1);
      await assert.rejects(second.start('Another'), /driven here by process/);
      await untilIn(second, (_state, mode) => mode === 'watches');
      assert.equal(await second.unfinished(), undefined);
      await first.detach();
      await untilIn(second, (_state, mode) => mode === 'drives');
      await ended(second, 'sealed');
      assert.deepEqual(fold(second.records), second.mission);
      assert.equal(ofType(second.records, 'mission.resumed').filter((fact) => fact.adopted).length, 1);
    });
  });

  it('a driver that is replaced while it works prompts nothing more, ends no server, and watches (P9)', async () => {
    for (const after of [0, 10, 25, 45, 70, 110]) {
      await onBench({ latencyMs: () => 20 }, async ({ folder, server, directory }) => {
        const first = folder();
        const id = await first.start('Build it');
        await sleep(after);
        const seen = await seeLock(lockPath(directory));
        const second = folder();
        await second.resume(id, { adopt: true, frozen: seen?.sight });
        const atOnce = server.ended;
        await untilIn(first, (_, mode) => mode === 'watches' || mode === 'over');
        const state = await ended(second, 'sealed');
        await ended(first, 'sealed');
        assert.equal(atOnce, 0);
        assert.equal(server.ended, 1, `after ${String(after)} ms`);
        const sent = server.backend.prompts.map((prompt) => prompt.message);
        assert.equal(new Set(sent).size, sent.length);
        for (const todo of state.todos.values()) assert.equal(todo.attempts, 1);
        assert.deepEqual((await readMission(directory, id)).state, state);
        assert.deepEqual(fold(first.records), state);
      });
    }
  });

  it('pauses and goes on; a note and an answer reach the Commander', async () => {
    const asked = { summary: 'ask', actions: [{ type: 'ask', question: 'Tabs?', options: ['yes'] }] };
    const agent = ({ role, text }: { role: string; text: string }) =>
      role === 'commander' && !text.includes('Tabs?') ? answer(asked) : undefined;
    await onBench({ agent }, async ({ folder, server }) => {
      const it = folder();
      await it.start('Build it');
      const ask = await untilIn(it, (state) => [...(state?.asks.values() ?? [])][0]);
      assert.equal(it.mission && phase(it.mission), 'waiting');
      await it.pause('a person');
      await untilIn(it, (state) => state?.paused);
      await it.reply(ask.id, { type: 'commander', answer: 'Spaces.' });
      await it.note('And quickly.');
      await sleep(100);
      assert.equal(server.backend.prompts.length, 1, 'nothing is prompted while it is paused');
      await it.unpause('a person');
      await ended(it, 'sealed');
      assert.match(server.backend.prompts[1]?.text ?? '', /Tabs\?.*Spaces\.[\s\S]*And quickly\./);
    });
  });

  it('an answer that OpenCode did not take leaves the ask open; once it has, another one does no harm', async () => {
    let away: Error | undefined;
    const faults = { call: (name: string) => (name === 'replyPermission' ? away : undefined) };
    const agent = ({ role, order }: { role: string; order: { todo?: string | undefined } }) =>
      role === 'worker' && order.todo === 'T1'
        ? ({
            do: 'ask',
            title: 'bash: make',
            rejected: answer({ status: 'done', summary: 'did it', files: [] }),
          } as const)
        : undefined;
    await onBench({ agent, faults }, async ({ folder, server }) => {
      const it = folder();
      await it.start('Build it');
      const ask = await untilIn(it, (state) => [...(state?.asks.values() ?? [])][0]);
      assert.deepEqual(ask.permission, { name: 'bash', patterns: ['make'], always: ['make *'] });
      away = new OpenCodeError('unreachable', 'OpenCode does not answer.');
      const unanswered = (error: unknown) => error instanceof HostError && error.kind === 'unanswered';
      await assert.rejects(it.reply(ask.id, { type: 'permission', reply: 'once' }), unanswered);
      await assert.rejects(it.reply(ask.id, { type: 'question', answers: [['yes']] }), input);
      assert.ok(it.mission?.asks.has(ask.id));
      away = undefined;
      const reply = { type: 'permission', reply: 'reject', message: 'Not on my machine.' } as const;
      await Promise.all([it.reply(ask.id, reply), it.reply(ask.id, reply)]);
      await it.reply(ask.id, reply);
      await it.reply('nobody', reply);
      await ended(it, 'sealed');
      assert.deepEqual(server.backend.answers, [{ ask: ask.id, reply: 'reject', message: 'Not on my machine.' }]);
      assert.equal(ofType(it.records, 'ask.closed').length, 1);
    });
  });

  it('says since when its server does not answer', async () => {
    await onBench({ latencyMs: () => 100 }, async ({ folder, server }) => {
      const it = folder();
      await it.start('Build it');
      await untilIn(it, (state) => (state?.turns.size ?? 0) > 0);
      await sleep(30);
      server.backend.crash();
      assert.ok(Math.abs(Date.now() - (it.lostContactSince ?? 0)) < 1_000);
      server.backend.restart();
      assert.equal(it.lostContactSince, undefined);
      await ended(it, 'sealed');
    });
  });

  it('shows what is on record: the mission written last, an earlier one, none', async () => {
    await onBench({}, async ({ folder, directory }) => {
      const it = folder();
      await it.look();
      assert.deepEqual([it.mode, it.mission, it.records.length], ['none', undefined, 0]);
      const first = await it.start('The first');
      await ended(it, 'sealed');
      const second = await it.start('The second');
      await ended(it, 'sealed');
      const other = folder();
      await other.look();
      assert.deepEqual([other.mode, other.mission?.mission], ['over', second]);
      await other.open(first);
      assert.equal(other.mission?.text, 'The first');
      assert.deepEqual(fold(other.records), other.mission);
      assert.deepEqual((await other.missions()).map(({ state }) => state.mission).sort(), [first, second].sort());
      await assert.rejects(other.open('m-nobody'), /no mission m-nobody/);
      await assert.rejects(other.open('../../etc'), input);
      assert.equal(await other.unfinished(), undefined);
      assert.equal(await other.resume(first), first);
      assert.equal((await readMission(directory, first)).state.end?.state, 'sealed');
    });
  });

  it('a journal that cannot be written breaks the mission off, and says so', async () => {
    await onBench({ latencyMs: () => 100 }, async ({ folder, directory, log }) => {
      const it = folder();
      await it.start('Build it');
      const { rm } = await import('node:fs/promises');
      await rm(`${directory}/.opencode/orchestrator/lock`);
      await untilIn(it, (_state, mode) => mode === 'over');
      assert.ok(it.trouble, 'there is a reason');
      assert.ok(log.includes(it.trouble));
    });
  });

  it('a server that is away costs nothing but time', async () => {
    let calls = 0;
    const faults = { call: () => ((calls += 1) % 7 === 0 ? unreachable() : undefined) };
    await onBench({ faults }, async ({ folder }) => {
      const it = folder();
      await it.start('Build it');
      await ended(it, 'sealed');
    });
  });
});
