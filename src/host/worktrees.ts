import { constants, copyFile, mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isClosed, type Worktree } from '../core/todo/model';
import { commitTodo } from '../git/commitTodo';
import { headOf } from '../git/ignored';
import { applyRevert } from '../git/revert';
import { openTrees, type TreeStore } from '../git/treeStore';
import {
  addWorktree,
  hasMarkers,
  isAsCheckedOut,
  keepTree,
  keptTree,
  mergeTrees,
  removeWorktree,
  writesBetween,
} from '../git/worktrees';
import { atomicWrite } from '../persistence/atomicWrite';
import { worktreesDir } from '../persistence/lease';
import { realPathInside } from '../persistence/insidePath';
import { parseJson } from '../persistence/parseJson';
import { isMissionId, treesDir } from '../persistence/workspaceFiles';
import type { WorktreesPort } from '../runtime/ports';
import { HostError } from './errors';
import { leaveOutInstalled, setUp } from './setUp';
import { missionTrees, type FolderTrees } from './trees';
import { readMission } from './workspace';

export interface WorktreesOf {
  readonly workspace: string;
  /** The mission’s store of trees. */
  readonly store: string;
  readonly mission: string;
  /** Of the folder. */
  readonly trees: FolderTrees;
  /** The setting `isolationSetup` as it is now. */
  readonly command: () => string;
  readonly env: NodeJS.ProcessEnv;
  /** Rejects once the mission is not ours any more. */
  readonly check: () => Promise<void>;
}

const oid = z.string().regex(/^[0-9a-f]{40,64}$/);
/** What is known of a worktree: it stays when the worktree goes. */
const markSchema = z.object({ base: oid, folder: oid, checkout: oid.optional() });
type Mark = z.infer<typeof markSchema>;

/** A TODO’s id as the name of a folder and of a branch, which may not have every dot that an id may. */
const nameOf = (todo: string): string => `t-${todo.replaceAll('.', ',')}`;
const todoOf = (name: string): string => name.slice(2).replaceAll(',', '.');

/** The worktree of a TODO, whether it is there or not. */
export function worktreeOf(mission: string, todo: string): string {
  return join(worktreesDir(), mission, nameOf(todo));
}

/** Those of some files of a TODO’s worktree that still have the markers of a conflict. */
export async function stillMarked(mission: string, todo: string, paths: readonly string[]): Promise<string[]> {
  const folder = worktreeOf(mission, todo);
  const marked = await Promise.all(
    paths.map(async (path) =>
      (await realPathInside(folder, path)) && (await hasMarkers(join(folder, path))) ? [path] : [],
    ),
  );
  return marked.flat();
}

