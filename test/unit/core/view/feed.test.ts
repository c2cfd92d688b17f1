import assert from 'node:assert/strict';
import { extendFeed, feedItemSchema, feedLength, foldFeed, type FeedItem } from '../../../../src/core/view/feed';
import { feedItem, rateLimitItem } from '../../../../src/core/view/feedItem';
import { runningMission, Told, tokensMission } from '../../cli/viewMission';
import { assertPlain, evil, momentOf, utcClock } from './moments';

const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };

describe('core/view/feed', () => {
  const texts = (told: Told) => told.feed.map((item) => item.text);
  const last = (told: Told): FeedItem => told.feed.at(-1)!;

  it('tells a mission in the words of the design', () => {
    const told = tokensMission();
    assert.deepEqual(texts(told), [
      'The mission began',
      'The Planner began',
      'Plan accepted: 12 TODOs, 8 may run side by side',
      'T1 began',
      'T1 done (verified)',
      'T2 began',
      'T2 done (verified)',
      'T3 began',
      'T3 done (unverified): it has no check',
      'T6 began',
      'Review of T6 failed with 1 issue, back to a worker: attempt 2 of 4',
    ]);
    assert.deepEqual(
      told.feed.flatMap((item) => item.action ?? []).map(({ label, act }) => `${label}: ${act.type}`),
      [
        'Open Plan: openTodoFile',
        'Open Proof: openTranscript',
        'Open Proof: openTranscript',
        'Add Check: addCheck',
        'Open Issue: openIssues',
      ],
    );
    assert.deepEqual(
      told.feed.map((item) => item.kind).join(' '),
      'info info good info good info good info note info bad',
    );
  });

  it('says when a note waits and when it was delivered', () => {
    const told = tokensMission();
    told.fact({ type: 'note.added', text: 'Keep the old cookie readable for one release.' });
    assert.equal(
      last(told).text,
      'Your note waits for the Commander’s turn 2: “Keep the old cookie readable for one release.”',
    );
    told.begin('commander');
    assert.equal(last(told).text, 'Your note was delivered with the Commander’s turn 2');
    assert.equal(last(told).icon, 'noteDelivered');
  });

  it('says who waits for the person, and for what', () => {
    const told = runningMission();
    assert.equal(last(told).text, 'T7 waits for your permission: npm install jose@5');
    const session = told.state.turns.get(told.state.turnOf.get('T5')!)!.session!;
    const permission = { name: 'bash', patterns: ['npm install jose@5'], always: ['npm install *'] };
    told.fact({ type: 'ask.opened', ask: 'p', kind: 'permission', session, title: 'bash: npm…', permission });
    assert.equal(last(told).text, 'T5 waits for your permission to run npm install jose@5');
    assert.deepEqual([last(told).kind, last(told).code, last(told).todo], ['needsYou', 'npm install jose@5', 'T5']);
    told.fact({ type: 'ask.closed', ask: 'p', reply: 'always' });
    assert.equal(last(told).text, 'You allowed it for this mission');
    told.fact({ type: 'ask.opened', ask: 'q', kind: 'question', session, title: 'Which port?' });
    assert.equal(last(told).text, 'T5 asks: “Which port?”');
  });

  it('tells a stop, a pause and each end', () => {
    const told = new Told('Ends').plan([{ id: 'A' }]);
    told.fact({ type: 'mission.paused', by: 'person' });
    assert.equal(last(told).text, 'You paused the mission. No new turn starts');
    told.fact({ type: 'mission.unpaused', by: 'person' });
    assert.equal(last(told).text, 'You resumed the mission');
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    assert.equal(last(told).text, 'You stopped the mission. No new turn starts');
    told.ended('stopped', 'stopped by person (2 of 2 confirmed)');
    assert.equal(last(told).text, 'Stopped (2 of 2 confirmed). Nothing runs');
    assert.equal(last(new Told('x').ended('exhausted', 'Enough.')).text, 'Exhausted: Enough.');
  });

  it('names a lost attempt, and what a person edited', () => {
    const told = new Told('Lost').plan([{ id: 'A' }, { id: 'B' }]);
    told.lost(told.work('A'), 'stalled', 'over');
    assert.equal(last(told).text, 'The worker of A gave no sign of life, back to a worker: attempt 2 of 4');
    told.lost(told.work('A'), 'error', 'over', 'no credit');
    assert.equal(last(told).text, 'The worker of A met an error: no credit, back to a worker: attempt 3 of 4');
    const count = told.feed.length;
    told.lost(told.work('B'), 'stopped', 'continue');
    assert.equal(told.feed.length, count + 1, 'a turn that was stopped is no news, its beginning was');
    told.fact({ type: 'todos.edited', ...none, ticked: ['A'], cancelled: ['B'], kept: ['?'] });
    assert.equal(last(told).text, 'You ticked A, cancelled B. 1 line of todo.md could not be understood and was kept.');
    told.fact({ type: 'todos.edited', ...none });
    assert.match(last(told).text, /^You ticked A/);
  });

  it('warns of a model that is not the one that was asked for', () => {
    const told = new Told('Models', { 'models.worker': 'acme/qwen3-coder' });
    told.fact({ type: 'model.differed', role: 'worker', asked: 'acme/qwen3-coder', answered: 'other/kimi-k2' });
    assert.equal(last(told).icon, 'warning');
    assert.equal(
      last(told).text,
      'A worker asked for the model acme/qwen3-coder, and other/kimi-k2 answered: look at your opencode.json and at orchestrator.models.worker.',
    );
  });

  it('finds whose turn a record ended without having seen it begin', () => {
    const told = new Told('Late').plan([{ id: 'A' }]);
    const turn = told.work('A');
    told.now += 5_000;
    told.lost(turn, 'timeout', 'over');
    const fact = { type: 'turn.lost', turn, how: 'timeout', reason: '', next: 'over', tokens: 0, cost: 0 } as const;
    const item = feedItem(told.state, { seq: told.state.seq, at: told.now, fact });
    assert.equal(item?.text, last(told).text);
    assert.equal(item.todo, 'A');
  });

  it('makes an item of a provider’s limit', () => {
    const told = runningMission();
    const session = told.state.turns.get(told.state.turnOf.get('T9')!)!.session!;
    const item = rateLimitItem(momentOf(told), session, told.agents.get(session)!);
    assert.equal(item?.text, `T9 rate-limited until ${utcClock(told.now + 596_000)}`);
    assert.equal(rateLimitItem(momentOf(told), 'unknown', told.agents.get(session)!), undefined);
  });

  it('folds the minor items of an interval into one row', () => {
    const told = new Told('Digest');
    told.now = 60_000 * 30_000_000;
    told.plan(Array.from({ length: 11 }, (_, i) => ({ id: `T${i + 1}`, ...(i === 1 ? { check: 'true' } : {}) })));
    told.now += 60_000;
    const worker = told.work('T2');
    told.reported(worker);
    told.reviewed(told.begin('reviewer', 'T2'), 'T2', 'passed');
    for (let i = 4; i <= 11; i++) told.work(`T${i}`);
    told.lost([...told.state.turns.keys()][0]!, 'timeout', 'over');
    const [bad, digest] = foldFeed(told.feed, 60_000);
    assert.equal(bad?.type, 'item');
    assert.ok(digest?.type === 'digest');
    assert.equal(digest.label, '10 updates');
    assert.equal(digest.text, 'T2 done (verified), T2 and T4 to T11 began');
    assert.equal(digest.items[0]?.text, 'T11 began');
    assert.equal(foldFeed(told.feed, 0).length, told.feed.length);
    assert.equal(new Set(foldFeed(told.feed, 60_000).map((row) => row.key)).size, foldFeed(told.feed, 60_000).length);
  });

  it('leaves a single minor item a row of its own', () => {
    const told = new Told('One').plan([{ id: 'A' }]);
    told.now += 3_600_000;
    told.work('A');
    const [row] = foldFeed(told.feed, 60_000);
    assert.ok(row?.type === 'item');
    assert.equal(row.item.text, 'A began');
  });

  it('keeps no more than its bound', () => {
    const told = new Told('Much');
    let feed: readonly FeedItem[] = [];
    for (let i = 0; i < feedLength + 20; i++) feed = extendFeed(feed, { ...last(told), key: `k${i}` });
    assert.equal(feed.length, feedLength);
    assert.equal(feed.at(-1)?.key, `k${feedLength + 19}`);
    assert.equal(extendFeed(feed, undefined), feed);
  });

  it('lets no code of others through, and survives its way to the dashboard', () => {
    const told = new Told(evil).plan([{ id: 'A', title: evil, check: evil }]);
    const worker = told.work('A');
    told.ask(worker, 'permission', evil);
    told.ask(worker, 'question', evil);
    told.fact({ type: 'ask.closed', ask: `ask-${worker}`, reply: evil });
    told.reported(worker, 'blocked', evil);
    told.fact({ type: 'note.added', text: evil });
    told.fact({ type: 'noticed', text: evil });
    told.fact({ type: 'stop.requested', by: evil, as: 'failed', reason: evil });
    told.ended('failed', evil);
    assertPlain(told.feed);
    for (const item of [...told.feed, ...runningMission().feed]) {
      assert.deepEqual(feedItemSchema.parse(JSON.parse(JSON.stringify(item))), JSON.parse(JSON.stringify(item)));
    }
  });
});
