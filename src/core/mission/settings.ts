import * as z from 'zod';

const whole = (min: number, max: number, fallback: number, describe: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(describe);
const minutes = (max: number, fallback: number, describe: string) =>
  z.number().positive().max(max).default(fallback).describe(describe);
const amount = (describe: string) => z.number().min(0).max(1e12).default(0).describe(describe);
const models = (role: string) =>
  z
    .string()
    .max(1000)
    .regex(
      /^$|^[^\s/,]+\/[^\s,]+(?:\s*,\s*[^\s/,]+\/[^\s,]+)*$/,
      'must be provider/model, several with a comma between each two, or empty for OpenCode’s default',
    )
    .default('')
    .describe(`Model of the ${role} as provider/model, fall-backs after commas; empty takes OpenCode’s default.`);
const variant = (role: string) =>
  z
    .string()
    .max(64)
    .regex(/^\S*$/, 'must be one word, or empty')
    .default('')
    .describe(`Variant of the ${role}’s model, as high or max; empty for none.`);
/** A text, since it may be empty: a number has no way to say that none is set. */
const temperature = (role: string) =>
  z
    .string()
    .max(20)
    .regex(/^$|^(?:[01](?:\.\d+)?|2(?:\.0+)?)$/, 'must be a number from 0 to 2, or empty')
    .default('')
    .describe(`Temperature of the ${role}’s model, 0 to 2; empty for the model’s own.`);

/** Every setting of a mission with its range and default: the one place that the command line, the manifest and the README follow. */
export const settingsSchema = z.strictObject({
  'limits.parallelSessions': whole(1, 200, 50, 'Agent turns in flight at once.'),
  'limits.tasks': whole(1, 100_000, 1000, 'TODOs in one mission.'),
  'limits.sessionMinutes': minutes(1440, 60, 'Minutes one attempt may take.'),
  'limits.recoveryAttempts': whole(0, 20, 3, 'Attempts after the first one, before a TODO is failed.'),
  'limits.maxIterations': whole(1, 1000, 20, 'Commander turns in one mission.'),
  'limits.backgroundCommands': whole(0, 50, 5, 'Background commands at once.'),
  'limits.stallMinutes': minutes(
    1440,
    10,
    'Minutes without a sign of life before a turn is nudged, and then given up.',
  ),
  'budget.usd': amount('US dollars the mission may cost; 0 is no budget.'),
  'budget.tokens': amount('Tokens the mission may use; 0 is no budget.'),
  'budget.minutes': amount('Minutes the mission may run; 0 is no budget.'),
  'models.commander': models('Commander'),
  'models.planner': models('Planner'),
  'models.worker': models('Workers'),
  'models.reviewer': models('Reviewers'),
  'variants.commander': variant('Commander'),
  'variants.planner': variant('Planner'),
  'variants.worker': variant('Worker'),
  'variants.reviewer': variant('Reviewer'),
  'temperatures.commander': temperature('Commander'),
  'temperatures.planner': temperature('Planner'),
  'temperatures.worker': temperature('Worker'),
  'temperatures.reviewer': temperature('Reviewer'),
  review: z
    .enum(['each', 'mission'])
    .default('each')
    .describe('Review every TODO, or only the mission as a whole at its end.'),
  isolation: z
    .enum(['auto', 'shared', 'worktree'])
    .default('auto')
    .describe(
      'Where workers work: in the folder together, each TODO in a worktree of its own, or as the plan asks for each.',
    ),
  isolationSetup: z
    .string()
    .max(4000)
    .default('')
    .describe('Shell command that prepares a worktree; empty links what the folder has installed.'),
  isolationResult: z
    .enum(['changes', 'commit'])
    .default('changes')
    .describe('What merged TODOs become: changes that are not committed, or a commit each.'),
  isolatedTests: z
    .enum(['archive', 'keep'])
    .default('archive')
    .describe('Move isolated tests to .opencode/unit-tests after the review, or leave them.'),
  planApproval: z.boolean().default(false).describe('Ask for approval of the plan before any worker starts.'),
  notifications: z.enum(['digest', 'all', 'attention']).default('digest').describe('How much is announced.'),
  'opencode.path': z.string().max(4096).default('').describe('Path of the opencode executable; empty looks on PATH.'),
  'server.keep': z
    .enum(['mission', 'never'])
    .default('mission')
    .describe('Whether agents go on in OpenCode’s server when the window closes: while a mission runs, or never.'),
  'server.url': z.string().max(2048).default('').describe('URL of a running OpenCode server to attach to.'),
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;
export type SettingKey = keyof Settings;

export const defaultSettings: Settings = settingsSchema.parse({});

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; sentence: string };

/** Takes settings given as text (`KEY=VALUE`) over a base. An unknown key or a value out of range is refused by name. */
export function applySettings(base: Settings, pairs: readonly string[]): SettingsResult {
  const next: Record<string, unknown> = { ...base };
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut < 1) return { ok: false, sentence: `A setting is given as KEY=VALUE; “${pair.slice(0, 80)}” is not.` };
    const key = pair.slice(0, cut).replace(/^orchestrator\./, '');
    if (!Object.hasOwn(settingsSchema.shape, key)) {
      return { ok: false, sentence: `There is no setting “${key.slice(0, 80)}”.` };
    }
    next[key] = fromText(pair.slice(cut + 1), typeof defaultSettings[key as SettingKey]);
  }
  const parsed = settingsSchema.safeParse(next);
  if (parsed.success) return { ok: true, settings: parsed.data };
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0] ?? '');
  const value = JSON.stringify(next[key]);
  return {
    ok: false,
    sentence: `The setting ${key} cannot be ${value.slice(0, 80)}: ${issue?.message ?? 'unusable'}.`,
  };
}

function fromText(text: string, kind: string): unknown {
  if (kind === 'number') return text.trim() === '' ? text : Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