/** Worktrees of a mission’s TODOs on this machine, outside the workspace: neither editors nor test runners come upon them. */
export function missionWorktrees(of: WorktreesOf): WorktreesPort {
  const { workspace, mission, store, trees } = of;
  const opened = new Map<string, Promise<TreeStore>>();
  const directory = (todo: string): string => worktreeOf(mission, todo);
  const markPath = (todo: string): string => join(store, 'worktree-marks', `${nameOf(todo)}.json`);
  const treesOf = (todo: string): Promise<TreeStore> => {
    const known =
      opened.get(todo) ??
      openTrees({ workspace: directory(todo), store, index: `index.${nameOf(todo)}`, isCheckout: true });
    opened.set(todo, known);
    known.catch(() => opened.delete(todo)); // the caller sees why
    return known;
  };
  const takeOf = async (todo: string): Promise<string> => (await (await treesOf(todo)).take()).id;
  const writeMark = async (todo: string, mark: Mark): Promise<void> => {
    await mkdir(join(store, 'worktree-marks'), { recursive: true });
    await atomicWrite(markPath(todo), `${JSON.stringify(mark)}\n`);
  };

  /** In the tree something else stands for it. */
  const copyLarge = async (file: string, to: string): Promise<void> => {
    const full = join(to, file);
    if (!(await stat(full).catch(() => undefined))) return; // not in this tree
    await copyFile(join(workspace, file), full, constants.COPYFILE_FICLONE).catch(() => undefined); // it has gone meanwhile
  };
  // One after the other: they write the same file.
  let line: Promise<readonly string[]> = Promise.resolve([]);
  const installed = (): Promise<readonly string[]> => {
    const found = line.then(() => leaveOutInstalled(workspace, store));
    line = found.catch(() => []); // who asked is told
    return found;
  };

  const make = async (todo: string, known: Worktree | undefined, before: Mark | undefined, signal: AbortSignal) => {
    const path = directory(todo);
    await rm(markPath(todo), { force: true });
    opened.delete(todo);
    const folder = known?.folder ?? (await trees.take());
    // What was in it when it went comes first: it may have been worked in.
    const tree = known ? ((await keptTree(store, nameOf(todo))) ?? known.checkout ?? known.base) : folder;
    await mkdir(worktreesDir(), { recursive: true, mode: 0o700 }); // copies of what is in the folder, for nobody else
    await addWorktree(store, path, { tree, branch: `todo/${nameOf(todo)}`, parent: await headOf(workspace), signal });
    for (const large of trees.large()) await copyLarge(large, path);
    const folders = await installed();
    await setUp({ workspace, worktree: path, folders, todo, command: of.command(), env: of.env, signal });
    const isAsMade = known === undefined && trees.large().length === 0 && (await isAsCheckedOut(path));
    const base = known?.base ?? (isAsMade ? tree : await takeOf(todo));
    const mark = { base, folder, ...(before?.checkout !== undefined && { checkout: before.checkout }) };
    await writeMark(todo, mark);
    return mark;
  };

  return {
    directory,
    async place(todo, known, signal) {
      await of.check();
      const before = await readMark(markPath(todo));
      const isThere = before !== undefined && (await isFolder(directory(todo)));
      const mark = isThere ? before : await make(todo, known, before, signal);
      const checkout = known?.checkout;
      if (checkout !== undefined && mark.checkout !== checkout) {
        const writes = await writesBetween(store, await takeOf(todo), checkout);
        await write(directory(todo), writes);
        await writeMark(todo, { base: known?.base ?? mark.base, folder: known?.folder ?? mark.folder, checkout });
      }
      return { base: mark.base, folder: mark.folder };
    },
    async merge(todo, base, suspects) {
      if (!(await isFolder(directory(todo)))) throw new HostError('input', `The worktree of ${todo} is gone.`);
      const unresolved = await stillMarked(mission, todo, suspects);
      const taken = await (await treesOf(todo)).take();
      const theirs = taken.id;
      const changed = taken.large.length > 0 ? await trees.changes(base, theirs) : [];
      const large = changed.find(({ path, kind }) => kind !== 'deleted' && taken.large.includes(path));
      if (large) {
        const where = join(directory(todo), large.path);
        throw new HostError(
          'input',
          `${large.path.slice(0, 200)} is too large to be merged. Copy it from ${where} by hand.`,
        );
      }
      const folder = await trees.take();
      const merged = await mergeTrees(store, { base, ours: folder, theirs });
      return { ...merged, folder, theirs, unresolved };
    },
    changes: (from, to) => trees.changes(from, to),
    async write(from, to) {
      const writes = await writesBetween(store, from, to);
      await of.check();
      return await write(workspace, writes);
    },
    async commit(from, to, paths, message) {
      await of.check();
      return await commitTodo({ workspace, store, from, to, paths, message });
    },
    async remove(todo) {
      if (await isFolder(directory(todo))) {
        await of.check();
        await keepTree(store, nameOf(todo), await takeOf(todo));
      }
      opened.delete(todo);
      await removeWorktree(store, directory(todo));
    },
    async list() {
      const names = await readdir(join(worktreesDir(), mission)).catch(() => []); // there are none
      return names.filter((name) => name.startsWith('t-')).map(todoOf);
    },
  };
}

/** Writes files each whole or not at all; resolves with those that changed meanwhile. Throws where one would leave the folder. */
async function write(folder: string, writes: Awaited<ReturnType<typeof writesBetween>>): Promise<readonly string[]> {
  for (const { path } of writes)
    if (!(await realPathInside(folder, path)))
      throw new HostError('input', `${path.slice(0, 200)} leads out of the folder, so nothing is merged.`);
  return (await applyRevert(folder, writes)).map(({ path }) => path);
}

async function readMark(path: string): Promise<Mark | undefined> {
  const text = await readFile(path, 'utf8').catch(() => ''); // none yet
  return markSchema.safeParse(parseJson(text)).data;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // not there is an answer
  return found?.isDirectory() === true;
}

/**
 * Removes worktrees that a process before this one left of missions of the workspace other than this one: those whose TODO is
 * closed. Where something may not have landed yet, they stay. Rejects as the system does.
 */
export async function removeLeftWorktrees(of: Omit<WorktreesOf, 'store' | 'trees'>): Promise<void> {
  const names = await readdir(worktreesDir()).catch(() => []); // there are none
  for (const mission of names) {
    if (mission === of.mission || !isMissionId(mission)) continue;
    const store = treesDir(of.workspace, mission);
    if (!(await isFolder(store))) continue; // another workspace’s
    const left = missionWorktrees({ ...of, mission, store, trees: missionTrees(of.workspace, store) });
    const { state } = await readMission(of.workspace, mission);
    for (const todo of await left.list()) {
      const known = state.todos.get(todo);
      if (known && isClosed(known)) await left.remove(todo);
    }
    await rmdir(join(worktreesDir(), mission)).catch(() => undefined); // something is in it
  }
}
