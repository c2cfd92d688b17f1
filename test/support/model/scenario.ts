/**
 * What the scripted model plays. A scenario is a JSON file or a plain object; everything in it has a default, so the smallest one
 * that finishes a mission is `{plan: {summary: '…', todos: […]}}`: the Commander plans, retries what failed and seals, each worker
 * writes its files with one line of text and reports done, each reviewer runs the TODO’s check for real and judges by its exit code.
 *
 *   {
 *     "latencyMs": 800, "jitter": 0.4,              // time to the first token, ± 40 %
 *     "tokensPerSecond": 60,                        // absent: as fast as it goes
 *     "plan": {
 *       "summary": "A store and a server",
 *       "todos": [
 *         {"id": "T1", "title": "Store", "detail": "…", "files": ["src/store.js"], "check": "node --test test/store.test.js"},
 *         {"id": "T2", "title": "Server", "detail": "…", "files": ["src/server.js"], "after": ["T1"]}
 *       ],
 *       "check": "node --test test/"
 *     },
 *     "commander": ["default", {"summary": "One more", "actions": [{"type": "delegate", "id": "T3", …}]}, "default"],
 *     "todos": {                                    // "*" is for every TODO without an entry of its own
 *       "T1": {
 *         "steps": [
 *           {"say": "The store first.", "write": {"file": "src/store.js", "lines": ["export const a = 1;", ""]}},
 *           {"write": {"file": "test/store.test.js", "from": "files/store.test.js"}},   // relative to the scenario file
 *           {"edit": {"file": "src/store.js", "old": "1", "new": "2"}}, {"read": "src/store.js"},
 *           {"bash": "node --test test/store.test.js"},
 *           {"tool": "run_background", "input": {"command": "node src/server.js"}}
 *         ],
 *         "report": {"summary": "The store works"},  // over the default {status: "done", summary, files: the TODO’s}
 *         "attempts": {"2": {"steps": […]}},         // over the entry, in the second session of this TODO
 *         "faults": [{"call": 2, "status": 429, "headers": {"retry-after": "1"}}]
 *       }
 *     },
 *     "reviews": {"T1": [{"verdict": "fail", "issues": [{"title": "…", "detail": "…"}]}, {}]},   // by review, the last repeats
 *     "missionReview": {"runCheck": true},
 *     "faults": [{"role": "planner", "call": 1, "status": 500}, {"role": "worker", "todo": "T2", "prose": "All done!", "times": 1}]
 *   }
 *
 * Texts of steps and reports may hold {{todo}}, {{attempt}}, {{dir}} (the session’s directory) and {{session}}.
 * In an object (not in JSON) `commander` may be a function of the mission’s state, and a fault may `hold` on a promise.
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as z from 'zod';

export const roles = ['commander', 'planner', 'worker', 'reviewer', 'chat'] as const;
export type Role = (typeof roles)[number];

export type Payload = Record<string, unknown>;
const payload = z.record(z.string(), z.unknown());
const oneOrMore = z.union([z.number().int(), z.array(z.number().int())]);
/** Text, or the same text many times over (a 6 MB answer in one line of JSON). */
const words = z.union([z.string(), z.strictObject({ text: z.string(), times: z.number().int().positive() })]);

/** One model call of a worker: some words, and at most one tool call. `file` is relative to the session’s directory. */
const step = z
  .strictObject({
    say: words.optional(),
    latencyMs: z.number().optional(),
    write: z
      .strictObject({
        file: z.string(),
        content: z.string().optional(),
        lines: z.array(z.string()).optional(),
        from: z.string().optional(),
      })
      .optional(),
    edit: z
      .strictObject({ file: z.string(), old: z.string(), new: z.string(), all: z.boolean().optional() })
      .optional(),
    read: z.string().optional(),
    bash: z
      .union([
        z.string(),
        z.strictObject({ command: z.string(), timeout: z.number().optional(), workdir: z.string().optional() }),
      ])
      .optional(),
    tool: z.string().optional(),
    input: payload.optional(),
  })
  .refine(
    (value) =>
      [value.write, value.edit, value.read, value.bash, value.tool].filter((part) => part !== undefined).length === 1,
    {
      error: 'a step holds exactly one of write, edit, read, bash, tool',
    },
  );
export type Step = z.infer<typeof step>;

/** Which calls a fault is for: what is absent is any. `call` counts the requests of one turn, those that failed too, from 1. */
const faultMatch = z.strictObject({
  role: z.enum(roles).optional(),
  todo: z.string().optional(),
  scope: z.enum(['todo', 'mission']).optional(),
  attempt: oneOrMore.optional(),
  iteration: oneOrMore.optional(),
  call: oneOrMore.optional(),
  model: z.string().optional(),
});
export type FaultMatch = z.infer<typeof faultMatch>;

const fault = faultMatch.extend({
  /** How often it strikes in all; absent: always. */
  times: z.number().int().positive().optional(),
  /** Never answers: true for ever, or for so many ms and then closes the connection. */
  hang: z.union([z.literal(true), z.number()]).optional(),
  /** Answers with this status (200 with a `body` is possible, too). */
  status: z.number().int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  message: z.string().optional(),
  body: z.string().optional(),
  /** Ends the turn with this text in place of the role’s tool. */
  prose: z.string().optional(),
  /** The payload as fenced JSON in text, in place of the role’s tool. */
  proseJson: z.union([z.literal(true), payload]).optional(),
  /** Calls the role’s tool with a payload that is to be refused; `true` is `{}`. */
  invalid: z.union([z.literal(true), payload]).optional(),
  /** Breaks the connection after so many characters; true: after half of the answer. */
  cut: z.union([z.literal(true), z.number()]).optional(),
  /** Calls a tool again and again and never answers; true: `bash` with `true`. */
  repeat: z.union([z.literal(true), z.strictObject({ tool: z.string(), input: payload })]).optional(),
  /** So many ms more before the first token. */
  slow: z.number().optional(),
  /** Waits for this before it answers (objects only; see `Model.hold`). */
  hold: z.custom<Promise<void>>((value) => value instanceof Promise).optional(),
});
export type Fault = z.infer<typeof fault>;

