import assert from 'node:assert/strict';
import { applySettings, defaultSettings } from '../../../src/core/mission/settings';

/** The table of the contract, section 7. */
const contract = {
  'limits.parallelSessions': 50,
  'limits.tasks': 1000,
  'limits.sessionMinutes': 60,
  'limits.recoveryAttempts': 3,
  'limits.maxIterations': 20,
  'limits.backgroundCommands': 5,
  'limits.stallMinutes': 10,
  'budget.usd': 0,
  'budget.tokens': 0,
  'budget.minutes': 0,
  'models.commander': '',
  'models.planner': '',
  'models.worker': '',
  'models.reviewer': '',
  'variants.commander': '',
  'variants.planner': '',
  'variants.worker': '',
  'variants.reviewer': '',
  'temperatures.commander': '',
  'temperatures.planner': '',
  'temperatures.worker': '',
  'temperatures.reviewer': '',
  review: 'each',
  isolatedTests: 'archive',
  isolation: 'auto',
  isolationResult: 'changes',
  isolationSetup: '',
  planApproval: false,
  notifications: 'digest',
  'opencode.path': '',
  'server.keep': 'mission',
  'server.url': '',
};

function refusal(...pairs: string[]): string {
  const result = applySettings(defaultSettings, pairs);
  return result.ok ? 'taken' : result.sentence;
}

describe('settings', () => {
  it('are those of the contract, with its defaults', () => {
    assert.deepEqual({ ...defaultSettings }, contract);
  });

  const refused: readonly string[] = [
    ...['limits.parallelSessions=0', 'limits.parallelSessions=1.5', 'limits.parallelSessions=many'],
    ...['limits.parallelSessions=', 'limits.parallelSessions=201', 'limits.tasks=-1', 'limits.recoveryAttempts=-1'],
    ...[
      'limits.maxIterations=0',
      'limits.sessionMinutes=0',
      'limits.sessionMinutes=Infinity',
      'limits.stallMinutes=-2',
    ],
    ...['budget.usd=-0.01', 'budget.tokens=NaN', 'models.worker=gpt', 'models.worker=a b/c', 'review=never'],
    ...['models.worker=a/b,', 'models.worker=a/b,,c/d', 'models.worker=,a/b', 'models.worker=a/b c/d'],
    ...['variants.worker=very high', 'temperatures.worker=2.1', 'temperatures.worker=-1', 'temperatures.worker=hot'],
    ...['isolatedTests=delete', 'planApproval=yes', 'notifications=loud', 'limits.backgroundCommands=51'],
  ];
  for (const pair of refused) {
    it(`refuse ${pair} by name`, () => {
      const key = pair.slice(0, pair.indexOf('='));
      assert.ok(refusal(pair).startsWith(`The setting ${key} cannot be `), refusal(pair));
    });
  }

  it('refuse what is no setting, and what is no pair', () => {
    assert.match(refusal('limits.parallel=3'), /^There is no setting “limits\.parallel”/);
    assert.match(refusal('__proto__=3'), /^There is no setting/);
    assert.match(refusal('constructor=3'), /^There is no setting/);
    for (const pair of ['limits.tasks', '=3', '']) assert.match(refusal(pair), /KEY=VALUE/);
  });

  it('take values within their range, fractions of minutes, and an equals sign in a value', () => {
    const result = applySettings(defaultSettings, [
      ...['limits.parallelSessions=1', 'limits.recoveryAttempts=0', 'limits.sessionMinutes=0.25', 'budget.usd=1.5'],
      ...['models.worker=openai/gpt-5, a/b/c', 'variants.worker=high', 'temperatures.worker=0.2'],
      ...['review=mission', 'planApproval=true', 'server.url=http://h/?a=b'],
    ]);
    assert.deepEqual(result, {
      ok: true,
      settings: {
        ...defaultSettings,
        'limits.parallelSessions': 1,
        'limits.recoveryAttempts': 0,
        'limits.sessionMinutes': 0.25,
        'budget.usd': 1.5,
        'models.worker': 'openai/gpt-5, a/b/c',
        'variants.worker': 'high',
        'temperatures.worker': '0.2',
        review: 'mission',
        planApproval: true,
        'server.url': 'http://h/?a=b',
      },
    });
  });

  it('stand over those that were there; the last of two counts; the name may have its prefix', () => {
    const base = { ...defaultSettings, 'limits.tasks': 5, 'limits.maxIterations': 7 };
    const result = applySettings(base, ['orchestrator.limits.tasks=6', 'limits.tasks=8']);
    assert.deepEqual(result, { ok: true, settings: { ...base, 'limits.tasks': 8 } });
    assert.equal(base['limits.tasks'], 5);
  });
});
