/** Reads one chat-completion request: who asks, for which TODO, in which turn, and what this turn has done so far. */
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { MissionState, Payload, Role } from './scenario';

/** A tool call of this turn with what came back; `result` is absent when the request holds none. */
export interface DoneCall {
  readonly id: string;
  readonly name: string;
  readonly input: Payload;
  readonly result?: string;
}

/** A message as the model sees it: the texts of its parts joined. */
export interface SeenMessage {
  readonly role: string;
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: Payload }[];
  readonly answers?: string;
}

/** A parsed request. `user` is the last user message, `prompt` the one that carries the scope or the mission’s state. */
export interface Ask {
  readonly model: string;
  readonly stream: boolean;
  readonly session: string;
  readonly parent?: string;
  readonly role: Role;
  readonly answerTool?: string;
  readonly todo?: string;
  readonly scope?: 'todo' | 'mission';
  readonly state?: MissionState;
  readonly system: string;
  readonly user: string;
  readonly prompt: string;
  readonly userMessages: number;
  readonly messages: readonly SeenMessage[];
  readonly done: readonly DoneCall[];
  readonly tools: ReadonlyMap<string, unknown>;
  readonly directory?: string;
  readonly bodyChars: number;
  readonly temperature?: number;
  readonly effort?: string;
}

const content = z
  .union([z.string(), z.null(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
  .optional();
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  reasoning_effort: z.string().optional(),
  messages: z
    .array(
      z.looseObject({
        role: z.string(),
        content,
        tool_calls: z
          .array(
            z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
          )
          .optional(),
        tool_call_id: z.string().optional(),
      }),
    )
    .min(1),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }) }))
    .optional(),
});
const stateSchema = z.looseObject({
  iteration: z.number().catch(0),
  todos: z.array(z.looseObject({ id: z.string(), state: z.string() })).catch([]),
});

const answerTools: readonly (readonly [string, Role])[] = [
  ['mission_decide', 'commander'],
  ['mission_plan', 'planner'],
  ['mission_report', 'worker'],
  ['mission_review', 'reviewer'],
];
const scopeLine = /^scope: (?:(mission)|todo ([A-Za-z0-9._-]{1,64}))[ \t]*$/m;
const stateBlock = /^```mission-state[^\n]*\n([\s\S]*?)\n```/gm;

/** Parses a request’s body; throws one sentence when it is no chat-completion request. */
export function readAsk(body: string, headers: IncomingHttpHeaders): Ask {
  const parsed = requestSchema.safeParse(fromJson(body));
  if (!parsed.success) throw new Error(`No chat-completion request: ${z.prettifyError(parsed.error)}`);
  const wire = parsed.data;
  const all = wire.messages.map(seen);
  const messages = all.filter((message) => message.role !== 'system' && message.role !== 'developer');
  const system = all
    .filter((message) => !messages.includes(message))
    .map((message) => message.text)
    .join('\n');
  const tools = new Map((wire.tools ?? []).map((tool) => [tool.function.name, tool.function.parameters] as const));
  const offered = answerTools.filter(([name]) => tools.has(name));
  const only = offered.length === 1 ? offered[0] : undefined;
  const role = only?.[1] ?? 'chat';
  const { asked, began } = turnOf(messages, role);
  const prompt = messages[asked]?.text ?? '';
  const scope = role === 'worker' || role === 'reviewer' ? scopeLine.exec(prompt) : null;
  const state = role === 'commander' ? stateIn(prompt) : undefined;
  const parent = header(headers, 'x-parent-session-id');
  const directory = /^\s*Working directory: (.+)$/m.exec(system)?.[1]?.trim();
  return {
    model: wire.model,
    stream: wire.stream === true,
    session: header(headers, 'x-session-id') ?? 'none',
    ...(parent === undefined ? {} : { parent }),
    role,
    ...(only === undefined ? {} : { answerTool: only[0] }),
    ...(scope?.[2] === undefined ? {} : { todo: scope[2] }),
    ...(scope ? { scope: scope[1] ? ('mission' as const) : ('todo' as const) } : {}),
    ...(state === undefined ? {} : { state }),
    system,
    user: messages.findLast((message) => message.role === 'user')?.text ?? '',
    prompt,
    userMessages: messages.filter((message) => message.role === 'user').length,
    messages,
    done: doneAfter(messages, began),
    tools,
    ...(directory === undefined ? {} : { directory }),
    bodyChars: body.length,
    ...(wire.temperature === undefined ? {} : { temperature: wire.temperature }),
    ...(wire.reasoning_effort === undefined ? {} : { effort: wire.reasoning_effort }),
  };
}

/** The user messages of interest: the one that says what is wanted, and the one where its work began. */
function turnOf(messages: readonly SeenMessage[], role: Role): { asked: number; began: number } {
  const where = (marker: RegExp): number[] =>
    messages.flatMap((message, index) => (message.role === 'user' && marker.test(message.text) ? [index] : []));
  const last = messages.findLastIndex((message) => message.role === 'user');
  if (role === 'commander') {
    const asked = where(/^```mission-state/m).at(-1) ?? last;
    return { asked, began: asked };
  }
  if (role !== 'worker' && role !== 'reviewer') return { asked: last, began: last };
  // A reminder or a “go on” continues the steps of its attempt, with a scope line of its own or without; what was recorded is over.
  const scoped = where(scopeLine);
  const asked = scoped.at(-1) ?? last;
  const scopeOf = (index: number): string | undefined => scopeLine.exec(messages[index]?.text ?? '')?.[0];
  const recorded = messages.findLastIndex((message) => message.role === 'tool' && message.text.startsWith('Recorded'));
  return { asked, began: scoped.find((index) => index > recorded && scopeOf(index) === scopeOf(asked)) ?? asked };
}

function doneAfter(messages: readonly SeenMessage[], began: number): DoneCall[] {
  const later = messages.slice(began + 1);
  const results = new Map(
    later.filter((message) => message.answers !== undefined).map((message) => [message.answers, message.text]),
  );
  return later.flatMap((message) =>
    message.calls.map((call) => {
      const result = results.get(call.id);
      return { ...call, ...(result === undefined ? {} : { result }) };
    }),
  );
}

function stateIn(text: string): MissionState | undefined {
  const block = [...text.matchAll(stateBlock)].at(-1)?.[1];
  const parsed = stateSchema.safeParse(block === undefined ? undefined : fromJson(block));
  return parsed.success ? parsed.data : undefined;
}

function seen(message: z.infer<typeof requestSchema>['messages'][number]): SeenMessage {
  const parts = message.content;
  const text = typeof parts === 'string' ? parts : (parts ?? []).map((part) => part.text ?? '').join('\n');
  const calls = (message.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.function.name,
    input: asPayload(fromJson(call.function.arguments)),
  }));
  return {
    role: message.role,
    text,
    calls,
    ...(message.tool_call_id === undefined ? {} : { answers: message.tool_call_id }),
  };
}

function asPayload(value: unknown): Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema that reads it next says what is wrong
  }
}
