import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transcript } from '../../../src/opencode/transcript';
import { TranscriptFeed, type TranscriptSource } from '../../../src/opencode/transcriptFeed';
import { cut } from '../../../src/opencode/transcriptEntries';
import events from './fixtures/events.json';
import recorded from './fixtures/messages.json';

const session = events.delta.properties.sessionID;
const directory = '/home/person/repo';

/** A feed of a session, and what it told last. */
function feedOf(over: Partial<TranscriptSource> = {}) {
  const told: Transcript[] = [];
  const source = { session, directory, read: () => Promise.resolve([]), isBusy: () => Promise.resolve(false), ...over };
  const feed = new TranscriptFeed(source, (transcript) => told.push(transcript));
  const take = (event: { type: string; properties: unknown }) => {
    feed.take(event.type, event.properties);
  };
  const last = async (): Promise<Transcript> => {
    await sleep(300);
    assert.ok(told.length > 0);
    return told.at(-1)!;
  };
  return { feed, take, told, last };
}

describe('a transcript that follows its session', () => {
  it('is built from the events alone, in the order of the messages, whatever order they come in', async () => {
    const { take, last, feed } = feedOf();
    const mine = [events.userMessage, events.userText, events.stepMessage, events.delta, events.bashCompleted];
    for (const event of [...mine.toReversed(), events.writeRefused, events.busy]) take(event);
    const { entries, total, busy } = await last();
    feed.end();
    assert.deepEqual(
      entries.map(({ kind, text }) => [kind, text]),
      [
        ['prompt', 'scope: todo T1\nDo it.'],
        ['text', 'First the file.'],
        ['tool', 'src/b.ts'],
        ['tool', 'echo hi; exit 3'],
      ],
    );
    assert.deepEqual([total, busy], [4, true]);
    const [, , refused, ran] = entries;
    assert.deepEqual([ran?.exit, ran?.durationMs], [3, 338]);
    assert.equal(refused?.status, 'error');
    assert.match(refused.output ?? '', /is not a file of this TODO/);
  });

  it('tells nothing of other sessions, nothing before there is news, nothing after its end', async () => {
    const { take, feed, told } = feedOf();
    take(events.permissionAsked);
    take({ type: 'message.part.delta', properties: { ...events.delta.properties, sessionID: 'ses_other' } });
    await sleep(300);
    assert.deepEqual(told, []);
    take(events.delta);
    feed.end();
    await sleep(300);
    assert.deepEqual(told, []);
  });

  it('keeps what it heard while it read, and says when it cannot read', async () => {
    let answer: (messages: unknown[]) => void = () => undefined;
    const slow = feedOf({ read: () => new Promise((resolve) => (answer = resolve)) });
    slow.feed.reread();
    slow.take(events.delta);
    const part = {
      id: events.delta.properties.partID,
      messageID: events.delta.properties.messageID,
      sessionID: session,
    };
    answer([{ info: events.stepMessage.properties.info, parts: [{ ...part, type: 'text', text: '' }] }]);
    assert.equal((await slow.last()).entries[0]?.text, 'First the file.');
    slow.feed.end();
    const broken = feedOf({ read: () => Promise.reject(new Error('It is away.')) });
    broken.feed.reread();
    assert.match((await broken.last()).error ?? '', /cannot be read: It is away\./);
    broken.feed.end();
  });

  it('a text that grows is cut like one that is whole, and at most four times a second something is told', async () => {
    const { take, last, told, feed } = feedOf();
    const delta = { ...events.delta.properties, delta: 'x'.repeat(7_000) };
    for (let round = 0; round < 10; round += 1) {
      take({ type: 'message.part.delta', properties: delta });
      await sleep(30);
    }
    assert.equal((await last()).entries[0]?.text, cut('x'.repeat(70_000)));
    assert.ok(told.length <= 4, String(told.length));
    feed.end();
  });

  it('reads every recorded session, and bears any nonsense', async () => {
    for (const messages of Object.values(recorded) as unknown[]) {
      if (!Array.isArray(messages)) continue;
      const { feed, last } = feedOf({
        read: () => Promise.resolve([...(messages as unknown[]), null, 7, { info: {} }]),
      });
      feed.reread();
      const { entries, error } = await last();
      feed.end();
      assert.equal(error, undefined);
      for (const entry of entries) assert.ok(entry.text.length < 20_100 && entry.id !== '');
    }
    const { take, feed } = feedOf();
    for (const type of ['message.part.updated', 'message.part.delta', 'message.updated', 'session.status'])
      for (const properties of [undefined, null, 7, {}, { sessionID: session }, { sessionID: session, part: 7 }])
        take({ type, properties });
    feed.end();
  });
});
