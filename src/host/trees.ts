import { openTrees, readTree, type TreeStore } from '../git/treeStore';
import { isMissionId, treesDir } from '../persistence/workspaceFiles';
import type { TreesPort } from '../runtime/ports';

/** The trees of a folder, and which of its files were too large to be kept when it was looked at last. */
export interface FolderTrees extends TreesPort {
  large(): readonly string[];
}

/** The trees of a mission’s workspace. The store is opened with the first; what keeps it from being opened is told with each. */
export function missionTrees(workspace: string, store: string): FolderTrees {
  let opened: Promise<TreeStore> | undefined;
  const trees = (): Promise<TreeStore> => (opened ??= openTrees({ workspace, store }));
  let running: Promise<unknown> | undefined;
  let next: Promise<string> | undefined;
  let large: readonly string[] = [];
  return {
    take: () => {
      next ??= (async () => {
        await running;
        const taking = trees().then((all) => all.take());
        running = taking.catch(() => undefined); // who asked is told
        next = undefined;
        const taken = await taking;
        large = taken.large;
        return taken.id;
      })();
      return next;
    },
    large: () => large,
    changes: async (from, to) => (await trees()).changes(from, to),
  };
}

/** A file as it was in a tree that a mission keeps; undefined where there is none, or the mission or the tree is no such thing. */
export async function readTreeFile(
  workspace: string,
  mission: string,
  tree: string,
  path: string,
): Promise<Buffer | undefined> {
  if (!isMissionId(mission) || !/^[0-9a-f]{40,64}$/.test(tree)) return undefined;
  return await readTree(treesDir(workspace, mission), tree, path);
}
