import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { atomicWrite } from './atomicWrite';
import { onDisk } from './errors';
import { parseJson } from './parseJson';
import { ticks } from './ticks';

const requestSchema = z.object({
  type: z.literal('stop'),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Who asks, for the journal: `cli 4711`. */
  by: z.string().max(200),
});

/** What another process asks of the one that drives the mission. */
export type DriverRequest = z.infer<typeof requestSchema>;

const pollMs = 250;
const maxBytes = 65_536;

/** Leaves a request in a mission’s `requestsDir`; returns its token. Throws a FilesError `io`. */
export async function writeRequest(dir: string, request: DriverRequest): Promise<string> {
  const token = randomUUID();
  const path = join(dir, `${token}.json`);
  await onDisk(`Writing ${path}`, async () => {
    await mkdir(dir, { recursive: true });
    await atomicWrite(path, `${JSON.stringify(request)}\n`);
  });
  return token;
}

/**
 * The driver’s side: hands each request over, in the order of their times, and removes it once `onRequest` is done; until the
 * signal aborts. What was asked before `since` (milliseconds since the epoch) was meant for a driver before this one: it is
 * removed unread. A file that is no request is left where it is and looked at once. Rejects only with what `onRequest` throws:
 * a disk that refuses for a while must not make the driver deaf for good.
 */
export async function watchRequests(
  dir: string,
  onRequest: (request: DriverRequest) => void | Promise<void>,
  signal: AbortSignal,
  since = 0,
): Promise<void> {
  await mkdir(dir, { recursive: true }).catch(() => undefined); // only for the hint: who asks makes it too
  const seen = new Set<string>();
  for await (const _ of ticks(dir, pollMs, signal)) {
    for (const { path, request } of await newRequests(dir, seen)) {
      if (signal.aborted) return;
      if (request.at >= since) await onRequest(request);
      await rm(path, { force: true }).catch(() => undefined); // seen: it is not carried out twice
    }
  }
}

async function newRequests(dir: string, seen: Set<string>): Promise<{ path: string; request: DriverRequest }[]> {
  const found: { path: string; request: DriverRequest }[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    const path = join(dir, name);
    if (seen.has(name) || !/^[A-Za-z0-9-]{1,64}\.json$/.test(name)) continue;
    const text = await textIn(path).catch(() => undefined);
    if (text === undefined) continue; // gone again, or not to be read just now
    seen.add(name);
    const request = requestSchema.safeParse(parseJson(text)).data;
    if (request) found.push({ path, request });
  }
  return found.sort((a, b) => a.request.at - b.request.at);
}

async function textIn(path: string): Promise<string> {
  const file = await lstat(path);
  return file.isFile() && file.size <= maxBytes ? await readFile(path, 'utf8') : '';
}
