import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { permissionRules } from '../../src/core/agents/permissions';
import type { Fact, Role } from '../../src/core/mission/facts';
import { defaultSettings, type Settings } from '../../src/core/mission/settings';
import { openCodeBackend, type OpenCodeBackend } from '../../src/opencode/backend';
import { followEvents } from '../../src/opencode/eventStream';
import { handshake } from '../../src/opencode/handshake';
import { messageIds } from '../../src/opencode/ids';
import { refuseInstalls, type NoInstall } from '../../src/opencode/noInstall';
import { endServer, isAlive, startServer, type Server } from '../../src/opencode/server';
import { openJournal } from '../../src/persistence/journal';
import { ensureMissionDir, journalPath } from '../../src/persistence/workspaceFiles';
import type { Backend, SessionOrder, Signal, TurnRecord } from '../../src/runtime/ports';
import type { Model } from '../support/model/model';
import { bridge, opencode, scratch, scriptedModel, type Scratch } from '../support/scratch';

export const mission = 'm-contract';

/** The TODOs of the mission that all contract tests work in. T2 names no file; `src/away.ts` is made a link by its test. */
export const todoFiles: Readonly<Record<string, readonly string[]>> = {
  T1: ['src/a.ts'],
  T2: [],
  T3: ['src/away.ts'],
};

/** The one real server of the contract tests, with the bridge and the scripted model, and its events since it started. */
export interface World {
  readonly place: Scratch;
  readonly model: Model;
  readonly events: unknown[];
  readonly signals: Signals;
  readonly backend: OpenCodeBackend;
  server: Server;
  /** Aborted, and a new one, with each server. */
  moved: AbortController;
}

/** What a turn left behind. */
export interface Played {
  readonly session: string;
  readonly message: string;
  readonly record: TurnRecord;
}

/** Signals as they come, and how to wait for them. */
export class Signals {
  readonly all: Signal[] = [];

  listen(backend: Pick<Backend, 'onSignal'>): this {
    backend.onSignal((signal) => this.all.push(signal));
    return this;
  }

  of<T extends Signal['type']>(type: T, session?: string): Extract<Signal, { type: T }>[] {
    return this.all.filter((signal): signal is Extract<Signal, { type: T }> => {
      return signal.type === type && (session === undefined || ('session' in signal && signal.session === session));
    });
  }
}

/** The settings of the mission that all contract tests work in. */
const settings: Settings = { ...defaultSettings, 'temperatures.reviewer': '0.25' };

const messages = messageIds(Date.now);
export const newMessage = (): string => messages();

let world: Promise<World> | undefined;
let noInstall: NoInstall | undefined;
const following = new AbortController();
let users = 0;

/** Lets a suite use the server: it starts with the first suite that needs it and ends after the last. */
export function useWorld(): () => World {
  let mine: World | undefined;
  users += 1;
  before(async function () {
    this.timeout(90_000);
    mine = await (world ??= begin());
  });
  after(async function () {
    this.timeout(30_000);
    users -= 1;
    if (users === 0) await end();
  });
  return () => {
    if (!mine) throw new Error('The server is there within tests only.');
    return mine;
  };
}

// Where `--grep` left a suite out, its own hook never ran.
after(async function () {
  this.timeout(30_000);
  await end();
});

async function begin(): Promise<World> {
  const place = scratch();
  const model = await scriptedModel(place, {}, config);
  // A person’s own command that has the name of one of ours.
  place.write('.opencode/command/cancel.md', '---\ndescription: mine\n---\nMy own words: $ARGUMENTS\n');
  noInstall = await refuseInstalls(place.workspace, place.env);
  const server = await serve(place, noInstall);
  const backend = await connect(place, server);
  const now = { place, model, server, events: [], signals: new Signals(), backend, moved: new AbortController() };
  process.once('exit', () => {
    if (isAlive(now.server.pid)) process.kill(-now.server.pid, 'SIGKILL');
  });
  await writeJournal(place.workspace);
  await follow(now);
  return now;
}

const limit = { context: 200_000, output: 32_000 };
/** Models whose name looks like GPT get `apply_patch` from OpenCode in place of `write` and `edit`. */
const config = {
  provider: {
    scripted: {
      models: {
        'scripted-1': { cost: { input: 1, output: 2 } },
        'gpt-5-scripted': { name: 'Named like GPT', tool_call: true, limit },
        thinker: { name: 'Thinks', tool_call: true, limit, variants: { high: { reasoningEffort: 'high' } } },
        mute: { name: 'Calls no tools', tool_call: false, limit },
        // OpenCode compacts what comes near to its limit.
        forgetful: { name: 'Forgets', tool_call: true, limit: { context: 24_000, output: 4_000 } },
      },
    },
  },
};
export const gptModel = 'scripted/gpt-5-scripted';

