import assert from 'node:assert/strict';
import { instructions } from '../../src/core/agents/instructions';
import type { Role } from '../../src/core/mission/facts';
import { play, newMessage, orderFor, promptFor, toolResults, until, useWorld } from './world';

/** What the bridge adds for background commands. */
const background = ['check_background', 'kill_background', 'list_background', 'run_background'];
/** Exactly what each role’s model is offered: a tool that an update of OpenCode adds is seen here first. */
const offered: Readonly<Record<Role, readonly string[]>> = {
  commander: ['glob', 'grep', 'mission_decide', 'read', ...background].sort(),
  planner: ['glob', 'grep', 'mission_plan', 'read', 'webfetch'],
  worker: ['bash', 'edit', 'glob', 'grep', 'mission_report', 'read', 'webfetch', 'write', ...background].sort(),
  reviewer: ['bash', 'glob', 'grep', 'mission_review', 'read'],
};
const roles = Object.keys(offered) as Role[];
const times = (text: string, part: string): number => text.split(part).length - 1;
const report = { status: 'done', summary: 'T1: done.', files: [] };

describe('what OpenCode makes of the bridge’s agents and tools', function () {
  this.timeout(180_000);
  const world = useWorld();

  /** A plain session of OpenCode’s own agent, as a person would have beside us. */
  async function foreign(): Promise<string> {
    const { backend, model } = world();
    model.play({ chat: 'Hello.' });
    const created = await backend.client.session.create({ title: 'Somebody else’s' });
    const session = created.data?.id ?? '';
    await backend.client.session.promptAsync({ sessionID: session, parts: [{ type: 'text', text: 'Hello?' }] });
    await until(() => model.callsOf({ session }).some(({ outcome }) => outcome === 'chat'));
    await until(async () => !(await backend.busySessions()).has(session));
    return session;
  }

  for (const role of roles) {
    it(`a ${role} is told its instructions once, and offered no more than its role has`, async () => {
      const { backend, model } = world();
      model.play({ todos: { T1: { steps: [], report } } });
      const { session } = await play(backend, orderFor(role));
      const [call] = model.callsOf({ session });
      assert.ok(call);
      assert.deepEqual([...call.tools].sort(), offered[role]);
      assert.equal(times(call.system, instructions[role]), 1);
      for (const other of roles.filter((name) => name !== role)) {
        assert.equal(times(call.system, instructions[other]), 0, `nothing of the ${other}’s`);
      }
    });
  }

  it('our instructions stand in place of OpenCode’s own prompt; a session of anyone else has that and none of ours', async () => {
    const { backend, model } = world();
    const theirs = model.callsOf({ session: await foreign() })[0]?.system ?? '';
    const opening = theirs.split('\n')[0] ?? '';
    assert.match(opening, /opencode/i);
    for (const role of roles) assert.equal(times(theirs, instructions[role]), 0);
    model.play({ todos: { T1: { steps: [], report } } });
    const { session } = await play(backend, orderFor('worker'));
    const ours = model.callsOf({ session })[0]?.system ?? '';
    assert.ok(ours.startsWith(instructions.worker));
    assert.equal(times(ours, opening), 0);
  });

  it('the payload’s fields reach the model as JSON Schema', async () => {
    const { backend, model } = world();
    model.play({ todos: { T1: { steps: [], report } } });
    await play(backend, orderFor('worker'));
    const schema = model.toolSchema('mission_report') as {
      type: string;
      required: string[];
      properties: Record<string, { enum?: string[] }>;
    };
    assert.equal(schema.type, 'object');
    assert.deepEqual(schema.required.toSorted(), ['files', 'status', 'summary']);
    assert.deepEqual(schema.properties['status']?.enum, ['done', 'blocked']);
  });

  it('OpenCode does not check a payload, the tool does: the model reads one sentence and mends it in the same turn', async () => {
    const { backend, model, signals } = world();
    model.play({ todos: { T1: { steps: [], report: { status: 'maybe' }, corrected: report } } });
    const { session, record } = await play(backend, orderFor('worker'));
    const [refusal] = toolResults(world(), session);
    assert.match(refusal ?? '', /^The field status is wrong: [^\n]+\.$/);
    assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
    assert.equal(model.turnsOf({ session }).length, 1);
    await until(() => signals.of('idle', session).length > 0);
    assert.deepEqual(
      signals.of('refused', session).map(({ sentence }) => sentence),
      [refusal],
    );
    assert.equal(signals.of('answer', session).length, 1);
  });

  it('the tool knows the mission from its journal: an id that exists is refused', async () => {
    const { backend, model } = world();
    const todo = { id: 't1', title: 'Again', detail: 'Again.', files: ['x.txt'] };
    model.play({ plan: { summary: 'Twice', todos: [todo] }, onRefused: 'prose' });
    const { session, record } = await play(backend, orderFor('planner'));
    assert.match(toolResults(world(), session)[0] ?? '', /“t1” is a duplicate/);
    assert.equal(record.answer, undefined);
  });

  it('a role’s tool that a session is denied is answered by OpenCode itself, which counts as a refusal', async () => {
    const { backend, model, signals } = world();
    const review = { verdict: 'pass', summary: 'Mine.', evidence: [], issues: [] };
    model.play({ todos: { T1: { steps: [{ tool: 'mission_review', input: review }], report } } });
    const { session, record } = await play(backend, orderFor('worker'));
    assert.match(toolResults(world(), session)[0] ?? '', /mission_review/);
    assert.deepEqual(record.answer, { tool: 'mission_report', input: report });
    assert.equal(signals.of('refused', session).length, 1);
  });

  it('equal calls again and again ask nobody', async () => {
    const { backend, model, signals } = world();
    model.play({
      todos: {
        T1: { steps: [], report, faults: [{ repeat: { tool: 'glob', input: { pattern: 'src/*' } }, times: 4 }] },
      },
    });
    const { session, record } = await play(backend, orderFor('worker'));
    assert.equal(toolResults(world(), session).length, 4);
    assert.equal(record.answer?.tool, 'mission_report');
    assert.deepEqual(signals.of('asked', session), []);
  });

  it('an ask of a child session is told with its id, listed while it is open, and its reply is told', async () => {
    const { backend, model, signals } = world();
    model.play({ todos: { T1: { steps: [{ bash: 'echo may I' }], report } } });
    const parent = await backend.openSession(orderFor('commander'));
    const plain = orderFor('worker', { parent });
    const asking = { permission: 'bash', pattern: '*', action: 'ask' as const };
    const order = { ...plain, rules: (prefix: string) => [...plain.rules(prefix), asking] };
    const session = await backend.openSession(order);
    const message = newMessage();
    await backend.prompt({ session, message, role: 'worker', model: '', text: promptFor(order) });
    const [asked] = await until(() => {
      const asks = signals.of('asked', session);
      return asks.length > 0 && asks;
    });
    assert.deepEqual([asked?.kind, asked?.title], ['permission', 'bash: echo may I']);
    assert.ok((await backend.busySessions()).has(session), 'a turn that asks is busy');
    const open = await backend.client.permission.list();
    assert.ok(open.data?.some(({ id }) => id === asked?.ask));
    await backend.client.permission.reply({ requestID: asked?.ask ?? '', reply: 'once' });
    await until(() => signals.of('replied').some(({ ask, reply }) => ask === asked?.ask && reply === 'once'));
    await until(() => signals.of('idle', session).length > 0);
    assert.equal((await backend.readTurn(session, message)).answer?.tool, 'mission_report');
  });
});
