import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCommandId } from '../core/commands/model';
import { codeOf, FilesError, onDisk, unlessAbsent } from './errors';

/** A mission that has a journal in the workspace. */
export interface MissionOnDisk {
  readonly id: string;
  readonly journal: string;
  /** When its journal was last written, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Whether a text can be a mission’s id, which names a folder: letters, digits and hyphens, at most 64. */
export function isMissionId(id: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(id);
}

/** The workspace’s `.opencode/orchestrator`. */
export function orchestratorDir(workspace: string): string {
  return join(workspace, '.opencode', 'orchestrator');
}

/** A mission’s own folder. Throws a FilesError `mission` for an unusable id. */
export function missionDir(workspace: string, id: string): string {
  if (!isMissionId(id)) {
    throw new FilesError('mission', 'A mission’s id has 1 to 64 letters, digits and hyphens, and nothing else.');
  }
  return join(orchestratorDir(workspace), id);
}

/** A mission’s journal. Throws as `missionDir`. */
export function journalPath(workspace: string, id: string): string {
  return join(missionDir(workspace, id), 'journal.jsonl');
}

/** Where the trees of a mission are kept. Throws as `missionDir`. */
export function treesDir(workspace: string, id: string): string {
  return join(missionDir(workspace, id), 'trees');
}

/** Where other processes leave requests to a mission’s driver. Throws as `missionDir`. */
export function requestsDir(workspace: string, id: string): string {
  return join(missionDir(workspace, id), 'requests');
}

/** Where a background command’s order, output and end are kept. Throws as `missionDir`, and for an unusable id of a command. */
export function commandDir(workspace: string, mission: string, id: string): string {
  if (!isCommandId(id)) throw new FilesError('mission', 'A background command’s id is bg- and eight digits.');
  return join(missionDir(workspace, mission), 'background', id);
}

/** The lock of the workspace’s one driver. */
export function lockPath(workspace: string): string {
  return join(orchestratorDir(workspace), 'lock');
}

/**
 * Makes a folder of the workspace, part by part, and returns its path. Throws a FilesError: `symlink` if any part of it is a
 * link, which could lead our files anywhere; `io`.
 */
export async function ensureFolder(workspace: string, ...parts: readonly string[]): Promise<string> {
  let path = workspace;
  for (const part of parts) {
    path = join(path, part);
    await onDisk(`Making the folder ${path}`, () => mkdir(path).catch(unlessThere));
    await refuseSymlinks(path);
  }
  return path;
}

/** Joins a path; throws a FilesError `symlink` if it, or any of its parts behind the first, is a symlink or a junction. */
export async function refuseSymlinks(path: string, ...parts: readonly string[]): Promise<string> {
  let whole = path;
  for (const part of parts.length > 0 ? parts : ['']) {
    whole = join(whole, part);
    const entry = await onDisk(`Looking at ${whole}`, () => unlessAbsent(() => lstat(whole)));
    if (!entry?.isSymbolicLink()) continue;
    const sentence = `${whole} is a symbolic link, which could lead out of the workspace; it is not used.`;
    throw new FilesError('symlink', sentence);
  }
  return whole;
}

/** Makes `.opencode/orchestrator`, kept out of git, and returns its path. Throws a FilesError as `ensureFolder`. */
export async function ensureOrchestratorDir(workspace: string): Promise<string> {
  const path = await ensureFolder(workspace, '.opencode', 'orchestrator');
  await onDisk(`Writing ${path}`, () => writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx' }).catch(unlessThere));
  return path;
}

/** Makes a mission’s folder and those above it; to be called before its journal is opened. Throws a FilesError. */
export async function ensureMissionDir(workspace: string, id: string): Promise<string> {
  missionDir(workspace, id);
  await ensureOrchestratorDir(workspace);
  return await ensureFolder(workspace, '.opencode', 'orchestrator', id);
}

/** The workspace’s missions, the one last written first; none if there is no folder. Throws a FilesError `io`. */
export async function listMissions(workspace: string): Promise<MissionOnDisk[]> {
  const dir = orchestratorDir(workspace);
  const entries = await onDisk(`Reading ${dir}`, () => unlessAbsent(() => readdir(dir, { withFileTypes: true })));
  const missions: MissionOnDisk[] = [];
  for (const entry of entries ?? []) {
    if (!entry.isDirectory() || !isMissionId(entry.name)) continue;
    const journal = journalPath(workspace, entry.name);
    const file = await onDisk(`Looking at ${journal}`, () => unlessAbsent(() => lstat(journal)));
    if (file?.isFile()) missions.push({ id: entry.name, journal, changedAt: file.mtimeMs });
  }
  return missions.sort((a, b) => b.changedAt - a.changedAt || (a.id < b.id ? 1 : -1));
}

function unlessThere(error: unknown): undefined {
  if (codeOf(error) === 'EEXIST') return undefined;
  throw error;
}
