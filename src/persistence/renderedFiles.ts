import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { atomicWrite } from './atomicWrite';
import { onDisk, unlessAbsent } from './errors';
import { moveBeside } from './moveFile';
import { ensureFolder, ensureOrchestratorDir, refuseSymlinks } from './workspaceFiles';

/** The files in `.opencode/` that people read and that are rendered from the journal. */
export const renderedNames = ['todo.md', 'sync-issues.md', 'work-log.md'] as const;
export type RenderedName = (typeof renderedNames)[number];

/** A file that was moved: both paths relative to the workspace, with `/`. */
export interface Moved {
  readonly from: string;
  readonly to: string;
}

/** The file’s text as it stands, with a person’s changes; undefined if it is absent. Throws a FilesError. */
export async function readRendered(workspace: string, name: RenderedName): Promise<string | undefined> {
  const path = await refuseSymlinks(workspace, '.opencode', name);
  return await onDisk(`Reading ${path}`, () => unlessAbsent(() => readFile(path, 'utf8')));
}

/** Replaces the file’s text, whole or not at all, if it changed; says whether it wrote. Throws a FilesError. */
export async function writeRendered(workspace: string, name: RenderedName, text: string): Promise<boolean> {
  if ((await readRendered(workspace, name)) === text) return false;
  const path = join(await ensureFolder(workspace, '.opencode'), name);
  await onDisk(`Writing ${path}`, () => atomicWrite(path, text));
  return true;
}

/**
 * Replaces the file’s text unless it is another one than `was` by then, which somebody has just written; says whether it holds
 * the new text. Throws a FilesError.
 */
export async function replaceRendered(
  workspace: string,
  name: RenderedName,
  text: string,
  was: string | undefined,
): Promise<boolean> {
  const found = await readRendered(workspace, name);
  if (found === text) return true;
  if (found !== was) return false;
  const path = join(await ensureFolder(workspace, '.opencode'), name);
  const fits = async () => (await readRendered(workspace, name)) === was;
  return await onDisk(`Writing ${path}`, () => atomicWrite(path, text, 0o666, fits));
}

/**
 * Moves what another mission (or a person) left under our names to `orchestrator/archive/<time>-<name>`, overwriting nothing:
 * a file is ours only if its first line says `mission: <id>`. `at` is in milliseconds since the epoch. Throws a FilesError.
 */
export async function archiveForeign(workspace: string, missionId: string, at: number): Promise<Moved[]> {
  const stamp = new Date(at).toISOString().replace(/[:.]/g, '-');
  const moved: Moved[] = [];
  await ensureOrchestratorDir(workspace);
  for (const name of renderedNames) {
    const text = await readRendered(workspace, name);
    if (text === undefined || carriesMark(text, missionId)) continue;
    const archive = await ensureFolder(workspace, '.opencode', 'orchestrator', 'archive');
    const from = join(workspace, '.opencode', name);
    const to = await onDisk(`Archiving ${from}`, () => moveBeside(from, join(archive, `${stamp}-${name}`)));
    moved.push({ from: fromWorkspace(workspace, from), to: fromWorkspace(workspace, to) });
  }
  return moved;
}

/** A path relative to the workspace, with `/` on every system. */
export function fromWorkspace(workspace: string, path: string): string {
  return relative(workspace, path).split(sep).join('/');
}

function carriesMark(text: string, missionId: string): boolean {
  const first = text.slice(0, 1000).split(/\r?\n/, 1)[0] ?? '';
  return [...first.matchAll(/\bmission:\s*([A-Za-z0-9-]+)/g)].some((match) => match[1] === missionId);
}
