import * as z from 'zod';
import { taskText, tellsTask, withoutState, type Task } from '../core/agents/reminders';
import type { Role } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';

/** A message as OpenCode hands it to a plugin before a model is called. */
export interface SentMessage {
  readonly info: unknown;
  readonly parts: readonly unknown[];
}

const infoSchema = z.looseObject({ role: z.string(), sessionID: z.string() });
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

/** Whose messages these are; undefined when that cannot be told. */
export function sessionOf(messages: readonly SentMessage[]): string | undefined {
  const info = infoSchema.safeParse(messages[0]?.info);
  return info.success ? info.data.sessionID : undefined;
}

/** Whether one of the person’s side says what a session of this role is to do; after a compaction none may. */
export function isToldTask(role: Role, messages: readonly SentMessage[]): boolean {
  return messages.some((message) => textsOf(message).some((text) => tellsTask(role, text)));
}

/** The messages with the Commander’s state in the newest prompt alone; what is handed in stays as it is. */
export function withOneState(messages: readonly SentMessage[]): SentMessage[] {
  const newest = messages.findLastIndex((message) => textsOf(message).some((text) => tellsTask('commander', text)));
  return messages.map((message, index) => {
    if (index >= newest || textsOf(message).length === 0) return message;
    return withTexts(message, withoutState);
  });
}

/** The messages with the task told again in the last one of the person’s side. */
export function withTask(messages: readonly SentMessage[], s: MissionState, task: Task): SentMessage[] {
  const last = messages.findLastIndex((message) => textsOf(message).length > 0);
  return messages.map((message, index) => {
    if (index !== last) return message;
    const parts = [...message.parts];
    const at = parts.findLastIndex((part) => textPart.safeParse(part).success);
    const part = textPart.parse(parts[at]);
    parts[at] = { ...part, text: `${part.text}\n\n${taskText(s, task)}` };
    return { ...message, parts };
  });
}

/** The texts of a message of the person’s side; none of a model’s. */
function textsOf({ info, parts }: SentMessage): string[] {
  const known = infoSchema.safeParse(info);
  if (!known.success || known.data.role !== 'user') return [];
  return parts.flatMap((part) => {
    const text = textPart.safeParse(part);
    return text.success ? [text.data.text] : [];
  });
}

function withTexts(message: SentMessage, change: (text: string) => string): SentMessage {
  const parts = message.parts.map((part) => {
    const text = textPart.safeParse(part);
    return text.success ? { ...text.data, text: change(text.data.text) } : part;
  });
  return { ...message, parts };
}
