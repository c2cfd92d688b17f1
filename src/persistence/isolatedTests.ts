import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPath } from '../core/todo/paths';
import { FilesError, onDisk, unlessAbsent } from './errors';
import { realPathInside } from './insidePath';
import { moveBeside } from './moveFile';
import { fromWorkspace, type Moved } from './renderedFiles';
import { ensureFolder } from './workspaceFiles';

/**
 * Moves an isolated test from the source tree to the same place under `.opencode/unit-tests/`, with a number where one is
 * already; undefined if there is none. Throws a FilesError: `path`, `outside`, `symlink`, `io`.
 */
export async function moveIsolatedTest(workspace: string, relFrom: string): Promise<Moved | undefined> {
  const checked = checkPath(relFrom);
  if (!checked.ok) throw new FilesError('path', checked.sentence);
  const parts = checked.path.split('/');
  const from = join(workspace, ...parts);
  const entry = await onDisk(`Looking at ${from}`, () => unlessAbsent(() => lstat(from)));
  if (!entry) return undefined;
  if (entry.isSymbolicLink()) throw new FilesError('symlink', `${checked.path} is a symbolic link; it is not moved.`);
  if (!entry.isFile()) throw new FilesError('path', `${checked.path} is no file; it is not moved.`);
  if (!(await realPathInside(workspace, checked.path))) {
    throw new FilesError(
      'outside',
      `${checked.path} lies outside the workspace, through a symbolic link; it is not moved.`,
    );
  }
  const name = parts.pop() ?? '';
  const folder = await ensureFolder(workspace, '.opencode', 'unit-tests', ...parts);
  const to = await onDisk(`Moving ${from}`, () => moveBeside(from, join(folder, name)));
  return { from: checked.path, to: fromWorkspace(workspace, to) };
}
