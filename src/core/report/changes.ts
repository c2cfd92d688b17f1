import type { MissionState } from '../mission/state';
import { plain } from '../todo/text';
import type { GitChanges, Report, ReportFile } from './model';

/** The files that workers named, with what git knows of them. Nobody recorded how the folder stood when the mission began, and that is said. */
export function changesOf(s: MissionState, git: GitChanges): Report['changes'] {
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
