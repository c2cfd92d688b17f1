import { writeFileSync } from 'node:fs';
import type { Address } from '../../src/opencode/address';
import { openCodeBackend } from '../../src/opencode/backend';
import { endServer, startServer } from '../../src/opencode/server';
import { opencode, type Scratch } from '../support/scratch';

const tools = { worker: 'mission_report', reviewer: 'mission_review' } as const;
const bareTools = `const tool = { description: 'Report', args: {}, execute: async () => 'Recorded' };
export default async () => ({ tool: { mission_report: tool, mission_review: tool } });`;

/** The baseline: a script on the real OpenCode that opens sessions and prompts them, and decides, checks and writes down nothing. */
export interface Bare {
  /** Opens a session and prompts it for a TODO; resolves when its answer is recorded, and waits for no closing words. */
  turn(role: keyof typeof tools, todo: string): Promise<void>;
  /** Opens a session and prompts an agent of OpenCode’s own, without our tools; resolves when it is idle again. */
  ask(agent: string, text: string): Promise<void>;
  /** Where the server is. */
  readonly address: Address;
  close(): Promise<void>;
}

/** Starts OpenCode as we do, with a tool that says “Recorded” in place of our bridge. */
export async function startBare(place: Scratch): Promise<Bare> {
  const plugin = `${place.base}/bare.mjs`;
  writeFileSync(plugin, bareTools);
  const stop = new AbortController();
  const server = await startServer({
    ...{ executable: opencode, directory: place.workspace, bridge: plugin, env: place.env, variables: {} },
    ...{ log: `${place.base}/server.log`, spawned: () => undefined, signal: stop.signal },
  });
  const backend = openCodeBackend(server, place.workspace, place.workspace);
  const waiting = new Map<string, () => void>();
  backend.onSignal((signal) => {
    if (signal.type === 'answer' || signal.type === 'idle') waiting.get(signal.session)?.();
  });
  void backend.follow(stop.signal);
  const opened = async (title: string): Promise<string> => {
    const { data, error } = await backend.client.session.create({ title: `bare ${title}` });
    if (!data) throw new Error(`No session was opened: ${JSON.stringify(error)}`);
    return data.id;
  };
  return {
    address: server,
    turn: async (role, todo) => {
      const session = await opened(todo);
      const answered = new Promise<void>((resolve) => waiting.set(session, resolve));
      await backend.client.session.promptAsync({
        sessionID: session,
        parts: [{ type: 'text', text: `scope: todo ${todo}` }],
        tools: Object.fromEntries(Object.entries(tools).map(([name, tool]) => [tool, name === role])),
      });
      await answered;
      void backend.abort(session);
    },
    ask: async (agent, text) => {
      const session = await opened(agent);
      const answered = new Promise<void>((resolve) => waiting.set(session, resolve));
      await backend.client.session.promptAsync({
        sessionID: session,
        agent,
        parts: [{ type: 'text', text }],
        tools: Object.fromEntries(Object.values(tools).map((tool) => [tool, false])),
      });
      await answered;
    },
    close: async () => {
      stop.abort();
      await endServer(server.pid, server);
    },
  };
}
