import { pathsOf } from '../core/todo/changes';
import { fileKey, key } from '../core/todo/graph';
import { buildsOn, undoneOf, undoneOfMission, type Undone } from '../core/mission/undo';
import type { MissionState } from '../core/mission/state';
import { plain } from '../core/todo/text';
import { GitError } from '../git/errors';
import { applyRevert, planRevert, type Conflict } from '../git/revert';
import { openTrees } from '../git/treeStore';
import { realPathInside } from '../persistence/insidePath';
import { seeLock } from '../persistence/lock';
import { addRevert, readReverts, type Revert } from '../persistence/reverts';
import { lockPath, treesDir } from '../persistence/workspaceFiles';
import { HostError } from './errors';
import { findMission, workspaceAt, type MissionOnRecord } from './workspace';

export interface UndoWish {
  readonly directory: string;
  /** The newest unless told. */
  readonly mission?: string | undefined;
  readonly log: (sentence: string) => void;
}

/** What became of it. */
export interface Undid {
  readonly mission: string;
  /** What was written down; undefined when nothing had to be changed. */
  readonly revert: Revert | undefined;
  readonly conflicts: readonly LeftAlone[];
}

/** A file that is left as it is, for a person to decide. */
export interface LeftAlone extends Pick<Conflict, 'path' | 'why'> {
  /** The trees with its three sides, where a person can merge them; it may be missing in each. */
  readonly trees?: { readonly before: string; readonly after: string; readonly now: string };
}

/**
 * Takes back what a TODO changed, or some files of it; what others changed stays. Refused while somebody is at work on one of the
 * files, and, unless `force` is set, where later TODOs build on it, which are named. Throws a `HostError`.
 */
export async function revertTodo(
  wish: UndoWish & { readonly todo: string; readonly files: readonly string[]; readonly force: boolean },
): Promise<Undid> {
  const { workspace, state } = await found(wish);
  const id = state.keys.get(key(wish.todo));
  const todo = id === undefined ? undefined : state.todos.get(id);
  if (!todo) throw new HostError('input', `There is no TODO ${plain(wish.todo, 64)} in mission ${state.mission}.`);
  const all = undoneOf(todo);
  if (all.length === 0) throw new HostError('input', `Nothing is known that ${todo.id} changed.`);
  for (const file of wish.files)
    if (!all.some(({ path }) => fileKey(path) === fileKey(file)))
      throw new HostError('input', `${todo.id} did not change ${plain(file, 200)}.`);
  // A file that was moved comes back under its old name.
  const wanted = new Set(
    (todo.changes?.files ?? [])
      .map(pathsOf)
      .filter((names) => names.some((name) => wish.files.some((file) => fileKey(file) === fileKey(name))))
      .flat(),
  );
  const some = wish.files.length === 0 ? all : all.filter(({ path }) => wanted.has(path));
  const later = buildsOn(state, todo);
  if (later.length > 0 && !wish.force) {
    const build = later.length === 1 ? 'builds' : 'build';
    throw new HostError('input', `${later.join(', ')} ${build} on ${todo.id}: look at them first, or use --force.`);
  }
  return await takeBack(workspace, state, { todo: todo.id }, some);
}

/**
 * Takes back what all TODOs of a mission changed, so that each file is as before the first of them; what a person changed besides
 * stays. Refused while the mission runs. Throws a `HostError`.
 */
export async function revertMission(wish: UndoWish): Promise<Undid> {
  const { workspace, state, records } = await found(wish);
  const changes = undoneOfMission(records, await standing(workspace, state.mission));
  if (changes.length === 0)
    throw new HostError(
      'input',
      `Nothing is known that mission ${state.mission} changed and that is not back already.`,
    );
  if ((await liveMission(workspace)) === state.mission)
    throw new HostError('input', 'The mission runs: stop it before everything is taken back.');
  return await takeBack(workspace, state, {}, changes);
}

/** Takes back the last revert that was not taken back itself. Throws a `HostError`. */
export async function undoRevert(wish: UndoWish): Promise<Undid> {
  const { workspace, state } = await found(wish);
  const last = (await standing(workspace, state.mission)).at(-1);
  if (!last) throw new HostError('input', `Nothing was reverted in mission ${state.mission} that is not back already.`);
  const { before: from, after: to, paths } = last;
  return await takeBack(
    workspace,
    state,
    { undoes: last.id },
    paths.map((path) => ({ path, from, to })),
  );
}

/** The reverts that were not taken back themselves. */
async function standing(workspace: string, mission: string): Promise<Revert[]> {
  const reverts = await readReverts(workspace, mission);
  const undone = new Set(reverts.map(({ undoes }) => undoes));
  return reverts.filter(({ id, undoes }) => undoes === undefined && !undone.has(id));
}

async function found({ directory, mission, log }: UndoWish): Promise<MissionOnRecord & { workspace: string }> {
  const workspace = await workspaceAt(directory);
  return { workspace, ...(await findMission(workspace, mission, 'mission', () => true, log)) };
}

/** The mission that some process drives in a workspace. */
async function liveMission(workspace: string): Promise<string | undefined> {
  const seen = await seeLock(lockPath(workspace));
  return seen?.live ? seen.holder.mission : undefined;
}

async function takeBack(
  workspace: string,
  s: MissionState,
  whose: Pick<Revert, 'todo' | 'undoes'>,
  changes: readonly Undone[],
): Promise<Undid> {
  if ((await liveMission(workspace)) === s.mission) {
    const owner = changes.map(({ path }) => s.fileOwner.get(fileKey(path)) ?? [...s.alone][0]).find(Boolean);
    if (owner !== undefined)
      throw new HostError('input', `${owner} is at work on it: wait for it, or stop the mission.`);
  }
  for (const { path } of changes)
    if (!(await realPathInside(workspace, path)))
      throw new HostError('input', `${plain(path, 200)} leads out of the folder now, so nothing is reverted.`);
  try {
    const store = treesDir(workspace, s.mission);
    const trees = await openTrees({ workspace, store, index: 'index.undo' });
    const before = await trees.take();
    const { writes, conflicts } = await planRevert(store, before.id, changes);
    const late = await applyRevert(workspace, writes);
    const paths = writes.map(({ path }) => path).filter((path) => !late.some((one) => one.path === path));
    const all = [...conflicts.map((one) => leftAlone(one, before.id, changes)), ...late];
    if (paths.length === 0) return { mission: s.mission, revert: undefined, conflicts: all };
    const after = await trees.take();
    const id = `R${String((await readReverts(workspace, s.mission)).length + 1)}`;
    const revert = { id, at: Date.now(), ...whose, before: before.id, after: after.id, paths };
    await addRevert(workspace, s.mission, revert);
    return { mission: s.mission, revert, conflicts: all };
  } catch (error) {
    if (error instanceof GitError) throw new HostError('input', error.message);
    throw error;
  }
}

function leftAlone({ path, why, isText }: Conflict, now: string, changes: readonly Undone[]): LeftAlone {
  const [last, first] = [
    changes.find((change) => change.path === path),
    changes.findLast((change) => change.path === path),
  ];
  if (isText !== true || !last || !first) return { path, why };
  return { path, why, trees: { before: first.from, after: last.to, now } };
}
