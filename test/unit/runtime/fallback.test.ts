import assert from 'node:assert/strict';
import { refuseModels, nearTo, type KnownModels } from '../../../src/core/mission/checkModels';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import { modelOf } from '../../../src/core/recovery/models';
import { agentModel, modelArrow } from '../../../src/core/view/agentRow';
import { ofType } from '../../support/e2e';
import type { FakePrompt, Reply } from '../../support/fakeBackend';
import { fakeMission, todos } from '../../support/fakeMission';

const plan = (count: number) =>
  todos(Object.fromEntries(Array.from({ length: count }, (_, index) => [`T${String(index + 1)}`, []])));
type Failure = Extract<Reply, { do: 'fail' }>['failure'];

/** Workers of whose models the first always fails so. */
const failing =
  (failure: Failure, bad = 'a/x') =>
  ({ role, model }: FakePrompt): Reply | undefined =>
    role === 'worker' && model === bad
      ? { do: 'fail', sentence: 'It failed.', ...(failure && { failure }) }
      : undefined;

describe('a role with fall-backs', () => {
  for (const [name, failure, calls] of [
    ['a refused key', { kind: 'auth' }, 3],
    ['no credit', { kind: 'quota' }, 3],
    ['a limit of hours', { kind: 'rate-limit', retry: { inMs: 4 * 3_600_000 } }, 3],
    ['a provider without an end', { kind: 'provider' }, 3 + 9],
  ] as const) {
    it(`goes on with the next model after ${name}, asks nobody and counts no attempt`, async () => {
      const settings = { 'models.worker': 'a/x, b/y', 'limits.recoveryAttempts': 0 };
      const mission = fakeMission({ plan: plan(3), settings, agent: failing(failure) });
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed', state.end?.reason);
      const asked = (model: string) =>
        mission.backend.prompts.filter((prompt) => prompt.role === 'worker' && prompt.model === model).length;
      assert.deepEqual([asked('a/x'), asked('b/y')], [calls, 3]);
      assert.deepEqual(
        [...state.todos.values()].map(({ attempts }) => attempts),
        [1, 1, 1],
      );
      const fell = ofType(mission.records, 'turn.lost').flatMap(({ fellBack = [] }) => fellBack);
      assert.deepEqual(fell, [{ role: 'worker', to: 'b/y' }], 'it is told once');
      assert.equal(modelOf(state, 'worker'), 'b/y');
      assert.equal(state.asks.size, 0);
    });
  }

  it('asks a person when its list is used up, and a resume begins with the first again', async () => {
    let refused = true;
    const settings = { 'models.worker': 'a/x, b/y' };
    const agent = ({ role }: FakePrompt): Reply | undefined =>
      role === 'worker' && refused ? { do: 'fail', sentence: 'no', failure: { kind: 'auth' } } : undefined;
    const mission = fakeMission({ plan: plan(1), settings, agent });
    const state = await mission.run();
    assert.equal(state.end?.state, 'waiting');
    assert.match(state.end.reason, /The key of b is refused/);
    refused = false;
    const { backend, clock } = mission;
    const again = fakeMission({ past: mission.records, backend, clock, settings });
    assert.equal((await again.run()).end?.state, 'sealed');
    assert.equal(backend.prompts.filter(({ role }) => role === 'worker').at(-1)?.model, 'a/x');
  });

  it('leaves other roles on the model that failed where they have no other, and takes along those that have', async () => {
    const settings = { 'models.worker': 'a/x, b/y', 'models.reviewer': 'a/x, c/z', 'models.commander': 'a/x' };
    const mission = fakeMission({ plan: plan(1), settings, agent: failing({ kind: 'auth' }) });
    const state = await mission.run();
    const fell = ofType(mission.records, 'turn.lost').flatMap(({ fellBack = [] }) => fellBack);
    assert.deepEqual(fell, [
      { role: 'worker', to: 'b/y' },
      { role: 'reviewer', to: 'c/z' },
    ]);
    assert.equal(modelOf(state, 'commander'), 'a/x');
  });

  it('shows what was configured and what runs', async () => {
    const settings = { 'models.worker': 'a/x, b/y' };
    const mission = fakeMission({ plan: plan(1), settings, agent: failing({ kind: 'auth' }) });
    const state = await mission.run();
    assert.equal(modelArrow(agentModel(state, 'worker', undefined)), 'x → y');
    assert.equal(modelArrow(agentModel(state, 'worker', 'b/y', 'b/y')), 'x → y');
    assert.equal(modelArrow(agentModel(state, 'worker', 'a/x', 'a/x')), 'x');
    assert.equal(modelArrow(agentModel(state, 'planner', 'q/w', '')), 'w');
  });
});

