import path from 'node:path';
import * as z from 'zod';
import { classify } from './errors';
import type { TranscriptEntry } from './transcript';

/** Characters that an entry keeps of a text; how many more there were is said. */
export const textChars = 20_000;

const time = z.looseObject({ start: z.number().optional(), end: z.number().optional() });
const state = z.looseObject({
  status: z.string(),
  input: z.unknown().optional(),
  output: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  metadata: z.unknown().optional(),
  time: time.optional().catch(undefined),
});

/** A message’s part as far as a transcript shows it. */
export const partSchema = z.looseObject({
  id: z.string(),
  messageID: z.string(),
  sessionID: z.string(),
  type: z.string(),
  text: z.string().optional().catch(undefined),
  synthetic: z.boolean().optional().catch(undefined),
  time: time.optional().catch(undefined),
  tool: z.string().optional().catch(undefined),
  state: state.optional().catch(undefined),
});
export type WirePart = z.infer<typeof partSchema>;

/** A message’s head as far as a transcript shows it. */
export const headSchema = z.looseObject({
  id: z.string(),
  sessionID: z.string(),
  role: z.string(),
  time: z.looseObject({ created: z.number().optional() }).optional().catch(undefined),
  error: z.unknown().optional(),
});
export type WireHead = z.infer<typeof headSchema>;

const ran = z.looseObject({
  exit: z.number().nullable().optional().catch(undefined),
  output: z.string().optional().catch(undefined),
  exists: z.boolean().optional().catch(undefined),
  filediff: z.looseObject({ additions: z.number(), deletions: z.number() }).optional().catch(undefined),
});
const used = z.looseObject({
  command: z.string().optional().catch(undefined),
  filePath: z.string().optional().catch(undefined),
  path: z.string().optional().catch(undefined),
  pattern: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  summary: z.string().optional().catch(undefined),
  content: z.string().optional().catch(undefined),
});

/** A part as an entry; undefined for what is nobody’s words or deed. `directory` is the workspace folder. */
export function partEntry(part: WirePart, head: WireHead | undefined, directory: string): TranscriptEntry | undefined {
  const at = part.time?.start ?? part.state?.time?.start ?? head?.time?.created ?? 0;
  const base = { id: part.id, at };
  switch (part.type) {
    case 'text': {
      const text = part.text ?? '';
      if (text === '' || part.synthetic) return undefined;
      return { ...base, kind: head?.role === 'user' ? 'prompt' : 'text', text: cut(text) };
    }
    case 'reasoning':
      return part.text ? { ...base, kind: 'reasoning', text: cut(part.text), ...durationOf(part.time) } : undefined;
    case 'tool':
      return part.state && { ...base, ...toolEntry(part.tool ?? 'tool', part.state, directory) };
    default:
      return undefined;
  }
}

/** The error that a message ended with; an abort is none, since every turn of ours ends with one. */
export function errorEntry(head: WireHead): TranscriptEntry | undefined {
  if (head.error === undefined || head.error === null) return undefined;
  const failure = classify(head.error);
  if (failure.kind === 'aborted') return undefined;
  return { id: `${head.id}:error`, at: head.time?.created ?? 0, kind: 'error', text: failure.sentence };
}

function toolEntry(tool: string, call: z.infer<typeof state>, directory: string): Omit<TranscriptEntry, 'id' | 'at'> {
  const input = used.safeParse(call.input).data ?? {};
  const told = ran.safeParse(call.metadata).data ?? {};
  const output = call.output ?? call.error ?? told.output;
  const status = call.status === 'completed' || call.status === 'error' ? call.status : 'running';
  return {
    kind: 'tool',
    tool: tool.slice(0, 100),
    text: cut(usedOn(input, call.input, directory)),
    status,
    ...(call.title ? { title: call.title.slice(0, 400) } : {}),
    ...(output ? { output: cut(output) } : {}),
    ...(told.exit === undefined ? {} : { exit: told.exit }),
    ...durationOf(call.time),
    ...(status === 'completed' ? linesOf(told, input.content) : {}),
  };
}

function usedOn(input: z.infer<typeof used>, raw: unknown, directory: string): string {
  const file = input.filePath ?? (input.pattern === undefined ? input.path : undefined);
  if (input.command !== undefined) return input.command;
  if (file !== undefined) return inside(file, directory);
  const known = input.pattern ?? input.url ?? input.summary;
  return known ?? (typeof raw === 'object' && raw !== null && Object.keys(raw).length > 0 ? JSON.stringify(raw) : '');
}

function inside(file: string, directory: string): string {
  const relative = path.relative(directory, path.resolve(directory, file));
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** OpenCode counts what an edit changed; a file that is written anew is counted here, one that is replaced is not known. */
function linesOf(told: z.infer<typeof ran>, content: string | undefined): Pick<TranscriptEntry, 'added' | 'removed'> {
  if (told.filediff) return { added: told.filediff.additions, removed: told.filediff.deletions };
  if (told.exists !== false || content === undefined) return {};
  const lines = content.split('\n').length - (content.endsWith('\n') || content === '' ? 1 : 0);
  return { added: lines, removed: 0 };
}

function durationOf(span: z.infer<typeof time> | undefined): Pick<TranscriptEntry, 'durationMs'> {
  if (span?.start === undefined || span.end === undefined) return {};
  return { durationMs: Math.max(0, span.end - span.start) };
}

/** The text’s beginning, and how much more there is. */
export function cut(text: string, length = text.length): string {
  if (length <= textChars) return text;
  return `${text.slice(0, textChars)}\n… ${(length - textChars).toLocaleString('en-US')} more characters`;
}
