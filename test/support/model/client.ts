/** A bare chat-completion client that stands in for OpenCode in unit tests: sends a request, and can play a whole turn. */
import type { Payload } from './scenario';

export interface WireMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/** A session as OpenCode would hold it; `messages` grows with each call of a turn. */
export interface Session {
  readonly id: string;
  readonly parent?: string;
  readonly tools: readonly string[];
  readonly messages: WireMessage[];
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly tool?: { readonly id: string; readonly name: string; readonly input: Payload };
  readonly finish?: string;
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
  readonly raw: string;
}

interface Piece {
  choices?: {
    delta: { content?: string; tool_calls?: { id?: string; function: { name?: string; arguments?: string } }[] };
    finish_reason: string | null;
  }[];
  usage?: NonNullable<Answered['usage']>;
}

/** One streamed request with the session’s messages; rejects as `fetch` does when the connection breaks. */
export async function ask(url: string, session: Session, extra: Payload = {}, signal?: AbortSignal): Promise<Answered> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-session-id': session.id,
      ...(session.parent === undefined ? {} : { 'x-parent-session-id': session.parent }),
    },
    body: JSON.stringify({
      model: 'scripted-1',
      stream: true,
      messages: session.messages,
      tools: session.tools.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })),
      ...extra,
    }),
    ...(signal ? { signal } : {}),
  });
  const raw = await response.text();
  const pieces = raw
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as Piece);
  const choices = pieces.flatMap((piece) => piece.choices ?? []);
  const calls = choices.flatMap((choice) => choice.delta.tool_calls ?? []);
  const first = calls[0];
  const written = calls.map((call) => call.function.arguments ?? '').join('');
  const finish = choices.findLast((choice) => choice.finish_reason !== null)?.finish_reason;
  const usage = pieces.at(-1)?.usage;
  return {
    status: response.status,
    headers: response.headers,
    text: choices.map((choice) => choice.delta.content ?? '').join(''),
    ...(first?.id !== undefined && first.function.name !== undefined
      ? { tool: { id: first.id, name: first.function.name, input: JSON.parse(written) as Payload } }
      : {}),
    ...(finish ? { finish } : {}),
    ...(usage ? { usage } : {}),
    raw,
  };
}

/** What the tools of a turn answer; by default the role’s tool records and every other says `ok`. */
export type Toolbox = (name: string, input: Payload) => string;
export const kindTools: Toolbox = (name) => (name.startsWith('mission_') ? 'Recorded.' : 'ok');

/** Prompts a session and goes on until an answer calls no tool, or for `most` calls. */
export async function turn(
  url: string,
  session: Session,
  prompt: string,
  { tools = kindTools, most = 20 }: { tools?: Toolbox; most?: number } = {},
): Promise<Answered[]> {
  session.messages.push({ role: 'user', content: prompt });
  const answers: Answered[] = [];
  while (answers.length < most) {
    const answer = await ask(url, session);
    answers.push(answer);
    if (answer.status !== 200) break;
    const { tool, text } = answer;
    if (!tool) {
      session.messages.push({ role: 'assistant', content: text });
      break;
    }
    const call = {
      id: tool.id,
      type: 'function' as const,
      function: { name: tool.name, arguments: JSON.stringify(tool.input) },
    };
    session.messages.push({ role: 'assistant', content: text, tool_calls: [call] });
    session.messages.push({ role: 'tool', tool_call_id: tool.id, content: tools(tool.name, tool.input) });
  }
  return answers;
}
