import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { atomicWrite } from './atomicWrite';
import { onDisk } from './errors';
import { parseJson } from './parseJson';
import { ticks } from './ticks';
import { ensureFolder, ensureOrchestratorDir, orchestratorDir } from './workspaceFiles';

const startSchema = z.strictObject({
  type: z.literal('start'),
  /** The mission, word for word; nothing else of what is run can be said here. */
  text: z.string().min(1).max(20_000),
  /** Milliseconds since the epoch. */
  at: z.number(),
  by: z.string().max(200),
  /** Made with the password of the workspace’s server, which no file of the workspace holds. */
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});
const receiptSchema = z.strictObject({ sentence: z.string().max(2_000) });

/** Somebody wants a mission in a workspace in which none runs. */
export type StartRequest = Omit<z.infer<typeof startSchema>, 'type' | 'seal'>;

/** Characters a mission’s text may have that is asked for by a request. */
export const startChars = 20_000;

/** Milliseconds after which nobody starts any more what was asked for. */
const mostAgeMs = 30_000;
const pollMs = 500;
const maxBytes = 131_072;
const names = { request: '.json', taken: '.taken', receipt: '.receipt' };

function sealOf({ text, at, by }: StartRequest, secret: string): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([text, at, by]))
    .digest('hex');
}

/** What became of a request: nobody took it and it is withdrawn, or who took it says so in one sentence, or is still at it. */
export type Receipt = { readonly type: 'nobody' | 'late' } | { readonly type: 'answered'; readonly sentence: string };

/** Bounds in milliseconds: until somebody takes the request, and then until they answer. */
export interface ReceiptBounds {
  readonly takeMs: number;
  readonly answerMs: number;
}

/** Asks whoever has the workspace open to start a mission, and waits for what becomes of it. Throws a FilesError. */
export async function askForStart(
  workspace: string,
  request: StartRequest,
  secret: string,
  bounds: ReceiptBounds = { takeMs: 5_000, answerMs: 30_000 },
): Promise<Receipt> {
  await ensureOrchestratorDir(workspace);
  const dir = await ensureFolder(workspace, '.opencode', 'orchestrator', 'requests');
  const path = join(dir, randomUUID());
  const text = JSON.stringify({ type: 'start', ...request, seal: sealOf(request, secret) });
  await onDisk(`Writing ${path}`, () => atomicWrite(`${path}${names.request}`, `${text}\n`, 0o600));
  const takeBy = performance.now() + bounds.takeMs;
  let answerBy: number | undefined;
  for (;;) {
    const receipt = await receiptAt(`${path}${names.receipt}`);
    if (receipt !== undefined) {
      await rm(`${path}${names.receipt}`, { force: true });
      return { type: 'answered', sentence: receipt };
    }
    const now = performance.now();
    if (answerBy === undefined && !(await isThere(`${path}${names.request}`))) answerBy = now + bounds.answerMs;
    if (answerBy !== undefined && now > answerBy) return { type: 'late' };
    if (answerBy === undefined && now > takeBy) {
      const withdrawn = await rm(`${path}${names.request}`).then(
        () => true,
        () => false, // taken just now
      );
      if (withdrawn) return { type: 'nobody' };
    }
    await sleep(50);
  }
}

export interface WatchedStarts {
  /** What was asked for before is not meant for us, in milliseconds since the epoch. */
  readonly since: number;
  /** Whether a mission could start here now; otherwise requests are left alone. */
  readonly isFree: () => boolean;
  /** The password of the workspace’s server; undefined where none runs. */
  readonly secret: () => Promise<string | undefined>;
  /** Starts the mission and says in one sentence what came of it. */
  readonly start: (text: string, by: string) => Promise<string>;
  readonly log: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Takes the requests for a start in a workspace until the signal aborts. Each is taken by one process only, started only when
 * its seal is right and it is young, and removed in any case. Never rejects for what is on disk.
 */
export async function watchStarts(workspace: string, watched: WatchedStarts): Promise<void> {
  const dir = join(orchestratorDir(workspace), 'requests');
  for await (const _ of ticks(dir, pollMs, watched.signal)) {
    const found = await readdir(dir).catch(() => []); // not there yet
    for (const name of found) {
      if (watched.signal.aborted) return;
      await takeOne(dir, name, watched);
    }
  }
}

async function takeOne(dir: string, name: string, watched: WatchedStarts): Promise<void> {
  const [, id, kind] = /^([0-9a-f-]{36})(\.json|\.taken|\.receipt)$/.exec(name) ?? [];
  if (id === undefined) return;
  const path = join(dir, id);
  if (kind !== names.request) return await forgetOld(join(dir, name));
  if (!watched.isFree()) return;
  const taken = `${path}${names.taken}`;
  // Of several windows that see it, one can take it away.
  if (!(await rename(join(dir, name), taken).then(() => true, () => false))) return; // prettier-ignore
  try {
    const request = startSchema.safeParse(parseJson(await textIn(taken))).data;
    const why = request ? await refusalOf(request, watched) : 'it is no request';
    if (why !== undefined || !request) {
      watched.log(`A request to start a mission was thrown away: ${why ?? ''}.`);
      return;
    }
    const sentence = await watched.start(request.text, request.by);
    await atomicWrite(`${path}${names.receipt}`, JSON.stringify({ sentence: sentence.slice(0, 2_000) }), 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    watched.log(`A request to start a mission could not be read or answered: ${error.message}`);
  } finally {
    await rm(taken, { force: true }).catch(() => undefined); // nobody reads it again
  }
}

async function refusalOf(
  { seal, text, at, by }: z.infer<typeof startSchema>,
  { since, secret }: WatchedStarts,
): Promise<string | undefined> {
  const age = Date.now() - at;
  if (at < since || age > mostAgeMs || age < -mostAgeMs) return 'it is not of now';
  const known = await secret();
  if (known === undefined) return 'no server of ours runs here';
  const right = sealOf({ text, at, by }, known);
  return timingSafeEqual(Buffer.from(right, 'hex'), Buffer.from(seal, 'hex')) ? undefined : 'it is not from our server';
}

/** What a process left that died over it. */
async function forgetOld(path: string): Promise<void> {
  const file = await lstat(path).catch(() => undefined); // gone already
  if (file && Date.now() - file.mtimeMs > 10 * mostAgeMs) await rm(path, { force: true }).catch(() => undefined); // another day
}

async function receiptAt(path: string): Promise<string | undefined> {
  const text = await textIn(path).catch(() => undefined); // not there yet
  return text === undefined ? undefined : receiptSchema.safeParse(parseJson(text)).data?.sentence;
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function textIn(path: string): Promise<string> {
  const file = await lstat(path);
  return file.isFile() && file.size <= maxBytes ? await readFile(path, 'utf8') : '';
}