function serve(place: Scratch, { env }: NoInstall): Promise<Server> {
  return startServer({
    executable: opencode,
    directory: place.workspace,
    bridge,
    env: place.env,
    log: path.join(place.base, 'server.log'),
    variables: env,
    spawned: () => undefined,
    signal: AbortSignal.timeout(80_000),
  });
}

async function connect(place: Scratch, server: Server): Promise<OpenCodeBackend> {
  const { worktree } = await handshake(server, place.workspace, bridge);
  return openCodeBackend(server, place.workspace, worktree);
}

async function follow(now: World): Promise<void> {
  const raw = { event: (event: unknown) => now.events.push(event), connected() {}, disconnected() {} };
  const place = () => ({ address: now.server, moved: now.moved.signal });
  void followEvents(place, now.place.workspace, raw, following.signal);
  now.signals.listen(now.backend);
  void now.backend.follow(following.signal);
  await until(() => now.signals.of('connected').length > 0);
}

/** Kills the server as a crash would and starts it again on the same data; the backend moves to it, its stream follows by itself. */
export async function crash(now: World): Promise<void> {
  process.kill(-now.server.pid, 'SIGKILL');
  await until(() => !isAlive(now.server.pid));
  const before = now.signals.of('connected').length;
  now.server = await serve(now.place, noInstall ?? { env: {}, close: () => undefined });
  await handshake(now.server, now.place.workspace, bridge);
  now.backend.moveTo(now.server);
  now.moved.abort();
  now.moved = new AbortController();
  await until(() => now.signals.of('connected').length > before);
}

async function end(): Promise<void> {
  const started = world;
  world = undefined;
  const old = await started;
  if (!old) return;
  following.abort();
  await endServer(old.server.pid, old.server);
  await old.model.close();
  noInstall?.close();
  old.place.remove();
}

/** The reporting tools read the mission from its journal. */
async function writeJournal(directory: string): Promise<void> {
  await ensureMissionDir(directory, mission);
  const journal = await openJournal<Fact>(journalPath(directory, mission), { repair: true });
  const added = Object.entries(todoFiles).map(([id, files]) => {
    return { id, title: `TODO ${id}`, detail: 'Do it.', files: [...files], after: [] };
  });
  await journal.append(
    [
      { type: 'mission.created', mission, text: 'Do it', directory, settings },
      { type: 'turn.ordered', turn: 'p1', role: 'planner', attempt: 1, kind: 'first', message: 'msg_p1' },
      { type: 'planner.planned', turn: 'p1', summary: 'A plan', added, sources: [], refusals: [] },
    ],
    Date.now(),
  );
  await journal.close();
}

let attempts = 0;

/** An order for a session of its own; a worker’s or a reviewer’s is for T1 unless another TODO is named. */
export function orderFor(role: Role, over: Partial<SessionOrder> = {}): SessionOrder {
  const todo = role === 'worker' || role === 'reviewer' ? 'T1' : undefined;
  const order = { mission, role, todo, attempt: (attempts += 1), title: `A ${role}`, model: '', ...over };
  const files = role === 'worker' ? todoFiles[order.todo ?? ''] : undefined;
  return { rules: (prefix) => permissionRules({ role, files, prefix }), ...order };
}

/** A prompt as the scripted model reads it. */
export function promptFor({ role, todo }: SessionOrder): string {
  return role === 'worker' || role === 'reviewer' ? `scope: todo ${todo ?? ''}\nDo it.` : 'Do it.';
}

/** Opens a session, prompts it, and waits for the turn’s end. */
export async function play(
  backend: Backend,
  order: SessionOrder,
  { text = promptFor(order), model = '', variant = '' }: { text?: string; model?: string; variant?: string } = {},
): Promise<Played> {
  const session = await backend.openSession(order);
  const message = newMessage();
  await backend.prompt({ session, message, role: order.role, model, variant, text });
  return { session, message, record: await ended(backend, session, message) };
}

/** Waits until a turn is over and its session idle. */
export async function ended(backend: Backend, session: string, message: string): Promise<TurnRecord> {
  return await until(async () => {
    if ((await backend.busySessions()).has(session)) return undefined;
    const record = await backend.readTurn(session, message);
    return record.complete || record.error ? record : undefined;
  });
}

/** What each tool call of a session was answered, in order, as the model read it. */
export function toolResults({ model }: World, session: string): string[] {
  const last = model.callsOf({ session }).at(-1);
  assert.ok(last, `the model was called for ${session}`);
  return last.messages.filter(({ role }) => role === 'tool').map(({ text }) => text);
}

/** Asks again and again until there is something. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  mostMs = 60_000,
): Promise<T> {
  for (const begun = Date.now(); ; await sleep(50)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() - begun > mostMs) throw new Error(`Not seen within ${String(mostMs)} ms: ${String(look)}`);
  }
}
