import assert from 'node:assert/strict';
import * as z from 'zod';
import { recordedRuns, turnRecord } from '../../../src/opencode/turnRecord';
import { messageSchema, type WireMessage } from '../../../src/opencode/wire';
import recorded from './fixtures/messages.json';

/** Sessions as OpenCode 1.18.33 recorded them. */
const messages = (name: keyof typeof recorded): WireMessage[] => z.array(messageSchema).parse(recorded[name]);
const promptOf = (list: readonly WireMessage[]): string => list[0]?.info.id ?? '';
const turn = (name: keyof typeof recorded) => turnRecord(messages(name), promptOf(messages(name)));
const report = { status: 'done', summary: 'T1: done.', files: ['src/a.ts'] };
const folder = '/home/person/repo';

describe('a turn read from its session’s messages', () => {
  it('answered: the last completed call of a tool of ours, whatever was refused before', () => {
    const record = turn('worker');
    assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
    assert.deepEqual([record.sent, record.complete, record.error], [true, true, undefined]);
  });

  it('adds up what all its messages used', () => {
    const list = messages('worker');
    const sum = (pick: (message: WireMessage) => number) => list.reduce((total, message) => total + pick(message), 0);
    const tokens = sum(({ info }) => (info.tokens ? info.tokens.input + info.tokens.output : 0));
    const { tokens: counted, cost } = turn('worker');
    assert.ok(tokens > 30_000);
    assert.equal(counted, tokens);
    assert.ok(Math.abs(cost - sum(({ info }) => info.cost ?? 0)) < 1e-9 && cost > 0);
  });

  it('counts cached and reasoning tokens, too', () => {
    const tokens = { input: 1, output: 20, reasoning: 300, cache: { read: 4_000, write: 50_000 } };
    const list = z.array(messageSchema).parse([
      { info: { id: 'msg_1', sessionID: 's', role: 'user', time: {} }, parts: [] },
      { info: { id: 'msg_2', sessionID: 's', role: 'assistant', time: { completed: 1 }, tokens }, parts: [] },
    ]);
    assert.equal(turnRecord(list, 'msg_1').tokens, 54_321);
  });

  it('ended in words: complete, with the words and no answer', () => {
    const record = turn('prose');
    assert.deepEqual([record.sent, record.complete, record.answer], [true, true, undefined]);
    assert.equal(record.prose, 'All done, I think.');
  });

  it('failed: the error, not complete', () => {
    const record = turn('401');
    assert.equal(record.error?.kind, 'auth');
    assert.deepEqual([record.sent, record.complete, record.answer], [true, false, undefined]);
  });

  it('aborted at work: not complete, no answer', () => {
    const record = turn('abort');
    assert.equal(record.error?.kind, 'aborted');
    assert.deepEqual([record.sent, record.complete, record.answer], [true, false, undefined]);
  });

  it('ended by us after its answer: the answer stands, beside the empty aborted message', () => {
    const record = turn('settled');
    assert.deepEqual(record.answer?.tool, 'mission_report');
    assert.equal(record.error?.kind, 'aborted');
  });

  it('its server killed: neither complete nor failed', () => {
    const record = turn('killed');
    assert.deepEqual([record.sent, record.complete, record.answer, record.error], [true, false, undefined, undefined]);
  });

  it('compacted on the way: what follows the prompt belongs to it by its place, not by its parent', () => {
    const record = turn('overflow');
    assert.equal(record.answer?.tool, 'mission_report');
    assert.deepEqual([record.complete, record.error], [true, undefined]);
  });

  it('a summary that OpenCode made for itself is not the agent’s prose', () => {
    const list = messages('overflow');
    const summary = list.find(({ info }) => info['summary'] === true);
    assert.match(JSON.stringify(summary?.parts), /only this to say/);
    assert.doesNotMatch(turn('overflow').prose, /only this to say/);
  });

  it('never sent: nothing of another prompt is taken for it', () => {
    const none = { sent: false, complete: false, prose: '', tokens: 0, cost: 0 };
    assert.deepEqual(turnRecord([], 'msg_x'), none);
    assert.deepEqual(turnRecord(messages('worker'), 'msg_x'), none);
  });

  it('sent and nothing more', () => {
    const list = messages('worker').slice(0, 1);
    const { sent, complete, answer, error, prose, tokens } = turnRecord(list, promptOf(list));
    assert.deepEqual(
      { sent, complete, answer, error, prose, tokens },
      {
        ...{ sent: true, complete: false, answer: undefined, error: undefined, prose: '', tokens: 0 },
      },
    );
  });

  it('an earlier turn of the session gives no answer to a later prompt', () => {
    const list = [...messages('settled'), ...messages('killed')];
    const later = turnRecord(list, promptOf(messages('killed')));
    assert.equal(later.answer, undefined);
    assert.equal(later.error, undefined);
  });

  it('a report that was refused, or runs yet, is no answer', () => {
    for (const status of ['error', 'running', 'pending']) {
      const list = structuredClone(messages('settled'));
      for (const part of list.flatMap(({ parts }) => parts)) {
        if (part.type === 'tool') Object.assign(part['state'] as object, { status });
      }
      assert.equal(turnRecord(list, promptOf(list)).answer, undefined, status);
    }
  });

  it('of two reports the later one counts', () => {
    const list = [...messages('settled'), ...structuredClone(messages('settled').slice(1))];
    for (const part of list.slice(3).flatMap(({ parts }) => parts)) {
      if (part.type === 'tool') Object.assign(part['state'] as object, { input: { ...report, summary: 'Once more.' } });
    }
    assert.deepEqual(turnRecord(list, promptOf(list)).answer?.input, { ...report, summary: 'Once more.' });
  });

  it('parts of a kind that nobody knows are passed over', () => {
    const list = structuredClone(messages('worker'));
    list[1]?.parts.push({ type: 'hologram', text: 5 }, { type: 'text' }, { type: 'tool', tool: 'mission_report' });
    assert.deepEqual(turnRecord(list, promptOf(list)), turn('worker'));
  });
});

