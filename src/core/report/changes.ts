import type { MissionState } from '../mission/state';
import type { FileChange } from '../todo/changes';
import { plain } from '../todo/text';
import type { FileState, GitChanges, Report, ReportFile } from './model';

/**
 * What TODOs changed, by the trees before and after their workers; where none were kept, the files that workers named, with what
 * git knows of them now, which is said.
 */
export function changesOf(s: MissionState, git: GitChanges): Report['changes'] {
  return [...s.todos.values()].some(({ changes }) => changes) ? byTrees(s) : byGit(s, git);
}

function byTrees(s: MissionState): Report['changes'] {
  const files = new Map<string, ReportFile>();
  for (const { id, changes } of s.todos.values()) {
    for (const change of changes?.files ?? []) {
      const path = plain(change.path, 400);
      const { todos = [], added, removed } = files.get(path) ?? {};
      const lines = change.added !== undefined && change.removed !== undefined;
      files.set(path, {
        ...{ path, todos: [...todos, id], state: stateOf(change) },
        ...(lines && { added: (added ?? 0) + (change.added ?? 0), removed: (removed ?? 0) + (change.removed ?? 0) }),
      });
    }
  }
  const all = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const source =
    'The files and lines are what changed from before the first to after the last worker of each TODO, as it was kept then. A file that several TODOs changed counts the lines of each.';
  return { source, files: all, added: sum(all, 'added'), removed: sum(all, 'removed') };
}

function stateOf({ kind, added }: FileChange): FileState {
  if (kind === 'deleted') return 'not there';
  if (added === undefined && kind !== 'mode') return 'binary';
  return kind === 'added' ? 'new' : 'changed';
}

function byGit(s: MissionState, git: GitChanges): Report['changes'] {
  const todos = new Map<string, string[]>();
  for (const todo of s.todos.values()) {
    for (const file of new Set(todo.reported)) {
      const path = plain(file, 400);
      const known = todos.get(path);
      if (known) known.push(todo.id);
      else todos.set(path, [todo.id]);
    }
  }
  const files = [...todos]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, ids]): ReportFile => ({ path, todos: ids, ...(git.kind === 'git' ? git.files.get(path) : {}) }));
  if (git.kind === 'none') return { source: `The files are those that workers named. ${git.why}`, files };
  const source =
    'The files are those that workers named; the lines are what git finds in them now against the last commit. Changes that were there before, or that were committed meanwhile, cannot be told from the mission’s own.';
  return { source, head: git.head, files, added: sum(files, 'added'), removed: sum(files, 'removed') };
}

function sum(files: readonly ReportFile[], what: 'added' | 'removed'): number {
  return files.reduce((all, file) => all + (file[what] ?? 0), 0);
}
