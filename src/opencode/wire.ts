import * as z from 'zod';
import type { BackgroundCall } from '../core/commands/model';
import { isToolName } from '../core/answers/schemas';
import { maskSecrets } from '../core/secrets';
import type { QuestionAsked } from '../core/mission/facts';
import { markOf, type EndedCall } from '../core/recovery/habits';
import type { Signal } from '../runtime/ports';
import { classify } from './errors';

/** Characters that are kept of what a server says in words. */
const sentenceChars = 1_000;
/** Characters of one thing that an agent asks, what is left out being said; and how many things are kept of each list. */
const askChars = 2_000;
const askItems = 50;

const ofSession = z.looseObject({ sessionID: z.string() });

const toolPart = z.looseObject({
  sessionID: z.string(),
  callID: z.string(),
  tool: z.string(),
  state: z.looseObject({
    status: z.string(),
    input: z.unknown().optional(),
    error: z.string().optional(),
    output: z.string().optional().catch(undefined),
    title: z.string().optional(),
    metadata: z.unknown().optional(),
  }),
});

const tokens = z.looseObject({
  input: z.number().catch(0),
  output: z.number().catch(0),
  reasoning: z.number().catch(0),
  cache: z.looseObject({ read: z.number().catch(0), write: z.number().catch(0) }).catch({ read: 0, write: 0 }),
});

/** A message as far as we read it; a user’s has neither cost nor tokens. */
export const messageInfo = z.looseObject({
  id: z.string(),
  sessionID: z.string(),
  role: z.string(),
  time: z.looseObject({ completed: z.number().optional() }),
  error: z.unknown().optional(),
  summary: z.unknown().optional(),
  finish: z.string().optional().catch(undefined),
  cost: z.number().catch(0).optional(),
  tokens: tokens.optional().catch(undefined),
  providerID: z.string().optional().catch(undefined),
  modelID: z.string().optional().catch(undefined),
});

export const messageSchema = z.looseObject({
  info: messageInfo,
  parts: z.array(z.looseObject({ type: z.string() })),
});

export type WireMessage = z.infer<typeof messageSchema>;
export { toolPart };

/** All tokens a message used, whatever they cost. */
export function tokensOf(info: z.infer<typeof messageInfo>): number {
  const used = info.tokens;
  return used ? used.input + used.output + used.reasoning + used.cache.read + used.cache.write : 0;
}

/** How many tokens a step’s model was given, cached ones too; undefined before the step has ended, and for OpenCode’s own summaries. */
export function contextOf({ role, summary, tokens: used }: z.infer<typeof messageInfo>): number | undefined {
  if (role !== 'assistant' || summary === true || !used) return undefined;
  const given = used.input + used.cache.read + used.cache.write;
  return given > 0 ? given : undefined;
}

/** The model that wrote a message, as `provider/model`; undefined for a person’s. */
export function modelOf({ role, providerID, modelID }: z.infer<typeof messageInfo>): string | undefined {
  if (role !== 'assistant' || providerID === undefined || modelID === undefined) return undefined;
  return `${providerID}/${modelID}`.slice(0, 200);
}

const asked = z.string().transform((text) => {
  const more = text.length - askChars;
  return more > 0 ? `${text.slice(0, askChars)} … ${String(more)} more characters` : text;
});
const few = <T extends z.ZodType>(item: T) => z.array(item).transform((items) => items.slice(0, askItems));
const questionInfo = z.object({
  question: asked,
  header: asked.catch(''),
  options: few(z.object({ label: asked, description: asked.catch('') })).catch([]),
  multiple: z.boolean().catch(false),
});

const schemas = {
  status: ofSession.extend({
    status: z.looseObject({
      type: z.string(),
      next: z.number().optional().catch(undefined),
      message: z.string().optional(),
      attempt: z.number().int().positive().optional().catch(undefined),
    }),
  }),
  message: z.looseObject({ info: messageInfo }),
  error: ofSession.extend({ error: z.unknown() }),
  part: z.looseObject({ part: z.looseObject({ type: z.string(), sessionID: z.string() }) }),
  permission: ofSession.extend({
    id: z.string(),
    permission: asked,
    patterns: few(asked).catch([]),
    always: few(asked).catch([]),
  }),
  question: ofSession.extend({ id: z.string(), questions: few(questionInfo).catch([]) }),
  replied: z.looseObject({ requestID: z.string(), reply: z.string().optional() }),
};