const workerCore = z.strictObject({
  steps: z.array(step).optional(),
  report: payload.optional(),
  /** What is sent after the report was refused. */
  corrected: payload.optional(),
  latencyMs: z.number().optional(),
  closing: words.optional(),
  faults: z.array(fault).optional(),
});
const worker = workerCore.extend({ attempts: z.record(z.string(), workerCore).optional() });
export type WorkerScript = z.infer<typeof worker>;

const review = z.strictObject({
  /** Run before the check. */
  steps: z.array(step).optional(),
  /** Default true: the check runs through `bash`, and its real exit code decides. */
  runCheck: z.boolean().optional(),
  /** Overrides what the check said. */
  verdict: z.enum(['pass', 'fail']).optional(),
  summary: z.string().optional(),
  issues: z.array(payload).optional(),
  /** Evidence without a run: true claims that the check ended with 0. */
  claim: z
    .union([z.literal(true), z.array(z.strictObject({ command: z.string(), exitCode: z.number().int() }))])
    .optional(),
  corrected: payload.optional(),
  latencyMs: z.number().optional(),
  closing: words.optional(),
  faults: z.array(fault).optional(),
});
const reviews = z.union([review, z.array(review).min(1)]);
export type ReviewScript = z.infer<typeof review>;

const planTodo = z.looseObject({
  id: z.string(),
  title: z.string(),
  detail: z.string(),
  files: z.array(z.string()),
  after: z.array(z.string()).optional(),
  check: z.string().optional(),
  size: z.enum(['XS', 'S', 'M', 'L']).optional(),
});
const plan = z.looseObject({
  summary: z.string(),
  todos: z.array(planTodo),
  check: z.string().optional(),
  sources: z.array(payload).optional(),
});
export type PlanTodo = z.infer<typeof planTodo>;
export type Plan = z.infer<typeof plan>;

const decision = z.strictObject({
  summary: z.string().optional(),
  actions: z.array(payload),
  steps: z.array(step).optional(),
  latencyMs: z.number().optional(),
});
const turnOfCommander = z.union([z.literal('default'), decision]);
export type DecisionScript = z.infer<typeof turnOfCommander>;

/** The JSON of the last `mission-state` block in the Commander’s prompt, as far as the model cares. */
export interface MissionState {
  readonly iteration: number;
  readonly todos: readonly { readonly id: string; readonly state: string; readonly attempts?: number }[];
  readonly [field: string]: unknown;
}
export type CommanderFunction = (state: MissionState, turn: number) => DecisionScript;

const scenario = z.strictObject({
  $comment: z.string().optional(),
  /** The mission’s text, for whoever starts it; the model does not read it. */
  mission: z.string().optional(),
  latencyMs: z.number().optional(),
  jitter: z.number().min(0).max(1).optional(),
  tokensPerSecond: z.number().positive().optional(),
  /** With more requests than this in flight, the next one is answered with 429. */
  capacity: z.number().int().positive().optional(),
  /** Characters a chunk; default 24 with `tokensPerSecond`, else 4,000. */
  chunkChars: z.number().int().positive().optional(),
  /** By planner session; the last repeats. */
  plan: z.union([plan, z.array(plan).min(1)]).optional(),
  planner: z
    .strictObject({ steps: z.array(step).optional(), latencyMs: z.number().optional(), corrected: payload.optional() })
    .optional(),
  commander: z
    .union([z.array(turnOfCommander).min(1), z.custom<CommanderFunction>((value) => typeof value === 'function')])
    .optional(),
  todos: z.record(z.string(), worker).optional(),
  reviews: z.record(z.string(), reviews).optional(),
  missionReview: reviews.optional(),
  chat: words.optional(),
  faults: z.array(fault).optional(),
  /** What follows a refused answer. Default: `corrected` if there is one, else prose. `again` repeats it for ever. */
  onRefused: z.enum(['again', 'prose', 'give-up']).optional(),
});
export type Scenario = z.input<typeof scenario>;
export type Script = z.output<typeof scenario> & { readonly baseDir: string };

/** Checks a scenario; an unknown key is an error that names it. `baseDir` is what `from` paths are relative to. */
export function parseScenario(input: unknown, baseDir: string): Script {
  const parsed = scenario.safeParse(input);
  if (!parsed.success) throw new Error(`The scenario is wrong: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, baseDir };
}

/** Reads and checks a scenario file; throws what `readFileSync` and `JSON.parse` throw. */
export function loadScenario(file: string): Script {
  return parseScenario(JSON.parse(readFileSync(file, 'utf8')), path.dirname(path.resolve(file)));
}

/** Spells out text that is given as “so many times this”. */
export function spell(text: z.infer<typeof words> | undefined): string {
  return text === undefined ? '' : typeof text === 'string' ? text : text.text.repeat(text.times);
}
