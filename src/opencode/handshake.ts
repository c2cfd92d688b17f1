import * as z from 'zod';
import { agentNames } from '../core/agents/instructions';
import { answerSchemas } from '../core/answers/schemas';
import type { Address } from './address';
import { asked, clientFor } from './backend';
import { OpenCodeError } from './errors';

/** Milliseconds for a server’s first answer about a folder: it may install its plugin package before it gives one. */
const firstMs = 120_000;

const pathSchema = z.looseObject({ worktree: z.string(), directory: z.string() });
const agentsSchema = z.array(z.looseObject({ name: z.string() }));

/**
 * Makes sure that an OpenCode server is there, lets us in and has the bridge’s tools and agents; returns the root that its
 * edit rules are relative to. `bridge` is the bundle’s path, for the sentence that says how to add it.
 */
export async function handshake(address: Address, directory: string, bridge: string): Promise<{ worktree: string }> {
  const client = clientFor(address, directory, firstMs);
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
