import assert from 'node:assert/strict';
import { applySettings, defaultSettings, type SettingKey } from '../../../src/core/mission/settings';
import { firstUnusable, limitsLine, pairsOf, reachPairs, usableSettings } from '../../../src/vscode/settingPairs';

const reader = (values: Record<string, unknown>) => (key: SettingKey) =>
  Object.hasOwn(values, key) ? values[key] : defaultSettings[key];

describe('settings from VS Code', () => {
  it('become KEY=VALUE where they are not the default', () => {
    assert.deepEqual(pairsOf(reader({})), []);
    const pairs = pairsOf(reader({ 'budget.usd': 2.5, planApproval: true, 'models.worker': ' a/b ', review: 'each' }));
    assert.deepEqual(pairs.sort(), ['budget.usd=2.5', 'models.worker=a/b', 'planApproval=true']);
    const result = applySettings(defaultSettings, pairs);
    assert.ok(result.ok);
    assert.equal(result.settings['models.worker'], 'a/b');
  });

  const unusable: Record<string, unknown> = {
    'limits.parallelSessions': 0,
    'limits.tasks': 1.5,
    'budget.usd': -1,
    review: 'never',
    planApproval: 'perhaps',
    'models.planner': 'no slash',
    notifications: ['all'],
    'opencode.path': { a: 1 },
  };
  for (const [key, value] of Object.entries(unusable)) {
    if (key === 'opencode.path') continue;
    it(`refuse ${key} = ${JSON.stringify(value)} by its name`, () => {
      const result = applySettings(defaultSettings, pairsOf(reader({ [key]: value })));
      assert.ok(!result.ok);
      assert.ok(result.sentence.includes(key), result.sentence);
    });
  }

  it('name the first that cannot be used, for the page of the settings', () => {
    assert.equal(firstUnusable(pairsOf(reader({ 'budget.usd': 2 }))), undefined);
    const wrong = firstUnusable(pairsOf(reader({ 'budget.usd': 2, 'limits.tasks': 0, review: 'never' })));
    assert.equal(wrong?.key, 'limits.tasks');
  });

  it('say for a mission that goes on how OpenCode is reached now', () => {
    assert.deepEqual(reachPairs({ ...defaultSettings, 'opencode.path': '/a b/opencode' }), [
      'opencode.path=/a b/opencode',
      'server.url=',
    ]);
  });

  it('fall back to the default, each by itself, where something is to be shown', () => {
    const shown = usableSettings(reader({ ...unusable, 'budget.tokens': 5 }));
    const { 'budget.tokens': tokens, ...rest } = shown;
    const { 'budget.tokens': _, ...defaults } = defaultSettings;
    assert.equal(tokens, 5);
    assert.deepEqual(rest, defaults);
  });

  it('are said in one line', () => {
    const words = {
      defaultModel: 'default model',
      models: (count: number) => `${count} models`,
      sessions: (most: number) => `at most ${most} sessions`,
      usd: (budget: number) => `$${budget}`,
      tokens: (budget: number) => `${budget} tokens`,
      minutes: (budget: number) => `${budget} min`,
      noBudget: 'no budget',
    };
    assert.equal(limitsLine(defaultSettings, words), 'default model · at most 50 sessions · no budget');
    const changed = { ...defaultSettings, 'models.worker': 'a/b', 'budget.usd': 3, 'budget.minutes': 20 };
    assert.equal(limitsLine(changed, words), '2 models · at most 50 sessions · $3, 20 min');
  });
});
