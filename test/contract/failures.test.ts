import assert from 'node:assert/strict';
import type { Fault } from '../support/model/scenario';
import { wrongs } from '../support/model/faults';
import { newMessage, orderFor, promptFor, until, useWorld } from './world';

/** What the failure policies rely on of OpenCode: it has no brake of its own in any of these. */
describe('failures as OpenCode tells them', function () {
  this.timeout(120_000);
  const world = useWorld();

  /** Prompts a worker whose model always fails so, waits until something is seen, and ends the turn. */
  async function failing(fault: Partial<Fault>, seen: (session: string) => boolean): Promise<string> {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: [] } }, chat: 'A summary.', faults: [{ role: 'worker', ...fault }] });
    const order = orderFor('worker');
    const session = await backend.openSession(order);
    const prompt = { session, message: newMessage(), role: 'worker', model: '', text: promptFor(order) } as const;
    await backend.prompt(prompt);
    await until(() => seen(session));
    await backend.abort(session);
    await until(async () => !(await backend.busySessions()).has(session));
    return session;
  }
  const retries = (session: string) => world().signals.of('retrying', session);
  const calls = (session: string) => world().model.callsOf({ session, role: 'worker' });

  it('a provider that asks to wait is told at once, with its time and the number of the failure, and the wait can be ended', async () => {
    const begun = Date.now();
    const headers = { 'retry-after': '120' };
    const session = await failing({ ...wrongs.overloaded, headers }, (one) => retries(one).length > 0);
    const [retry] = retries(session);
    assert.ok(retry && retry.until >= begun + 119_000 && retry.until < Date.now() + 121_000, String(retry?.until));
    assert.match(retry.sentence, /overloaded/i);
    assert.deepEqual([retry.attempt, calls(session).length], [1, 1]);
  });

  it('a time that makes no sense is OpenCode’s own, and a second failure has the next number', async () => {
    const headers = { 'retry-after': 'abc' };
    const session = await failing({ status: 429, headers }, (one) => retries(one).length > 1);
    assert.deepEqual(
      retries(session).map(({ attempt }) => attempt),
      [1, 2],
    );
    for (const { until: next } of retries(session)) assert.ok(next - Date.now() < 20_000);
  });

  it('a stream that is cut is retried in the same way', async () => {
    const session = await failing({ cut: true }, (one) => retries(one).length > 0);
    assert.match(retries(session)[0]?.sentence ?? '', /connect|closed/i);
  });

  it('garbage with status 200 is asked for again and again, step by empty step', async () => {
    const { signals } = world();
    const empty = (session: string) => signals.of('stepped', session).filter((step) => step.empty);
    const session = await failing(wrongs.garbage, (one) => empty(one).length >= 5);
    assert.deepEqual(
      signals.of('failed', session).filter(({ failure }) => failure.kind !== 'aborted'),
      [],
    );
  });

  it('a context that stays full is compacted again and again', async () => {
    const { signals } = world();
    const full = (session: string) =>
      signals.of('failed', session).filter(({ failure }) => failure.kind === 'overflow');
    const session = await failing(wrongs.full, (one) => full(one).length >= 2);
    assert.ok(calls(session).length >= 2);
  });

  for (const [name, fault, missing] of [
    ['a tool that is not there', wrongs.missingTool, true],
    ['a call that fails', wrongs.sameError, false],
  ] as const) {
    it(`${name} is called again and again, and has the same marks each time`, async () => {
      const { signals } = world();
      const ended = (session: string) => signals.of('tool', session).flatMap((call) => call.ended ?? []);
      const session = await failing(fault, (one) => ended(one).length >= 4);
      const [first, ...others] = ended(session).slice(0, 4);
      assert.ok(first);
      assert.deepEqual([first.name, first.missing, first.failed], [fault.repeat.tool, missing, !missing]);
      for (const other of others) assert.deepEqual(other, first);
    });
  }
});