/** Every event’s frame. */
export const envelope = z.looseObject({ type: z.string(), properties: z.unknown() });

/** An event of the stream as signals; events that are unknown or unreadable give none. */
export function signalsOf(event: unknown): Signal[] {
  const frame = envelope.safeParse(event);
  if (!frame.success) return [];
  const { type, properties } = frame.data;
  switch (type) {
    case 'message.part.delta':
      return one(ofSession, properties, ({ sessionID }) => ({ type: 'activity', session: sessionID }));
    case 'message.part.updated':
      return partSignals(properties);
    case 'message.updated':
      return one(schemas.message, properties, ({ info }) => ({
        type: 'usage',
        session: info.sessionID,
        message: info.id,
        tokens: tokensOf(info),
        cost: info.cost ?? 0,
        ...modelIn(info),
        ...contextIn(info),
      }));
    case 'session.status':
      return one(schemas.status, properties, ({ sessionID: session, status }) => {
        if (status.type === 'retry') {
          return {
            type: 'retrying',
            session,
            until: status.next ?? 0,
            ...(status.attempt === undefined ? {} : { attempt: status.attempt }),
            sentence: maskSecrets((status.message ?? '').slice(0, sentenceChars)),
          };
        }
        return status.type === 'idle' ? { type: 'idle', session } : { type: 'busy', session };
      });
    case 'session.error':
      return one(schemas.error, properties, ({ sessionID, error }) => ({
        type: 'failed',
        session: sessionID,
        failure: classify(error),
      }));
    case 'session.idle':
      return one(ofSession, properties, ({ sessionID }) => ({ type: 'idle', session: sessionID }));
    case 'permission.asked':
      return one(schemas.permission, properties, permissionSignal);
    case 'question.asked':
      return one(schemas.question, properties, questionSignal);
    case 'permission.replied':
    case 'question.replied':
      return one(schemas.replied, properties, ({ requestID, reply }) => ({
        type: 'replied',
        ask: requestID,
        reply: reply ?? 'answered',
      }));
    case 'question.rejected':
      return one(schemas.replied, properties, ({ requestID }) => ({
        type: 'replied',
        ask: requestID,
        reply: 'rejected',
      }));
    default:
      return [];
  }
}

/** An open permission ask, from an event or from the list of open ones. */
export function permissionSignal(ask: z.infer<typeof schemas.permission>): Signal {
  const what = ask.patterns.length > 0 ? `: ${ask.patterns.join(', ').slice(0, 300)}` : '';
  return {
    type: 'asked',
    session: ask.sessionID,
    ask: ask.id,
    kind: 'permission',
    title: `${ask.permission.slice(0, 100)}${what}`,
    permission: { name: ask.permission, patterns: ask.patterns, always: ask.always },
  };
}

/** An open question, from an event or from the list of open ones. */
export function questionSignal(ask: z.infer<typeof schemas.question>): Signal {
  const title = ask.questions
    .map((item) => item.question)
    .join(' ')
    .slice(0, 300);
  const questions: QuestionAsked[] = ask.questions;
  return { type: 'asked', session: ask.sessionID, ask: ask.id, kind: 'question', title, questions };
}

export const permissionSchema = schemas.permission;
export const questionSchema = schemas.question;

function contextIn(info: z.infer<typeof messageInfo>): { context?: number } {
  const context = contextOf(info);
  return context === undefined ? {} : { context };
}

function modelIn(info: z.infer<typeof messageInfo>): { model?: string } {
  const model = modelOf(info);
  return model === undefined ? {} : { model };
}

