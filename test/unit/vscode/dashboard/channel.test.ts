import assert from 'node:assert/strict';
import type { FeedItem } from '../../../../src/core/view/feed';
import { decodeState } from '../../../../src/core/mission/snapshot';
import type { HostMessage, Setup } from '../../../../src/protocol/hostMessages';
import { hostMessageSchema } from '../../../../src/protocol/hostMessages';
import { channel } from '../../../../src/vscode/dashboard/channel';
import { historyOf } from '../../../../src/vscode/dashboard/history';
import type { Scene, SceneListener } from '../../../../src/vscode/dashboard/scene';
import type { Transcript } from '../../../../src/opencode/transcript';
import { ManualClock } from '../../../support/manualClock';
import { begins, todo, world } from '../missions';

const setup: Setup = {
  folder: { key: 'a', name: 'shop' },
  ...{ folders: 1, mode: 'drives', openCode: { found: true, text: '' }, limits: [], digestMs: 0, notices: [] },
};

function talk() {
  const clock = new ManualClock();
  const mission = world([todo('T1')]);
  const feed: FeedItem[] = [...historyOf(mission.records).items];
  const listeners = new Set<SceneListener>();
  const watched = new Map<string, (transcript: Transcript) => void>();
  const scene: Scene = {
    get moment() {
      return mission.moment();
    },
    feed,
    chat: [],
    setup: () => setup,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchTranscript(session, listener) {
      watched.set(session, listener);
      return () => watched.delete(session);
    },
  };
  const sent: HostMessage[] = [];
  const view = channel(scene, {
    clock,
    log: () => undefined,
    visible: true,
    outdated: () => undefined,
    post: (message) => {
      // As it crosses the boundary.
      sent.push(hostMessageSchema.parse(JSON.parse(JSON.stringify(message))));
      return Promise.resolve(true);
    },
    say: async (text) => ({ ok: text !== 'no', sentence: text }),
    start: () => Promise.reject(new Error('The server does not answer.')),
    act: async () => ({ ok: true }),
  });
  const pass = (ms: number) => clock.until(new Promise<void>((resolve) => clock.after(ms, resolve)));
  const tell = (call: (listener: SceneListener) => void) => listeners.forEach(call);
  return { clock, mission, listeners, watched, sent, view, pass, tell };
}

describe('the talk with a dashboard', () => {
  it('begins with a snapshot that folds to the same state, and goes on with records', async () => {
    const { mission, sent, view, pass, tell } = talk();
    view.receive({ type: 'ready', version: 1 });
    await pass(100);
    const [snapshot] = sent;
    assert.ok(snapshot?.type === 'snapshot');
    assert.equal(decodeState(snapshot.state).todos.get('T1')?.title, 'Do T1');
    assert.ok(snapshot.feed.length > 0);
    const added = mission.add(...begins('T1', 't2'));
    tell((listener) => listener.recorded(added));
    await pass(500);
    const patch = sent[1];
    assert.ok(patch?.type === 'patch');
    assert.deepEqual(
      patch.records.map(({ seq }) => seq),
      added.map(({ seq }) => seq),
    );
  });

  it('answers every wish by its number, and a failure with its sentence', async () => {
    const { sent, view, pass } = talk();
    view.receive({ type: 'ready', version: 1 });
    await pass(100);
    view.receive({ type: 'say', id: 7, text: 'no' });
    view.receive({ type: 'start', id: 8, text: 'Build it' });
    await pass(10);
    assert.deepEqual(sent.slice(1), [
      { type: 'done', id: 7, ok: false, sentence: 'no' },
      { type: 'done', id: 8, ok: false, sentence: 'The server does not answer.' },
    ]);
  });

  it('follows one transcript at most four times a second, and none once it is hidden', async () => {
    const { sent, watched, view, pass } = talk();
    view.receive({ type: 'ready', version: 1 });
    await pass(100);
    view.receive({ type: 'watch', session: 'ses_1' });
    view.receive({ type: 'watch', session: 'ses_2' });
    assert.deepEqual([...watched.keys()], ['ses_2']);
    const entries = Array.from({ length: 100 }, (_, nth) => {
      return { id: String(nth), at: nth, kind: 'text' as const, text: 'x'.repeat(20_000) };
    });
    for (let nth = 0; nth < 100; nth += 1) {
      watched.get('ses_2')?.({ session: 'ses_2', entries, total: 2_000, busy: true });
      await pass(10);
    }
    const tails = sent.filter(({ type }) => type === 'transcript');
    assert.ok(tails.length >= 3 && tails.length <= 5, String(tails.length));
    for (const tail of tails) assert.ok(JSON.stringify(tail).length <= 64 * 1024);
    view.shown(false);
    assert.equal(watched.size, 0);
  });

  it('puts the focus somewhere only when the page can take it', async () => {
    const { sent, view, pass } = talk();
    view.show({ type: 'show', what: 'mission', text: 'Build it' });
    await pass(1_000);
    assert.deepEqual(sent, []);
    view.receive({ type: 'ready', version: 1 });
    await pass(1_000);
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['snapshot', 'show'],
    );
  });

  it('keeps an answer that finds the panel hidden for the page that comes then', async () => {
    const { sent, view, pass } = talk();
    view.receive({ type: 'ready', version: 1 });
    await pass(100);
    view.receive({ type: 'say', id: 7, text: 'no' });
    view.shown(false);
    await pass(5_000);
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['snapshot'],
    );
    view.shown(true);
    view.receive({ type: 'ready', version: 1 });
    await pass(1_000);
    assert.deepEqual(sent.slice(2), [{ type: 'done', id: 7, ok: false, sentence: 'no' }]);
    assert.equal(sent[1]?.type, 'snapshot');
  });

  it('lets go of everything at its end', async () => {
    const { sent, listeners, watched, view, pass } = talk();
    view.receive({ type: 'ready', version: 1 });
    view.receive({ type: 'watch', session: 'ses_1' });
    view.dispose();
    await pass(1_000);
    assert.equal(listeners.size + watched.size + sent.length, 0);
  });
});
