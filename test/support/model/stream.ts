/** Writes a reply in the wire format of chat completions, streamed or whole. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from './scenario';

/** What goes over the wire; the tool’s input is streamed like text. */
export interface Wire {
  readonly model: string;
  readonly text: string;
  readonly tool?: { readonly id: string; readonly name: string; readonly input: Payload };
  readonly promptTokens: number;
}

/** How fast, and after how many characters of text and input the connection breaks. */
export interface Pace {
  readonly chunkChars: number;
  readonly tokensPerSecond?: number | undefined;
  readonly cutAfter?: number | undefined;
}

const charsPerToken = 4;

/** Characters of the answer that are streamed, which is what `cutAfter` counts. */
export function lengthOf(wire: Wire): number {
  return wire.text.length + (wire.tool ? JSON.stringify(wire.tool.input).length : 0);
}

/** Streams `chat.completion.chunk` lines; rejects when the signal aborts. Returns whether the answer went out whole. */
export async function stream(response: ServerResponse, wire: Wire, pace: Pace, signal: AbortSignal): Promise<boolean> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const base = {
    id: `chatcmpl-${Date.now().toString(36)}`,
    object: 'chat.completion.chunk',
    created: seconds(),
    model: wire.model,
  };
  const send = async (fields: Record<string, unknown>): Promise<void> => {
    signal.throwIfAborted();
    const line = `data: ${JSON.stringify({ ...base, ...fields })}\n\n`;
    if (!response.write(line)) await once(response, 'drain', { signal });
  };
  const delta = (change: Record<string, unknown>, finish: string | null = null): Promise<void> =>
    send({ choices: [{ index: 0, delta: change, finish_reason: finish }] });

  let left = pace.cutAfter ?? Infinity;
  const pieces = async (text: string, write: (piece: string) => Promise<void>): Promise<boolean> => {
    for (let at = 0; at < text.length; at += pace.chunkChars) {
      const piece = text.slice(at, at + Math.min(pace.chunkChars, left));
      if (piece) await write(piece);
      left -= piece.length;
      if (left <= 0) return false;
      if (pace.tokensPerSecond)
        await sleep((piece.length / charsPerToken / pace.tokensPerSecond) * 1000, undefined, { signal });
    }
    return true;
  };
  const cut = (): boolean => {
    response.destroy();
    return false;
  };

  await delta({ role: 'assistant', content: '' });
  if (left <= 0) return cut();
  if (!(await pieces(wire.text, (content) => delta({ content })))) return cut();
  if (wire.tool) {
    const { id, name, input } = wire.tool;
    await delta({ tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '' } }] });
    const argument = (piece: string): Promise<void> =>
      delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
    if (!(await pieces(JSON.stringify(input), argument))) return cut();
  }
  await delta({}, wire.tool ? 'tool_calls' : 'stop');
  await send({ choices: [], usage: usageOf(wire) });
  response.end('data: [DONE]\n\n');
  return true;
}

/** The same answer as one JSON object. */
export function whole(response: ServerResponse, wire: Wire): void {
  const calls = wire.tool
    ? [
        {
          id: wire.tool.id,
          type: 'function',
          function: { name: wire.tool.name, arguments: JSON.stringify(wire.tool.input) },
        },
      ]
    : undefined;
  sendJson(response, 200, {
    id: `chatcmpl-${Date.now().toString(36)}`,
    object: 'chat.completion',
    created: seconds(),
    model: wire.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: wire.text, ...(calls ? { tool_calls: calls } : {}) },
        finish_reason: calls ? 'tool_calls' : 'stop',
      },
    ],
    usage: usageOf(wire),
  });
}

/** One JSON answer with its status. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function usageOf(wire: Wire): Record<string, number> {
  const completion = Math.max(1, Math.ceil(lengthOf(wire) / charsPerToken));
  return {
    prompt_tokens: wire.promptTokens,
    completion_tokens: completion,
    total_tokens: wire.promptTokens + completion,
  };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
