import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Address } from '../../src/opencode/address';
import { clientFor, openCodeBackend } from '../../src/opencode/backend';
import { endServer, startServer } from '../../src/opencode/server';
import { openLine, type Watch } from '../faults/line';
import type { Stage } from '../support/e2e';
import { opencode, type Scratch } from '../support/scratch';

const tools = { worker: 'mission_report', reviewer: 'mission_review' } as const;
const bareTools = `const tool = { description: 'Report', args: {}, execute: async () => 'Recorded' };
export default async () => ({ tool: { mission_report: tool, mission_review: tool } });`;

const patienceMs = 60_000;
/** A request waits its turn: fifty worktrees are fifty instances of OpenCode, each of which begins by reading its settings. */
const requestMs = 600_000;

type BareRole = keyof typeof tools;

/** The baseline: a script on the real OpenCode that opens sessions and prompts them, and decides, checks and writes down nothing. */
export interface Bare {
  /** Opens a session and prompts it for a TODO; resolves when its answer is recorded, and waits for no closing words. */
  turn(role: BareRole, todo: string): Promise<void>;
  /** Only prompts it, in a worktree where one is named; resolves with the session’s id. */
  prompt(role: BareRole, todo: string, worktree?: string): Promise<string>;
  /** Opens a session and prompts an agent of OpenCode’s own, without our tools; resolves when it is idle again. */
  ask(agent: string, text: string): Promise<void>;
  /** Makes a git worktree by OpenCode’s endpoint; its path. */
  worktree(name: string): Promise<string>;
  /** Where the server is, and its process. */
  readonly address: Address;
  readonly pid: number;
  close(): Promise<void>;
}

export interface BareOptions {
  /** In place of our settings. */
  readonly config?: Record<string, unknown> | undefined;
  /** Sees what passes between script and server. */
  readonly watch?: Watch;
}

/** Starts OpenCode as we do, with a tool that says “Recorded” in place of our bridge. */
export async function startBare(place: Scratch, { config, watch }: BareOptions = {}): Promise<Bare> {
  const plugin = `${place.base}/bare.mjs`;
  writeFileSync(plugin, bareTools);
  const stop = new AbortController();
  const executable = config ? configured(place, { plugin: [pathToFileURL(plugin).href], ...config }) : opencode;
  const started = await startServer({
    ...{ executable, directory: place.workspace, bridge: plugin, env: place.env, variables: {} },
    ...{ log: `${place.base}/server.log`, spawned: () => undefined, signal: stop.signal },
  });
  const line = watch && (await openLine(() => Number(new URL(started.url).port), watch));
  const server = { ...started, url: line?.url ?? started.url };
  const backend = openCodeBackend(server, place.workspace, place.workspace);
  const client = clientFor(server, place.workspace, requestMs);
  const waiting = new Map<string, () => void>();
  backend.onSignal((signal) => {
    if (signal.type === 'answer' || signal.type === 'idle') waiting.get(signal.session)?.();
  });
  void backend.follow(stop.signal);
  const opened = async (title: string, directory?: string): Promise<string> => {
    const { data, error } = await client.session.create({ title: `bare ${title}`, ...where(directory) });
    if (!data) throw new Error(`No session was opened: ${JSON.stringify(error)}`);
    return data.id;
  };
  const prompt = async (session: string, text: string, role: BareRole | undefined, more: object): Promise<void> => {
    await client.session.promptAsync({
      sessionID: session,
      parts: [{ type: 'text', text }],
      tools: Object.fromEntries(Object.entries(tools).map(([name, tool]) => [tool, name === role])),
      ...more,
    });
  };
  const answered = (session: string): Promise<void> => new Promise((resolve) => waiting.set(session, resolve));
  const scope = (todo: string): string => `scope: todo ${todo}`;
  return {
    address: server,
    pid: server.pid,
    turn: async (role, todo) => {
      const session = await opened(todo);
      const done = answered(session);
      await prompt(session, scope(todo), role, {});
      await done;
      void backend.abort(session);
    },
    prompt: async (role, todo, worktree) => {
      const session = await opened(todo, worktree);
      await prompt(session, scope(todo), role, where(worktree));
      return session;
    },
    ask: async (agent, text) => {
      const session = await opened(agent);
      const done = answered(session);
      await prompt(session, text, undefined, { agent });
      await done;
    },
    worktree: async (name) => {
      const { data, error } = await client.worktree.create({ worktreeCreateInput: { name } });
      if (!data) throw new Error(`No worktree was made: ${JSON.stringify(error)}`);
      return data.directory;
    },
    close: async () => {
      stop.abort();
      await endServer(started.pid, started);
      await line?.close();
    },
  };
}

/** Does something on a bare server that has answered once already; the model’s record begins after that. */
export async function onWarmBare<T>(
  { place, model }: Stage,
  act: (bare: Bare) => Promise<T>,
  options?: BareOptions,
): Promise<T> {
  const bare = await startBare(place, options);
  try {
    await bare.turn('worker', 'W0');
    await model.waitFor(({ inFlight }) => inFlight === 0, patienceMs);
    model.clear();
    return await act(bare);
  } finally {
    await bare.close();
  }
}

function where(directory: string | undefined): { directory?: string } {
  return directory === undefined ? {} : { directory };
}

/** OpenCode with another configuration than the one that it is started with. */
function configured(place: Scratch, config: Record<string, unknown>): string {
  const file = path.join(place.base, 'opencode.sh');
  const json = JSON.stringify(config).replaceAll("'", `'\\''`);
  writeFileSync(file, `#!/bin/sh\nexport OPENCODE_CONFIG_CONTENT='${json}'\nexec '${opencode}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