function partSignals(properties: unknown): Signal[] {
  const parsed = schemas.part.safeParse(properties);
  if (!parsed.success) return [];
  const { part } = parsed.data;
  if (part.type === 'step-finish')
    return [{ type: 'stepped', session: part.sessionID, ...(part['reason'] === 'unknown' ? { empty: true } : {}) }];
  if (part.type !== 'tool') return [{ type: 'activity', session: part.sessionID }];
  const tool = toolPart.safeParse(part);
  return tool.success ? toolSignals(tool.data) : [];
}

function toolSignals(part: z.infer<typeof toolPart>): Signal[] {
  const { sessionID: session, callID, tool, state } = part;
  const running = state.status === 'pending' || state.status === 'running';
  const signals: Signal[] = [
    { type: 'tool', session, callID, running, ...(running ? {} : { ended: endedCall(part) }) },
  ];
  if (running) signals.push({ type: 'activity', session, headline: headline(tool, state.input, state.title) });
  const call = backgroundCall(part);
  if (call) signals.push({ type: 'background', session, call });
  if (isToolName(tool) && state.status === 'completed') {
    signals.push({ type: 'answer', session, tool, input: state.input });
  } else if (isToolName(tool) && state.status === 'error') {
    signals.push({ type: 'refused', session, callID, sentence: (state.error ?? 'refused').slice(0, sentenceChars) });
  } else if (tool === 'invalid' && state.status === 'completed') {
    // Arguments that are no JSON, or a tool the role does not have: OpenCode answers them itself.
    const meant = invalidInput.safeParse(state.input);
    if (meant.success && isToolName(meant.data.tool))
      signals.push({ type: 'refused', session, callID, sentence: meant.data.error.slice(0, sentenceChars) });
  }
  return signals;
}

const runInput = z.looseObject({
  command: z.string().max(100_000),
  label: z.string().optional().catch(undefined),
  timeoutMs: z.number().positive().optional().catch(undefined),
});
const killInput = z.looseObject({ id: z.string().max(100) });

/** What a completed call asks of the background; undefined for every other one. */
export function backgroundCall({ tool, callID, state }: z.infer<typeof toolPart>): BackgroundCall | undefined {
  if (state.status !== 'completed') return undefined;
  if (tool === 'run_background') {
    const { data } = runInput.safeParse(state.input);
    const { command, label, timeoutMs } = data ?? {};
    return command === undefined ? undefined : { tool, callID, command, label, timeoutMs };
  }
  const id = tool === 'kill_background' ? killInput.safeParse(state.input).data?.id : undefined;
  return id === undefined ? undefined : { tool: 'kill_background', callID, id };
}

/** A call that has ended, as far as it tells whether its agent is stuck. */
function endedCall({ tool, state }: z.infer<typeof toolPart>): Omit<EndedCall, 'callID'> {
  const missing = tool === 'invalid';
  const meant = missing ? invalidInput.safeParse(state.input) : undefined;
  const name = (meant?.success ? meant.data.tool : tool).slice(0, 100);
  const call = markOf(`${name} ${JSON.stringify(state.input ?? null)}`);
  const failed = state.status === 'error';
  return { name, call, outcome: markOf(`${state.status} ${state.error ?? state.output ?? ''}`), failed, missing };
}

const invalidInput = z.looseObject({ tool: z.string(), error: z.string().catch('unusable') });
const named = z.looseObject({
  command: z.string().optional(),
  filePath: z.string().optional(),
  pattern: z.string().optional(),
});

/** What an agent does right now, in a few words: the tool and what it is used on. */
function headline(tool: string, input: unknown, title: string | undefined): string {
  const known = named.safeParse(input);
  const on = known.success ? (known.data.command ?? known.data.filePath ?? known.data.pattern) : undefined;
  return maskSecrets(`${tool} ${on ?? title ?? ''}`.slice(0, sentenceChars))
    .trim()
    .slice(0, 200);
}

function one<T>(schema: z.ZodType<T>, value: unknown, make: (value: T) => Signal): Signal[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [make(parsed.data)] : [];
}
