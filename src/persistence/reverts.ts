import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from './parseJson';
import { missionDir } from './workspaceFiles';

const revert = z.object({
  /** `R1`, `R2` … */
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Whose changes were taken back: a TODO’s, or those of an earlier revert; with neither the whole mission’s. */
  todo: z.string().optional(),
  undoes: z.string().optional(),
  /** The trees before and after, and the paths that differ. */
  before: z.string().regex(/^[0-9a-f]{40,64}$/),
  after: z.string().regex(/^[0-9a-f]{40,64}$/),
  paths: z.array(z.string()),
});

/** Changes of a TODO or a mission, or a revert, that a person took back. Those of a mission that is over, too; so it is no fact of its journal. */
export type Revert = z.infer<typeof revert>;

/** The reverts of a mission in their order; a line that is none is passed over. Rejects as the system does. */
export async function readReverts(workspace: string, mission: string): Promise<Revert[]> {
  const text = await readFile(pathOf(workspace, mission), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => revert.safeParse(parseJson(line)).data ?? []);
}

/** Writes one down. Rejects as the system does. */
export async function addRevert(workspace: string, mission: string, one: Revert): Promise<void> {
  await appendFile(pathOf(workspace, mission), `${JSON.stringify(one)}\n`);
}

function pathOf(workspace: string, mission: string): string {
  return join(missionDir(workspace, mission), 'reverts.jsonl');
}
