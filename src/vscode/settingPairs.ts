import {
  applySettings,
  defaultSettings,
  settingsSchema,
  type SettingKey,
  type Settings,
} from '../core/mission/settings';

/** Every setting’s key, without the prefix. */
export const settingKeys = Object.keys(settingsSchema.shape) as SettingKey[];

/** What the settings say as `KEY=VALUE`: all that is not the default. What is no text, number or truth is given as JSON, to be refused by name. */
export function pairsOf(value: (key: SettingKey) => unknown): string[] {
  const pairs: string[] = [];
  for (const key of settingKeys) {
    const given = value(key);
    if (given === undefined || given === null || given === defaultSettings[key]) continue;
    pairs.push(`${key}=${textOf(given)}`);
  }
  return pairs;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** The first setting that cannot be used, by its key and in one sentence; undefined when all can. */
export function firstUnusable(
  pairs: readonly string[],
): { readonly key: string; readonly sentence: string } | undefined {
  for (const pair of pairs) {
    const result = applySettings(defaultSettings, [pair]);
    if (!result.ok) return { key: pair.slice(0, pair.indexOf('=')), sentence: result.sentence };
  }
  return undefined;
}

/** How OpenCode is reached on this machine: what holds for a mission that goes on, whatever it began with. */
export function reachPairs(settings: Settings): string[] {
  return (['opencode.path', 'server.url'] as const).map((key) => `${key}=${settings[key]}`);
}

/** All settings, with the default for each that cannot be used. */
export function usableSettings(value: (key: SettingKey) => unknown): Settings {
  const entries = settingKeys.map((key): [SettingKey, unknown] => {
    const parsed = settingsSchema.shape[key].safeParse(value(key));
    return [key, parsed.success ? parsed.data : defaultSettings[key]];
  });
  return settingsSchema.parse(Object.fromEntries(entries));
}

/** The limits that hold, in one line: `OpenCode’s default model · at most 50 sessions · no budget`. */
export function limitsLine(settings: Settings, words: LimitWords): string {
  const models = new Set(
    (['commander', 'planner', 'worker', 'reviewer'] as const).map((role) => settings[`models.${role}`]),
  );
  const [only = ''] = models;
  const model = models.size > 1 ? words.models(models.size) : only === '' ? words.defaultModel : only;
  const budgets = [
    settings['budget.usd'] > 0 ? words.usd(settings['budget.usd']) : '',
    settings['budget.tokens'] > 0 ? words.tokens(settings['budget.tokens']) : '',
    settings['budget.minutes'] > 0 ? words.minutes(settings['budget.minutes']) : '',
  ].filter((budget) => budget !== '');
  const budget = budgets.length === 0 ? words.noBudget : budgets.join(', ');
  return [model, words.sessions(settings['limits.parallelSessions']), budget].join(' · ');
}

/** The words of `limitsLine`, in the reader’s language. */
export interface LimitWords {
  readonly defaultModel: string;
  readonly models: (count: number) => string;
  readonly sessions: (most: number) => string;
  readonly usd: (budget: number) => string;
  readonly tokens: (budget: number) => string;
  readonly minutes: (budget: number) => string;
  readonly noBudget: string;
}
