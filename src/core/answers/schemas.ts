import * as z from 'zod';

/** Characters a title, a text field and a command may have. */
export const textLimits = { title: 300, text: 20_000, command: 4_000, list: 100 } as const;

const title = z.string().max(textLimits.title).describe('one short line');
const text = z.string().max(textLimits.text);
const id = z.string().describe('letters, digits, . _ - ; at most 64');
const paths = z.array(z.string()).max(textLimits.list).describe('paths relative to the workspace folder');
const command = z.string().max(textLimits.command);

const todo = z.object({
  id,
  title,
  detail: text.describe('what to do, so that a worker needs nothing else'),
  files: paths,
  after: z.array(z.string()).max(1000).optional().describe('ids of TODOs that must be done first'),
  check: command.optional().describe('one shell command; exit code 0 proves the TODO'),
  size: z.enum(['XS', 'S', 'M', 'L']).optional().describe('how long it takes; what is long is begun first'),
  isolate: z.boolean().optional().describe('true: works in a worktree of its own and is merged when it passed'),
});

const todos = z.array(todo).max(100_000);

const action = z.object({
  type: z.enum(['plan', 'delegate', 'retry', 'cancel', 'run', 'ask', 'seal']),
  brief: text.optional().describe('plan, retry: what to mind'),
  id: id.optional().describe('delegate: id of the new TODO'),
  title: title.optional().describe('delegate'),
  detail: text.optional().describe('delegate'),
  files: paths.optional().describe('delegate'),
  after: z.array(z.string()).max(1000).optional().describe('delegate'),
  check: command.optional().describe('delegate'),
  todo: z.string().optional().describe('retry, cancel: id of the TODO'),
  reason: text.optional().describe('cancel'),
  command: command.optional().describe('run'),
  label: title.optional().describe('run'),
  timeoutMs: z.number().positive().optional().describe('run'),
  question: text.optional().describe('ask'),
  options: z.array(z.string().max(textLimits.title)).max(20).optional().describe('ask'),
  summary: text.optional().describe('seal'),
});

/** The payload of each role’s tool, as the contract words it. */
export const answerSchemas = {
  mission_decide: z.object({ summary: text, actions: z.array(action).max(textLimits.list) }),
  mission_plan: z.object({
    summary: text,
    todos,
    check: command.optional().describe('the mission’s end-to-end check, one shell command'),
    sources: z
      .array(z.object({ url: z.string().max(2048), title, notes: text }))
      .max(textLimits.list)
      .optional(),
  }),
  mission_report: z.object({
    status: z.enum(['done', 'blocked']),
    summary: text,
    files: paths,
    reason: text.optional().describe('why it is blocked'),
    followUps: todos.optional(),
  }),
  mission_review: z.object({
    verdict: z.enum(['pass', 'fail']),
    summary: text,
    evidence: z.array(z.object({ command, exitCode: z.number().int() })).max(textLimits.list),
    issues: z
      .array(
        z.object({
          title,
          detail: text,
          file: z.string().max(512).optional(),
          line: z.number().int().nonnegative().optional(),
        }),
      )
      .max(textLimits.list),
  }),
} as const;

export type ToolName = keyof typeof answerSchemas;
export type Decision = z.infer<(typeof answerSchemas)['mission_decide']>;
export type CommanderAction = Decision['actions'][number];
export type PlanAnswer = z.infer<(typeof answerSchemas)['mission_plan']>;
export type Report = z.infer<(typeof answerSchemas)['mission_report']>;
export type Review = z.infer<(typeof answerSchemas)['mission_review']>;
export type WireTodo = PlanAnswer['todos'][number];

export type Answer =
  | { readonly tool: 'mission_decide'; readonly value: Decision }
  | { readonly tool: 'mission_plan'; readonly value: PlanAnswer }
  | { readonly tool: 'mission_report'; readonly value: Report }
  | { readonly tool: 'mission_review'; readonly value: Review };

export type Parsed = { ok: true; answer: Answer } | { ok: false; sentence: string };

/** Whether a tool’s name is one of the four that end a turn. */
export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(answerSchemas, name);
}

/** Parses a payload by its tool; a refusal is one sentence that names the field, for the model to read. */
export function parseAnswer(tool: ToolName, input: unknown): Parsed {
  const parsed = answerSchemas[tool].safeParse(input);
  if (parsed.success) return { ok: true, answer: { tool, value: parsed.data } as Answer };
  const issue = parsed.error.issues[0];
  const where = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('') ?? '';
  return {
    ok: false,
    sentence: `The field ${where.replace(/^\./, '') || 'input'} is wrong: ${issue?.message ?? 'unusable'}.`,
  };
}

/** Finds a payload of the tool’s shape in a model’s prose: the last JSON object, fenced or bare, that parses. */
export function answerInProse(tool: ToolName, prose: string): Answer | undefined {
  const fenced = [...prose.matchAll(/```[a-z]*\s*\n([\s\S]*?)\n\s*```/gi)].map((match) => match[1] ?? '');
  const bare = prose.slice(prose.indexOf('{'), prose.lastIndexOf('}') + 1);
  for (const candidate of [...fenced.reverse(), bare]) {
    if (!candidate.trim().startsWith('{') || candidate.length > 2_000_000) continue;
    const value = fromJson(candidate);
    const parsed = value === undefined ? undefined : parseAnswer(tool, value);
    if (parsed?.ok) return parsed.answer;
  }
  return undefined;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // prose is no JSON most of the time; the caller asks the model again
  }
}