describe('another model that answers than the one that was asked', () => {
  it('is told once for each role and pair, and not where none was asked for by name', async () => {
    for (const [setting, told] of [
      ['a/x', 1],
      ['', 0],
    ] as const) {
      const mission = fakeMission({ plan: plan(3), settings: { 'models.worker': setting } });
      const { backend } = mission;
      const read = backend.readTurn.bind(backend);
      backend.readTurn = async (session, message) => ({ ...(await read(session, message)), model: 'other/m' });
      await mission.run();
      const differed = ofType(mission.records, 'model.differed');
      assert.equal(differed.length, told);
      if (told > 0)
        assert.deepEqual(differed[0], { ...differed[0], role: 'worker', asked: 'a/x', answered: 'other/m' });
    }
  });
});

describe('models before the start', () => {
  const model = (name: string, tools = true, variants: string[] = []) => [name, { name, tools, variants }] as const;
  const known: KnownModels = {
    models: new Map([
      model('a/big-2'),
      model('a/small'),
      model('b/big-1', true, ['high', 'max']),
      model('b/mute', false),
    ]),
    standard: 'b/mute',
  };
  const all = { 'models.commander': 'a/small', 'models.planner': 'a/small', 'models.reviewer': 'a/small' };
  const refusal = (over: Partial<Settings>) =>
    refuseModels({ ...defaultSettings, ...all, 'models.worker': 'a/small', ...over }, known);

  it('are taken as they are when all is well', () => {
    assert.equal(refusal({}), undefined);
    assert.equal(refusal({ 'models.worker': 'b/big-1, a/small', 'variants.worker': 'max' }), undefined);
  });

  for (const [name, over, said] of [
    [
      'unknown',
      { 'models.worker': 'a/smal' },
      /^OpenCode knows no model a\/smal: .*models\.worker\. Near to it: a\/small\.$/,
    ],
    [
      'of another provider',
      { 'models.planner': 'openai/big-1' },
      /Near to it: b\/big-1, .*“opencode auth login” adds it\.$/,
    ],
    [
      'nowhere near',
      { 'models.worker': 'a/zzzzzz' },
      /^OpenCode knows no model a\/zzzzzz: choose another in orchestrator\.models\.worker\.$/,
    ],
    ['a typo in a fall-back', { 'models.worker': 'a/small, a/bgi-2' }, /no model a\/bgi-2.*a\/big-2/],
    [
      'without tools',
      { 'models.worker': 'b/mute' },
      /^The model b\/mute cannot call tools: choose another in orchestrator\.models\.worker\.$/,
    ],
    ['without tools, and OpenCode’s default', { 'models.worker': '' }, /^The model b\/mute cannot call tools/],
    [
      'an unknown variant',
      { 'models.worker': 'b/big-1', 'variants.worker': 'low' },
      /^The model b\/big-1 has no variant low: it has high, max\. Choose one of them in orchestrator\.variants\.worker\.$/,
    ],
    [
      'a variant where there are none',
      { 'variants.worker': 'low' },
      /it has none\. Empty orchestrator\.variants\.worker\.$/,
    ],
  ] as const) {
    it(`are refused when one is ${name}`, () => {
      assert.match(refusal(over) ?? '', said);
    });
  }

  it('name at most three near ones', () => {
    assert.deepEqual(nearTo('a/gpt', ['a/gpt-1', 'a/gpt-2', 'b/gpt', 'a/gpt-3', 'a/claude']).length, 3);
    assert.equal(nearTo('a/gpt', ['a/gpt-1', 'b/gpt'])[0], 'b/gpt');
  });
});
