import assert from 'node:assert/strict';
import type { Signal } from '../../../src/runtime/ports';
import { liveNews } from '../../../src/vscode/news';
import { begins, todo, world } from './missions';

const session = 'ses_T1';

describe('the news of agents', () => {
  const at = 5_000_000;

  it('has headline, last event and the usage of the turn in flight, each message once', () => {
    const { state, add } = world([todo('T1')]);
    add(...begins('T1', 't2'));
    const news = liveNews();
    const hear = (signal: Signal) => news.heard(signal, state, at);
    hear({ type: 'activity', session, headline: 'edits src/a.ts' });
    hear({ type: 'usage', session, message: 'msg_t3', tokens: 100, cost: 0.1 });
    hear({ type: 'usage', session, message: 'msg_t3', tokens: 150, cost: 0.2 });
    hear({ type: 'usage', session, message: 'msg_t4', tokens: 50, cost: 0.1, model: 'zai/glm-4.6' });
    hear({ type: 'usage', session, message: 'msg_a', tokens: 9_999, cost: 9 });
    const said = news.agents.get(session);
    assert.equal(said?.headline, 'edits src/a.ts');
    assert.equal(said.lastEventAt, at);
    assert.equal(said.tokens, 200);
    assert.equal(said.model, 'zai/glm-4.6');
    assert.ok(Math.abs((said.cost ?? 0) - 0.3) < 1e-9);
  });

  it('waits for the provider until something moves again', () => {
    const { state, add } = world([todo('T1')]);
    add(...begins('T1', 't2'));
    const news = liveNews();
    news.heard({ type: 'retrying', session, until: at + 1_000, sentence: 'slow down' }, state, at);
    assert.equal(news.agents.get(session)?.retryUntil, at + 1_000);
    news.heard({ type: 'usage', session, message: 'msg_t3', tokens: 1, cost: 0 }, state, at);
    assert.equal(news.agents.get(session)?.retryUntil, at + 1_000);
    news.heard({ type: 'activity', session }, state, at);
    assert.equal(news.agents.get(session)?.retryUntil, undefined);
  });

  it('ignores sessions that are not ours and forgets those that ended', () => {
    const { state, add } = world([todo('T1')]);
    add(...begins('T1', 't2'));
    const news = liveNews();
    assert.equal(news.heard({ type: 'activity', session: 'ses_other', headline: 'x' }, state, at), undefined);
    news.heard({ type: 'activity', session, headline: 'x' }, state, at);
    const ended = add({ type: 'turn.ended', turn: 't2', tokens: 5, cost: 0 });
    assert.deepEqual(news.recorded(ended, state), [session]);
    assert.equal(news.agents.size, 0);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 500 }, (_, nth) => `T${String(nth)}`);
    const { state, add } = world(many.map((id) => todo(id)));
    many.forEach((id, nth) => add(...begins(id, `t${String(nth + 2)}`)));
    const news = liveNews();
    for (const id of many)
      news.heard({ type: 'activity', session: `ses_${id}`, headline: 'y'.repeat(10_000) }, state, at);
    assert.equal(news.agents.size, 400);
    assert.ok([...news.agents.values()].every(({ headline }) => headline.length <= 300));
  });
});
