import path from 'node:path';
import { permissionRules } from '../../src/core/agents/permissions';
import type { Fact, Role } from '../../src/core/mission/facts';
import { defaultSettings } from '../../src/core/mission/settings';
import { openCodeBackend, type OpenCodeBackend } from '../../src/opencode/backend';
import { handshake } from '../../src/opencode/handshake';
import { messageIds } from '../../src/opencode/ids';
import { refuseInstalls, type NoInstall } from '../../src/opencode/noInstall';
import { endServer, startServer, type Server } from '../../src/opencode/server';
import { openJournal } from '../../src/persistence/journal';
import { ensureMissionDir, journalPath } from '../../src/persistence/workspaceFiles';
import type { SessionOrder, Signal } from '../../src/runtime/ports';
import type { Model } from '../support/model/model';
import { bridge, opencode, scratch, scriptedModel, type Scratch } from '../support/scratch';

export const mission = 'm-contract';

/** The TODOs of the mission that all contract tests work in; `T2` lies in a folder, `T3` names no file. */
export const todoFiles: Readonly<Record<string, readonly string[]>> = {
  T1: ['src/a.ts'],
  T2: ['docs/b.md'],
  T3: [],
};

/** The one real server of the contract tests, with the bridge and the scripted model. */
export interface World {
  readonly place: Scratch;
  readonly model: Model;
  server: Server;
  backend: OpenCodeBackend;
  worktree: string;
}

const messages = messageIds(Date.now);
export const newMessage = (): string => messages();

let world: Promise<World> | undefined;
let noInstall: NoInstall | undefined;
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

export async function begin(): Promise<World> {
  const place = scratch();
  const model = await scriptedModel(place, {}, config);
  noInstall = await refuseInstalls(place.workspace, place.env);
  const server = await serve(place, noInstall);
  const { worktree } = await handshake(server, place.workspace, bridge);
  await writeJournal(place.workspace);
  return { place, model, server, worktree, backend: openCodeBackend(server, place.workspace, worktree) };
}

/** Models whose name looks like GPT get `apply_patch` from OpenCode in place of `write` and `edit`. */
const config = {
  provider: {
    scripted: {
      models: { 'gpt-5-scripted': { name: 'GPT', tool_call: true, limit: { context: 200_000, output: 32_000 } } },
    },
  },
};

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

/** Starts the server again after it was killed. */
export async function restart(now: World): Promise<void> {
  now.server = await serve(now.place, noInstall ?? { env: {}, close: () => undefined });
  now.worktree = (await handshake(now.server, now.place.workspace, bridge)).worktree;
  now.backend = openCodeBackend(now.server, now.place.workspace, now.worktree);
}

export async function end(): Promise<void> {
  const started = world;
  world = undefined;
  const old = await started;
  if (!old) return;
  await endServer(old.server.pid, old.server);
  await old.model.close();
  noInstall?.close();
  old.place.remove();
}

/** The reporting tools read the mission from its journal. */
async function writeJournal(directory: string): Promise<void> {
  await ensureMissionDir(directory, mission);
  const journal = await openJournal<Fact>(journalPath(directory, mission), { repair: true });
  const todos = Object.entries(todoFiles).map(([id, files]) => {
    return { id, title: `TODO ${id}`, detail: 'Do it.', files: [...files], after: [] };
  });
  await journal.append(
    [
      { type: 'mission.created', mission, text: 'Do it', directory, settings: defaultSettings },
      { type: 'turn.ordered', turn: 'p1', role: 'planner', attempt: 1, kind: 'first', message: 'msg_p1' },
      { type: 'planner.planned', turn: 'p1', summary: 'A plan', added: todos, sources: [], refusals: [] },
    ],
    Date.now(),
  );
  await journal.close();
}

let attempts = 0;

/** An order for a session of its own; a worker’s is for T1. */
export function orderFor(role: Role, over: Partial<SessionOrder> = {}): SessionOrder {
  const todo = role === 'worker' || role === 'reviewer' ? 'T1' : undefined;
  const order = { mission, role, todo, attempt: (attempts += 1), title: `A ${role}`, model: '', ...over };
  const files = role === 'worker' ? todoFiles[order.todo ?? ''] : undefined;
  return { rules: (prefix) => permissionRules({ role, files, prefix }), ...order };
}

/** Signals as they come, and how to wait for one. */
export class Signals {
  readonly all: Signal[] = [];
  private readonly watchers = new Set<() => void>();

  constructor(backend: { onSignal(listener: (signal: Signal) => void): void }) {
    backend.onSignal((signal) => {
      this.all.push(signal);
      for (const watcher of this.watchers) watcher();
    });
  }

  of<T extends Signal['type']>(type: T, session?: string): Extract<Signal, { type: T }>[] {
    return this.all.filter((signal): signal is Extract<Signal, { type: T }> => {
      return signal.type === type && (session === undefined || ('session' in signal && signal.session === session));
    });
  }
}
