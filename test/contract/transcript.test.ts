import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transcript } from '../../src/opencode/transcript';
import { ended, newMessage, orderFor, play, promptFor, until, useWorld } from './world';

const report = { status: 'done', summary: 'T1: done.', files: ['src/a.ts'] };
const steps = [
  { say: 'First the file.', write: { file: 'src/a.ts', content: 'a\nb\nc\n' } },
  { edit: { file: 'src/a.ts', old: 'b', new: 'B\nB2' } },
  { bash: 'echo hi; exit 3' },
  { say: { text: 'word ', times: 6_000 }, bash: 'true' },
];
const answer = 'Word after word, until it is enough. '.repeat(25).trim();

describe('the transcript of a session on OpenCode', function () {
  this.timeout(180_000);
  const world = useWorld();

  it('has the prompt, the words and the tools with their results, the same live and when it is read later', async () => {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps, report } } });
    rmSync(path.join(world().place.workspace, 'src', 'a.ts'), { force: true }); // another suite’s
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const told: { at: number; transcript: Transcript }[] = [];
    const forget = backend.watchTranscript(session, (transcript) => told.push({ at: Date.now(), transcript }));
    const message = newMessage();
    await backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    await ended(backend, session, message);
    const live = await until(() => {
      const last = told.at(-1)?.transcript;
      return last?.busy === false && last.entries.some((entry) => entry.tool === 'mission_report') && last;
    });
    forget();
    const lastedMs = (told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0);
    assert.ok(told.length - 1 <= Math.ceil(lastedMs / 240), `at most four a second: ${told.length} in ${lastedMs} ms`);
    assert.ok(told.some(({ transcript }) => transcript.busy));

    const later = await read(session);
    assert.deepEqual(later.entries, live.entries);
    const [prompt, said, write, edit, bash, long, , reported] = later.entries;
    assert.deepEqual([prompt?.kind, prompt?.text], ['prompt', promptFor(order)]);
    assert.deepEqual([said?.kind, said?.text], ['text', 'First the file.']);
    assert.deepEqual([write?.tool, write?.text, write?.status, write?.added], ['write', 'src/a.ts', 'completed', 3]);
    assert.deepEqual([edit?.tool, edit?.added, edit?.removed], ['edit', 2, 1]);
    assert.deepEqual([bash?.text, bash?.exit, bash?.output], ['echo hi; exit 3', 3, 'hi\n\nexit code: 3']);
    assert.ok((bash?.durationMs ?? -1) >= 0 && (bash?.at ?? 0) > 1e12);
    assert.match(long?.text ?? '', /^(word ){4000}\n… 10,000 more characters$/);
    assert.deepEqual([reported?.tool, reported?.text], ['mission_report', 'T1: done.']);
    assert.equal(later.total, later.entries.length);
  });

  it('grows while a chat answers; who comes late sees the rest of a text and then all of it', async () => {
    const { backend, model } = world();
    model.play({ chat: answer, tokensPerSecond: 15, chunkChars: 10 });
    const session = await backend.openChat('m-contract');
    const lengths: number[] = [];
    const forget = backend.watchTranscript(session, ({ entries }) => lengths.push(entries[1]?.text.length ?? 0));
    await backend.promptChat(session, newMessage(), 'What is this?');
    await until(() => lengths.some((length) => length > 20));
    await sleep(1_000);
    const late: Transcript[] = [];
    const forgetLate = backend.watchTranscript(session, (transcript) => late.push(transcript));
    await until(() => late.at(-1)?.entries[1]?.text === answer && late.at(-1)?.busy === false);
    forget();
    forgetLate();
    assert.ok(new Set(lengths).size >= 3, lengths.join(' '));
    assert.ok(late.some(({ entries }) => entries[1]?.text.startsWith('… ')));
    assert.deepEqual([...(model.callsOf({ session })[0]?.tools ?? [])].sort(), ['glob', 'grep', 'read']);
  });

  it('says an error in one sentence, and none for a turn that was ended', async () => {
    const { backend, model } = world();
    model.play({ faults: [{ status: 400, message: 'No.' }] });
    const { session } = await play(backend, orderFor('worker'));
    const failed = await read(session);
    assert.deepEqual(
      failed.entries.map(({ kind }) => kind),
      ['prompt', 'error'],
    );
    assert.match(failed.entries[1]?.text ?? '', /provider refused the request/);
    model.play({ faults: [{ hang: true }] });
    const order = orderFor('worker');
    const hung = await backend.openSession(order);
    await backend.prompt({ session: hung, message: newMessage(), role: 'worker', model: '', text: promptFor(order) });
    await until(() => model.turnsOf({ session: hung }).length === 1);
    await backend.abort(hung);
    await until(async () => !(await backend.busySessions()).has(hung));
    assert.deepEqual(
      (await read(hung)).entries.map(({ kind }) => kind),
      ['prompt'],
    );
    assert.match((await read('ses_nobody')).error ?? '', /cannot be read/);
  });

  function read(session: string): Promise<Transcript> {
    return new Promise((resolve) => {
      const forget = world().backend.watchTranscript(session, (transcript) => {
        forget();
        resolve(transcript);
      });
    });
  }
});
