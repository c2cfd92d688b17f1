import path from 'node:path';
import * as z from 'zod';
import type { BackgroundCall } from '../core/commands/model';
import { isToolName } from '../core/answers/schemas';
import type { RecordedRun } from '../core/mission/proof';
import type { TurnRecord } from '../runtime/ports';
import { classify } from './errors';
import { backgroundCall, modelOf, tokensOf, toolPart, type WireMessage } from './wire';

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const bashInput = z.looseObject({ command: z.string(), workdir: z.string().optional() });
const bashMetadata = z.looseObject({ exit: z.number().nullable().optional() });

/**
 * Reads a turn from its session’s messages, oldest first. What belongs to the turn is taken by position after the prompt: after
 * a compaction the answer’s `parentID` is not our message.
 */
export function turnRecord(messages: readonly WireMessage[], prompt: string): TurnRecord {
  const start = messages.findIndex((message) => message.info.id === prompt);
  if (start < 0) return { sent: false, complete: false, prose: '', tokens: 0, cost: 0 };
  const answers = messages.slice(start + 1).filter((message) => message.info.role === 'assistant');
  const last = answers.at(-1);
  // OpenCode may write its summaries with another model.
  const own = answers.filter(({ info }) => info.summary !== true);
  const model = own.map(({ info }) => modelOf(info)).findLast((name) => name !== undefined);
  return {
    sent: true,
    answer: lastAnswer(answers),
    error: last?.info.error === undefined ? undefined : classify(last.info.error),
    // A step that ended with tool calls is followed by another one, unless something came between.
    complete:
      last?.info.time.completed !== undefined && last.info.error === undefined && last.info.finish !== 'tool-calls',
    // A summary is OpenCode’s own, made when the context was full.
    prose: own.flatMap((message) => message.parts.flatMap(textOf)).join('\n'),
    background: callsOf(answers),
    tokens: answers.reduce((sum, { info }) => sum + tokensOf(info), 0),
    cost: answers.reduce((sum, { info }) => sum + (info.cost ?? 0), 0),
    ...(model === undefined ? {} : { model }),
  };
}

function lastAnswer(messages: readonly WireMessage[]): TurnRecord['answer'] {
  for (const part of messages.flatMap((message) => message.parts).reverse()) {
    const tool = toolPart.safeParse(part);
    if (!tool.success || tool.data.state.status !== 'completed') continue;
    if (isToolName(tool.data.tool)) return { tool: tool.data.tool, input: tool.data.state.input };
  }
  return undefined;
}

function callsOf(messages: readonly WireMessage[]): BackgroundCall[] {
  return messages
    .flatMap((message) => message.parts)
    .flatMap((part) => {
      const tool = toolPart.safeParse(part);
      return tool.success ? (backgroundCall(tool.data) ?? []) : [];
    });
}

function textOf(part: unknown): string[] {
  const text = textPart.safeParse(part);
  return text.success ? [text.data.text] : [];
}

/** Every completed `bash` run in the messages, with the exit code that OpenCode recorded; `directory` is the workspace folder. */
export function recordedRuns(messages: readonly WireMessage[], directory: string): RecordedRun[] {
  const runs: RecordedRun[] = [];
  for (const part of messages.flatMap((message) => message.parts)) {
    const tool = toolPart.safeParse(part);
    if (!tool.success || tool.data.tool !== 'bash' || tool.data.state.status !== 'completed') continue;
    const input = bashInput.safeParse(tool.data.state.input);
    const metadata = bashMetadata.safeParse(tool.data.state.metadata);
    if (!input.success) continue;
    const workdir = input.data.workdir;
    runs.push({
      session: tool.data.sessionID,
      callID: tool.data.callID,
      command: input.data.command,
      exit: metadata.success ? (metadata.data.exit ?? null) : null,
      inWorkspace: workdir === undefined || path.resolve(directory, workdir) === path.resolve(directory),
    });
  }
  return runs;
}
