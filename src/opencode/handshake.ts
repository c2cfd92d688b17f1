import * as z from 'zod';
import { agentNames } from '../core/agents/instructions';
import { answerSchemas } from '../core/answers/schemas';
import type { Address } from './address';
import { asked } from './asked';
import { clientFor } from './backend';
import { OpenCodeError } from './errors';
import { fetchWithin, requestMs } from './nodeFetch';

/** Milliseconds for a server’s first answer about a folder: it may install its plugin package before it gives one. */
const firstMs = 120_000;

const healthSchema = z.looseObject({ healthy: z.boolean() });
const pathSchema = z.looseObject({ worktree: z.string(), directory: z.string() });
const agentsSchema = z.array(z.looseObject({ name: z.string() }));

/**
 * Refuses an OpenCode server that lets anybody in: every program on the machine, and every web page that finds it, could have
 * its agents run commands. Nothing is sent but the question. Throws `OpenCodeError` `refused`, `unreachable`, `protocol`.
 */
export async function refuseOpenServer(url: string): Promise<void> {
  const response = await fetchWithin(requestMs, `${url}/global/health`);
  const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  if (!healthSchema.safeParse(answer).success) return; // it asks for a password, or is no OpenCode server at all
  throw new OpenCodeError(
    'refused',
    `The OpenCode server at ${url} has no password: whoever reaches it could run commands. Start it with OPENCODE_SERVER_PASSWORD set, and set the same for the orchestrator.`,
  );
}

/**
 * Makes sure that an OpenCode server is there, lets us in and has the bridge’s tools and agents; returns the root that its
 * edit rules are relative to. `bridge` is the bundle’s path, for the sentence that says how to add it; `withinMs` is for each request.
 */
export async function handshake(
  address: Address,
  directory: string,
  bridge: string,
  withinMs = firstMs,
): Promise<{ worktree: string }> {
  await refuseOpenServer(address.url);
  const client = clientFor(address, directory, withinMs);
  const where = pathSchema.safeParse(await asked(client.path.get()));
  if (!where.success) throw new OpenCodeError('refused', `What answers at ${address.url} is not an OpenCode server.`);
  const tools = z.array(z.string()).safeParse(await asked(client.tool.ids()));
  const agents = agentsSchema.safeParse(await asked(client.app.agents()));
  const hasTools = Object.keys(answerSchemas).every((tool) => tools.data?.includes(tool));
  const hasAgents = Object.values(agentNames).every((name) => agents.data?.some((agent) => agent.name === name));
  if (hasTools && hasAgents) {
    // Loads the providers now, while nobody waits: the first turn of a fresh server is a second faster. It may fail freely.
    asked(client.config.providers()).catch(() => undefined);
    return { worktree: where.data.worktree };
  }
  throw new OpenCodeError(
    'bridge',
    `The OpenCode server at ${address.url} does not have the orchestrator’s tools. Add "plugin": ["file://${bridge}"] to its opencode.json and start it again.`,
  );
}
