import assert from 'node:assert/strict';
import { ended, newMessage, orderFor, play, promptFor, useWorld } from './world';

describe('models, as OpenCode takes them', function () {
  this.timeout(120_000);
  const world = useWorld();

  it('a variant goes with the prompt, and one that the model does not have is passed over', async () => {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: [] } } });
    for (const [variant, effort] of [
      ['high', 'high'],
      ['', undefined],
      ['unknown', undefined],
    ] as const) {
      const { session } = await play(backend, orderFor('worker'), { model: 'scripted/thinker', variant });
      const calls = model.callsOf({ session });
      assert.ok(calls.length > 0);
      assert.deepEqual(
        calls.map((call) => call.effort),
        calls.map(() => effort),
        variant,
      );
    }
  });

  it('a temperature is that of the role, in our sessions alone', async () => {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: [] } }, chat: 'Hello.' });
    const { session } = await play(backend, orderFor('reviewer'));
    const calls = model.callsOf({ session });
    assert.ok(calls.length > 0);
    for (const call of calls) assert.equal(call.temperature, 0.25);
    const other = await play(backend, orderFor('worker'));
    for (const call of model.callsOf({ session: other.session })) assert.notEqual(call.temperature, 0.25);
    const { data } = await backend.client.session.create({ title: 'Mine' });
    assert.ok(data);
    await backend.client.session.prompt({ sessionID: data.id, parts: [{ type: 'text', text: 'Hello' }] });
    const own = model.callsOf({ session: data.id });
    assert.ok(own.length > 0);
    for (const call of own) assert.notEqual(call.temperature, 0.25);
  });

  it('the list of models says who calls tools, which variants there are, and how much fits in', async () => {
    const { models, standard } = await world().backend.knownModels();
    assert.equal(standard, 'scripted/scripted-1');
    assert.deepEqual(models.get('scripted/thinker'), {
      ...{ name: 'scripted/thinker', tools: true, context: 200_000 },
      variants: ['high'],
    });
    assert.equal(models.get('scripted/mute')?.tools, false);
  });

  it('the next prompt of a session may name another model, and each step tells how much of the context it used', async () => {
    const { backend, model, signals } = world();
    model.play({ todos: { T1: { steps: [] } } });
    const order = orderFor('worker');
    const { session, record } = await play(backend, order, { model: 'scripted/scripted-1' });
    assert.equal(record.model, 'scripted/scripted-1');
    const used = signals.of('usage', session).filter(({ context }) => context !== undefined);
    assert.ok(used.length > 0);
    for (const { contextLimit, context = 0 } of used) {
      assert.equal(contextLimit, 200_000);
      assert.ok(context > 100);
    }
    const message = newMessage();
    const text = promptFor(order);
    await backend.prompt({ session, message, role: 'worker', model: 'scripted/scripted-2', text });
    assert.equal((await ended(backend, session, message)).model, 'scripted/scripted-2');
  });
});
