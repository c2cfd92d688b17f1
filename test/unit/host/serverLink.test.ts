import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings } from '../../../src/core/mission/settings';
import type { ChatMessage } from '../../../src/host/folderTypes';
import { Chat } from '../../../src/host/chat';
import { ServerLink } from '../../../src/host/serverLink';
import type { Transcript } from '../../../src/opencode/transcript';
import { FakeServer, said } from './fakeHost';

function linkTo(server: FakeServer, { idleMs = 50, driven = false } = {}): ServerLink {
  return new ServerLink({
    parts: server.parts(idleMs),
    isDriven: () => Promise.resolve(driven),
    log: () => undefined,
    wish: (signal) =>
      Promise.resolve({
        ...{ workspace: '/w', settings: defaultSettings, env: {}, bridge: '/b' },
        log: () => undefined,
        signal,
      }),
  });
}

const newServer = () =>
  new FakeServer(
    () => undefined,
    () => 1,
  );
const empty: Transcript = { session: 'ses_1', entries: [], total: 0, busy: false };

describe('the server of a folder beside its mission', () => {
  it('is reached once for all who need it, kept while one does, and ended some time after the last', async () => {
    const server = newServer();
    const link = linkTo(server);
    const held = link.use(() => sleep(150));
    await Promise.all([link.use(() => Promise.resolve()), link.use(() => Promise.resolve())]);
    assert.deepEqual([server.reached, server.ended], [1, 0]);
    await sleep(100);
    assert.equal(server.ended, 0);
    await held;
    await sleep(100);
    assert.equal(server.ended, 1);
    await link.use(() => Promise.resolve());
    assert.equal(server.reached, 2);
    await link.close();
    assert.equal(server.ended, 2);
    await assert.rejects(
      link.use(() => Promise.resolve()),
      /closed/,
    );
  });

  it('is not ended while a mission is driven elsewhere, which may have adopted it', async () => {
    const server = newServer();
    const link = linkTo(server, { driven: true });
    await link.use(() => Promise.resolve());
    await sleep(100);
    await link.close();
    assert.equal(server.ended, 0);
  });

  it('is left to the mission that begins; whoever needs one meanwhile waits for that', async () => {
    const server = newServer();
    const link = linkTo(server);
    await link.use(() => Promise.resolve());
    await link.giveWay(defaultSettings);
    let used = false;
    const waiting = link.use(() => Promise.resolve((used = true)));
    await sleep(100);
    assert.deepEqual([used, server.ended], [false, 0]);
    link.join(server.parts().connect(await server.parts().reachServer(wish), '/w'));
    await waiting;
    link.part();
    await link.close();
    assert.equal(server.ended, 0);
    const other = linkTo(server);
    await other.use(() => Promise.resolve());
    await other.giveWay({ ...defaultSettings, 'server.url': 'http://127.0.0.1:1' });
    assert.equal(server.ended, 1, 'a mission on another server has no use for it');
    other.part();
    await other.close();
  });

  it('moves watched transcripts along, and says when no server can be had', async () => {
    const server = newServer();
    const link = linkTo(server, { idleMs: 5_000 });
    const told: Transcript[] = [];
    const forget = link.watch('ses_1', (transcript) => told.push(transcript));
    await sleep(20);
    server.tell(empty);
    await link.giveWay(defaultSettings);
    link.join(server.parts().connect(await server.parts().reachServer(wish), '/w'));
    server.tell(empty);
    assert.equal(told.length, 2, 'one watch, not two');
    forget();
    server.tell(empty);
    assert.equal(told.length, 2);
    link.part();
    server.missing = true;
    link.watch('ses_1', (transcript) => told.push(transcript));
    await sleep(20);
    assert.match(told[2]?.error ?? '', /There is no server/);
    await link.close();
  });
});

describe('Chat Mode', () => {
  const begin = () => {
    const server = newServer();
    const link = linkTo(server);
    const messages: ChatMessage[] = [];
    return { server, link, messages, chat: new Chat(link, () => 'm-1') };
  };
  /** The prompt’s message id, from what the answer is called. */
  const tell = (server: FakeServer, texts: readonly string[], busy: boolean) => {
    const id = server.prompts.at(-1) ?? '';
    server.tell(said('ses_chat0', id, texts, busy));
  };

  it('tells the answer as it grows and is done when the session rests; one answer at a time', async () => {
    const { server, link, messages, chat } = begin();
    const answer = chat.say('Hello?', (message) => messages.push(message));
    await sleep(20);
    await assert.rejects(
      chat.say('And?', () => undefined),
      /still being written/,
    );
    tell(server, ['One'], true);
    tell(server, ['One'], true);
    tell(server, ['One', 'two.'], true);
    tell(server, ['One', 'two.'], false);
    await answer;
    assert.deepEqual(
      messages.map(({ text, done }) => [text, done]),
      [
        ['One', false],
        ['One\n\ntwo.', false],
        ['One\n\ntwo.', true],
      ],
    );
    await assert.rejects(
      chat.say(' ', () => undefined),
      /empty/,
    );
    await link.close();
  });

  it('can be stopped, and says what went wrong', async () => {
    const { server, link, messages, chat } = begin();
    const first = chat.say('Hello?', (message) => messages.push(message));
    await sleep(20);
    tell(server, ['One'], true);
    chat.stop();
    await first;
    assert.deepEqual([messages.at(-1)?.text, messages.at(-1)?.done], ['One', true]);
    assert.equal(server.backend.calls.get('abort'), 1);
    const second = chat.say('Again?', (message) => messages.push(message));
    await sleep(20);
    server.tell({ ...empty, session: 'ses_chat0', error: 'It is away.' });
    await second;
    assert.deepEqual([messages.at(-1)?.done, messages.at(-1)?.error], [true, 'It is away.']);
    assert.deepEqual(server.chats, ['Hello?', 'Again?']);
    await link.close();
  });
});

const wish = {
  ...{ workspace: '/w', settings: defaultSettings, env: {}, bridge: '/b' },
  log: () => undefined,
  signal: new AbortController().signal,
};
