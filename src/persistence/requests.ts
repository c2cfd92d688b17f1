import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { todoEditSchema } from '../core/mission/decideEdit';
import { atomicWrite } from './atomicWrite';
import { codeOf, onDisk } from './errors';
import { parseJson } from './parseJson';
import { ticks } from './ticks';

const frame = {
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Who asks, for the journal: `cli 4711`. */
  by: z.string().max(200),
  /** The token of the lock whose holder is asked; another driver leaves the request alone. */
  to: z.string().max(64).optional(),
};
const id = z.string().min(1).max(300);
const text = z.string().max(20_000);
const replySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('permission'),
    reply: z.enum(['once', 'always', 'reject']),
    message: text.optional(),
  }),
  z.strictObject({ type: z.literal('question'), answers: z.array(z.array(text).max(50)).max(50) }),
  z.strictObject({ type: z.literal('reject'), message: text.optional() }),
  z.strictObject({ type: z.literal('commander'), answer: text }),
]);

const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop'), ...frame }),
  z.object({ type: z.literal('pause'), ...frame }),
  z.object({ type: z.literal('unpause'), ...frame }),
  z.object({ type: z.literal('note'), text: text.min(1), todo: id.optional(), now: z.boolean().optional(), ...frame }),
  z.object({ type: z.literal('hurry'), note: id, ...frame }),
  z.object({ type: z.literal('edit'), edit: todoEditSchema, ...frame }),
  /** Limits and budgets as `KEY=VALUE`; nothing else: a file in a workspace must not say what is run. */
  z.object({
    type: z.literal('change'),
    set: z.array(z.string().max(200).regex(/^(?:limits|budget)\.[A-Za-z]+=/)).min(1).max(20), // prettier-ignore
    ...frame,
  }),
  /** By its id alone: a file in a workspace must not say what is run. */
  z.object({ type: z.literal('command'), act: z.enum(['kill', 'again']), id: z.string().max(40), ...frame }),
  z.object({ type: z.literal('reply'), ask: id, reply: replySchema, ...frame }),
]);

/** What another process asks of the one that drives the mission. */
export type DriverRequest = z.infer<typeof requestSchema>;

/** A request before it is addressed. */
export type Wish = DriverRequest extends infer R ? (R extends DriverRequest ? Omit<R, 'at' | 'to'> : never) : never;

const pollMs = 250;
const maxBytes = 65_536;

/**
 * Leaves a request in a mission’s `requestsDir`; returns its path. Throws a FilesError `io`: also where the mission’s folder is
 * gone, which is not made anew.
 */
export async function writeRequest(dir: string, request: DriverRequest): Promise<string> {
  const path = join(dir, `${randomUUID()}.json`);
  await onDisk(`Writing ${path}`, async () => {
    await mkdir(dir).catch(unlessThere);
    await atomicWrite(path, `${JSON.stringify(request)}\n`);
  });
  return path;
}

/** Takes a request back; false when its driver has taken it already. */
export async function takeBack(path: string): Promise<boolean> {
  return await rm(path).then(
    () => true,
    () => false,
  );
}

/** Whether a request can be written at all: what is over its length is refused before. One sentence, or undefined. */
export function refusalOf(wish: Wish): string | undefined {
  const parsed = requestSchema.safeParse({ ...wish, at: 0 });
  if (parsed.success) return undefined;
  return wish.type === 'change'
    ? 'Only limits and budgets can be changed while another process runs the mission.'
    : 'That is too long, or nothing that the process that runs the mission could be asked.';
}

export interface WatchedRequests {
  readonly onRequest: (request: DriverRequest) => void | Promise<void>;
  /** Called once when there are files that are no requests: they stay, and are looked at no more. */
  readonly onForeign?: ((sentence: string) => void) | undefined;
  readonly signal: AbortSignal;
  /** The token of the driver’s lock. */
  readonly token?: string | undefined;
  /** For requests that name no driver: those before it, in milliseconds since the epoch, were meant for an earlier one. */
  readonly since?: number | undefined;
}

/**
 * The driver’s side: hands each request over, in the order of their times, and removes it once `onRequest` is done; until the
 * signal aborts. What was meant for a driver before this one is removed unread. Rejects only with what `onRequest` throws:
 * a disk that refuses for a while must not make the driver deaf for good.
 */
export async function watchRequests(dir: string, watched: WatchedRequests): Promise<void> {
  const { onRequest, signal, token, since = 0 } = watched;
  await mkdir(dir).catch(() => undefined); // only for the hint: who asks makes it too
  const seen = new Set<string>();
  let said = false;
  for await (const _ of ticks(dir, pollMs, signal)) {
    const { found, foreign } = await newRequests(dir, seen);
    if (foreign !== undefined && !said) {
      said = true;
      watched.onForeign?.(`${foreign} is no request to this mission; it is ignored, and so is what is like it.`);
    }
    for (const { path, request } of found) {
      if (signal.aborted) return;
      if (request.to === undefined ? request.at >= since : request.to === token) await onRequest(request);
      await rm(path, { force: true }).catch(() => undefined); // seen: it is not carried out twice
    }
  }
}

interface Found {
  readonly found: { readonly path: string; readonly request: DriverRequest }[];
  /** One of the files that are no requests. */
  readonly foreign?: string | undefined;
}

async function newRequests(dir: string, seen: Set<string>): Promise<Found> {
  const found: Found['found'] = [];
  let foreign: string | undefined;
  const names = await readdir(dir).catch(() => []);
  const there = new Set(names);
  for (const name of seen) if (!there.has(name)) seen.delete(name);
  for (const name of names) {
    const path = join(dir, name);
    if (seen.has(name) || !/^[A-Za-z0-9-]{1,64}\.json$/.test(name)) continue;
    const content = await textIn(path).catch(() => undefined);
    if (content === undefined) continue; // gone again, or not to be read just now
    seen.add(name);
    const request = requestSchema.safeParse(parseJson(content)).data;
    if (request) found.push({ path, request });
    else foreign = path;
  }
  found.sort((a, b) => a.request.at - b.request.at);
  return { found, foreign };
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

async function textIn(path: string): Promise<string> {
  const file = await lstat(path);
  return file.isFile() && file.size <= maxBytes ? await readFile(path, 'utf8') : '';
}
