import assert from 'node:assert/strict';
import type { Call } from '../support/model/calls';
import { ended, mission, newMessage, orderFor, play, until, useWorld } from './world';

const block = (iteration: number): string =>
  ['Its state now:', '', '```mission-state', JSON.stringify({ mission, iteration, todos: [] }), '```', 'Decide.'].join(
    '\n',
  );
const users = (call: Call | undefined): string[] =>
  (call?.messages ?? []).filter(({ role }) => role === 'user').map(({ text }) => text);
const states = (call: Call | undefined): number => users(call).join('\n').split('```mission-state').length - 1;

describe('compaction, and what a model is told of earlier turns', function () {
  this.timeout(120_000);
  const world = useWorld();
  const decides = { summary: 'Go on', actions: [] };

  it('a Commander’s call holds the newest state alone, and its session keeps them all', async () => {
    const { backend, model } = world();
    model.play({ commander: [decides] });
    const order = orderFor('commander');
    const { session } = await play(backend, order, { text: block(1) });
    for (const iteration of [2, 3]) {
      const message = newMessage();
      await backend.prompt({ session, message, role: 'commander', model: '', text: block(iteration) });
      await ended(backend, session, message);
    }
    const calls = model.callsOf({ session });
    assert.equal(calls.length >= 3, true);
    for (const call of calls) assert.equal(states(call), 1);
    const last = users(calls.at(-1));
    assert.ok(last.at(-1)?.includes('"iteration":3'));
    assert.ok(last[0]?.includes('An older state of the mission stood here'), last[0]);
    const kept = JSON.stringify((await backend.client.session.messages({ sessionID: session })).data);
    assert.equal(kept.split('```mission-state').length - 1, 3);
  });

  it('other people’s sessions are sent as they are', async () => {
    const { backend, model } = world();
    model.play({ chat: 'Hello.' });
    const { data } = await backend.client.session.create({ title: 'Mine' });
    assert.ok(data);
    for (const iteration of [1, 2])
      await backend.client.session.prompt({ sessionID: data.id, parts: [{ type: 'text', text: block(iteration) }] });
    assert.equal(states(model.callsOf({ session: data.id }).at(-1)), 2);
  });

  it('after a compaction the Commander is told the mission and its state as they are now', async () => {
    const { backend, model } = world();
    model.play({ commander: [decides], chat: 'A summary without anything in it.' });
    const order = orderFor('commander');
    const { session } = await play(backend, order, { text: block(1) });
    await backend.client.session.summarize({ sessionID: session, providerID: 'scripted', modelID: 'scripted-1' });
    await until(async () => !(await backend.busySessions()).has(session));
    const summary = model.callsOf({ session, role: 'chat' }).at(-1);
    assert.ok(summary, 'a summary was asked for');
    const asked = users(summary).join('\n');
    assert.match(asked, /keep it in the summary word for word/);
    assert.match(asked, /"id":"T1"/);
    const message = newMessage();
    await backend.prompt({ session, message, role: 'commander', model: '', text: 'Call mission_decide now.' });
    const record = await ended(backend, session, message);
    assert.equal(record.answer?.tool, 'mission_decide');
    const call = model.callsOf({ session, role: 'commander' }).at(-1);
    assert.equal(states(call), 1);
    assert.match(users(call).at(-1) ?? '', /"id":"T1"/);
  });

  it('a worker whose context fills up is compacted, told its TODO again, and ends its turn with its tool', async () => {
    const { backend, model } = world();
    const noise = `node -e "console.log('word '.repeat(5000))"`;
    model.play({ todos: { T1: { steps: Array(12).fill({ bash: noise }) } }, chat: 'A summary.' });
    const off = model.on('call', ({ role }) => {
      if (role === 'chat') model.play({ todos: { T1: { steps: [] } }, chat: 'A summary.' });
    });
    const order = orderFor('worker');
    const text = 'scope: todo T1\ntitle: As it was\n\nDo it.';
    const { session, record } = await play(backend, order, { text, model: 'scripted/forgetful' });
    off();
    assert.ok(model.callsOf({ session, role: 'chat' }).length > 0, 'it was compacted');
    assert.equal(record.answer?.tool, 'mission_report');
    const calls = model.callsOf({ session, role: 'worker' }).map((call) => users(call).join('\n'));
    assert.doesNotMatch(calls[0] ?? '', /title: TODO T1/, 'what is told is not told twice');
    assert.doesNotMatch(calls.at(-1) ?? '', /title: As it was/);
    assert.match(calls.at(-1) ?? '', /^scope: todo T1\ntitle: TODO T1$/m);
  });
});
