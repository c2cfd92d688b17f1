import assert from 'node:assert/strict';
import { agentTree, type AgentGroup, type AgentNode } from '../../../../src/core/view/agents';
import type { AgentRow } from '../../../../src/core/view/agentRow';
import { runningMission, Told } from '../../cli/viewMission';
import { assertPlain, evil, momentOf, tamed, utcClock } from './moments';

const names = (nodes: readonly AgentNode[]) => nodes.map((node) => node.name).join(' ');

function agent(nodes: readonly AgentNode[], name: string): AgentRow {
  const found = nodes.find((node): node is AgentRow => node.kind === 'agent' && node.name === name);
  assert.ok(found, `no row ${name}`);
  return found;
}

function group(nodes: readonly AgentNode[], key: AgentGroup['key']): AgentGroup {
  const found = nodes.find((node): node is AgentGroup => node.kind === 'group' && node.key === key);
  assert.ok(found, `no group ${key}`);
  return found;
}

describe('core/view/agents', () => {
  it('shows no agent before the first turn', () => {
    assert.deepEqual(agentTree(momentOf(new Told('New'))), []);
  });

  it('shows the Commander, the Planner and the groups, whoever needs attention first', () => {
    const told = runningMission();
    const nodes = agentTree(momentOf(told), { finished: false });
    assert.equal(names(nodes), 'Commander Planner Workers T7 T9 T5 T6 T10 T11 Reviewers T4 T8 Finished');
    assert.deepEqual(
      nodes.map((node) => node.level),
      [1, 2, 2, 3, 3, 3, 3, 3, 3, 2, 3, 3, 2],
    );
    const commander = agent(nodes, 'Commander');
    assert.equal(commander.state.word, 'queued');
    assert.equal(commander.now, 'turn 2 after the 8 below');
    const planner = agent(nodes, 'Planner');
    assert.deepEqual([planner.state.word, planner.now], ['done', 'planned 12 TODOs']);
    assert.equal(group(nodes, 'workers').summary, '4 running, 1 waiting: permission, 1 rate-limited');
    assert.equal(group(nodes, 'reviewers').summary, '2 reviewing');
    assert.equal(group(nodes, 'finished').count, 10);
    assert.equal(group(nodes, 'finished').summary, '6 workers, 4 reviewers');
    assert.ok(group(nodes, 'workers').needsYou);
  });

  it('says what each agent does', () => {
    const told = runningMission();
    const nodes = agentTree(momentOf(told));
    assert.equal(agent(nodes, 'T7').now, 'asks: npm install jose@5');
    assert.ok(agent(nodes, 'T7').needsYou);
    assert.equal(agent(nodes, 'T9').state.word, `rate-limited until ${utcClock(told.now + 596_000)}`);
    assert.equal(agent(nodes, 'T9').now, 'provider limit, try again in 9m 56s');
    assert.equal(agent(nodes, 'T5').now, 'edits src/http/auth.ts');
    assert.equal(agent(nodes, 'T5').title, 'Middleware accepts access tokens');
    assert.equal(agent(nodes, 'T6').attempt, 2);
    assert.equal(agent(nodes, 'T6').elapsedMs, 4_000);
    assert.ok(agent(nodes, 'T6').elapsedRunning);
  });

  it('adds the turn in flight to what the session used, and sums each figure once', () => {
    const told = runningMission();
    const turn = told.state.turnOf.get('T5')!;
    told.news(turn, { tokens: 5_000, cost: 0.25, model: 'acme/kimi-k2' });
    const nodes = agentTree(momentOf(told));
    assert.deepEqual([agent(nodes, 'T5').tokens, agent(nodes, 'T5').cost], [5_000, 0.25]);
    const rows = nodes.filter((node) => node.kind === 'agent');
    const sum = rows.reduce((all, row) => all + (row.tokens ?? 0), 0);
    assert.equal(sum, told.state.tokens + 5_000);
    const groups = nodes.filter((node) => node.kind === 'group').reduce((all, node) => all + node.tokens, 0);
    const leaders = (agent(nodes, 'Commander').tokens ?? 0) + (agent(nodes, 'Planner').tokens ?? 0);
    assert.equal(groups + leaders, sum);
  });

  it('tells a model that is not the configured one', () => {
    const told = new Told('Models', { 'models.worker': 'acme/qwen3-coder' }).plan([{ id: 'A' }, { id: 'B' }]);
    const a = told.work('A');
    told.work('B');
    told.news(a, { model: 'other/kimi-k2' });
    const nodes = agentTree(momentOf(told));
    assert.deepEqual(agent(nodes, 'A').model, { name: 'kimi-k2', expected: 'qwen3-coder' });
    assert.deepEqual(agent(nodes, 'B').model, { name: 'qwen3-coder' });
  });

  it('lists what is over, newest first, with how it ended', () => {
    const told = new Told('Over').plan([{ id: 'A' }, { id: 'B' }, { id: 'C' }]);
    told.done('A');
    told.now += 1_000;
    told.lost(told.work('B'), 'stalled', 'over');
    told.now += 1_000;
    const c = told.work('C');
    told.fact({ type: 'todos.edited', ticked: ['C'], unticked: [], retitled: [], added: [], done: [], kept: [] });
    told.lost(c, 'unwanted', 'over');
    const nodes = agentTree(momentOf(told));
    const over = nodes.filter((node) => node.kind === 'agent' && node.group === 'finished') as AgentRow[];
    assert.deepEqual(
      over.map((row) => [row.name, row.role, row.state.word, row.now]),
      [
        ['C', 'worker', 'cancelled', 'its TODO was closed meanwhile'],
        ['B', 'worker', 'failed', 'gave no sign of life'],
        ['A', 'reviewer', 'done', ''],
        ['A', 'worker', 'done', 'Written.'],
      ],
    );
    assert.ok(over.every((row) => !row.elapsedRunning));
  });

  it('keeps the agents of a stop in their groups, each with what it left', () => {
    const told = runningMission();
    told.fact({ type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
    const [first, ...rest] = told.state.turns.keys();
    for (const turn of rest) told.lost(turn, 'stopped', 'continue');
    const stopping = agentTree(momentOf(told));
    assert.equal(group(stopping, 'workers').summary, '1 stopping, 5 stopped (confirmed)');
    assert.equal(agent(stopping, 'T7').state.word, 'stopping');
    told.lost(first!, 'stopped', 'continue');
    told.ended('stopped', 'stopped by person');
    const nodes = agentTree(momentOf(told));
    assert.equal(group(nodes, 'workers').count, 6);
    assert.equal(agent(nodes, 'T6').now, 'edits kept, not reviewed');
    assert.equal(agent(nodes, 'T4').now, 'review not finished');
    assert.deepEqual(
      [agent(nodes, 'Commander').state.word, agent(nodes, 'Commander').now],
      ['stopped (confirmed)', 'no further turn'],
    );
    assert.equal(agent(nodes, 'Planner').now, 'was idle, confirmed');
  });

  it('puts an agent whose session is being opened last, by its turn’s id', () => {
    const told = new Told('Open').plan([{ id: 'A' }, { id: 'B' }]);
    const order = { turn: 'x', role: 'worker', todo: 'A', attempt: 1, kind: 'first', message: 'm' } as const;
    told.fact({ type: 'turn.ordered', ...order });
    told.work('B');
    const nodes = agentTree(momentOf(told));
    assert.match(names(nodes), /Workers B A/);
    const a = agent(nodes, 'A');
    assert.deepEqual([a.key, a.state.word, a.now, a.tokens], ['x', 'queued', 'its session is being opened', undefined]);
  });

  it('lets no code of others through', () => {
    const told = new Told(evil, { 'models.worker': 'acme/m' }).plan([{ id: 'A', title: evil }]);
    const turn = told.work('A', evil);
    told.news(turn, { model: `x/${evil}` });
    assert.equal(agent(agentTree(momentOf(told)), 'A').title, tamed);
    told.ask(turn, 'permission', evil);
    assertPlain(agentTree(momentOf(told)));
    told.reported(turn, 'blocked', evil);
    assertPlain(agentTree(momentOf(told)));
  });

  it('shows thousands of sessions', () => {
    const told = new Told('Much');
    told.plan(Array.from({ length: 1_000 }, (_, index) => ({ id: `T${index}`, title: `Module ${index}` })));
    for (let i = 0; i < 1_000; i++) told.done(`T${i}`);
    assert.equal(agentTree(momentOf(told)).length, 2_003);
    assert.equal(agentTree(momentOf(told), { finished: false }).length, 3);
  });
});