describe('shell runs read from a session’s messages', () => {
  it('each completed one, in order, with the recorded exit code and where it ran', () => {
    const runs = recordedRuns(messages('worker'), folder);
    assert.deepEqual(
      runs.map(({ command, exit, inWorkspace }) => [command, exit, inWorkspace]),
      [
        ['echo hi; exit 3', 3, true],
        ['true', 0, false],
        ['sleep 9', null, true],
      ],
    );
    assert.equal(runs[0]?.callID, 'call_s2_3');
    assert.equal(runs[0].session, messages('worker')[0]?.info.sessionID);
  });

  it('an aborted run has no exit code', () => {
    assert.deepEqual(
      recordedRuns(messages('abort'), folder).map(({ exit }) => exit),
      [null],
    );
  });

  /** One bash part as it could be recorded. */
  const runs = (state: Record<string, unknown>, tool = 'bash') =>
    recordedRuns(
      z.array(messageSchema).parse([
        {
          info: { id: 'msg_1', sessionID: 's', role: 'assistant', time: {} },
          parts: [{ type: 'tool', sessionID: 's', callID: 'c', tool, state: { status: 'completed', ...state } }],
        },
      ]),
      folder,
    );
  const input = { command: 'true' };

  it('only completed runs of bash with a command count', () => {
    assert.equal(runs({ input, metadata: { exit: 0 } }).length, 1);
    assert.deepEqual(runs({ input, metadata: { exit: 0 }, status: 'running' }), []);
    assert.deepEqual(runs({ input, metadata: { exit: 0 }, status: 'error' }), []);
    assert.deepEqual(runs({ input: {}, metadata: { exit: 0 } }), []);
    assert.deepEqual(runs({ input, metadata: { exit: 0 } }, 'sh'), []);
  });

  it('an exit code that is missing or no number is none, never 0', () => {
    for (const metadata of [undefined, null, {}, { exit: null }, { exit: '0' }, { exit: false }, { code: 0 }, 0]) {
      assert.deepEqual(
        runs({ input, metadata }).map(({ exit }) => exit),
        [null],
        JSON.stringify(metadata),
      );
    }
  });

  it('a working directory counts as the workspace folder if it is that folder, however it is written', () => {
    const where = (workdir: string) => runs({ input: { ...input, workdir }, metadata: { exit: 0 } })[0]?.inWorkspace;
    for (const workdir of [folder, `${folder}/`, '.', './', 'src/..', '']) assert.equal(where(workdir), true, workdir);
    for (const workdir of ['src', '..', '/', '/home/person', `${folder}2`])
      assert.equal(where(workdir), false, workdir);
  });
});
