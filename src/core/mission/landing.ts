import { lineWords } from '../todo/changes';
import { plain } from '../todo/text';
import type { FactOf } from './facts';

/** Paths that are named one by one. */
const named = 12;

/** What became of a TODO in the merge queue, a sentence. */
export function landingWords(fact: FactOf<'todo.merged'> | FactOf<'landing.failed'> | FactOf<'todo.landed'>): string {
  const { todo } = fact;
  if (fact.type === 'landing.failed') return `${todo} cannot be merged: ${fact.reason.replace(/\.$/, '')}.`;
  if (fact.type === 'todo.landed') {
    const { files } = fact;
    if (files.length === 0) return `${todo} is merged; it changed nothing.`;
    const lines = lineWords(files);
    const count = files.length === 1 ? '1 file' : `${String(files.length)} files`;
    return `${todo} is merged: ${count} ${lines}${commitWords(fact)}.`;
  }
  const paths = pathList(fact.conflicts);
  switch (fact.next) {
    case 'reviewer':
      return `The folder has changed since ${todo} began; its check is repeated on both together.`;
    case 'worker':
      return `${todo} conflicts with what changed meanwhile in ${paths}; a worker resolves it.`;
    case 'person':
      return `${todo} still conflicts in ${paths}: it waits for you.`;
  }
}

function commitWords({ commit, uncommitted = [], why }: FactOf<'todo.landed'>): string {
  if (why !== undefined) return `, not committed: ${why.replace(/\.$/, '')}`;
  if (commit === undefined) return '';
  const left =
    uncommitted.length > 0 ? `; with changes of yours in the same place, not committed: ${pathList(uncommitted)}` : '';
  return `, commit ${commit.slice(0, 8)}${left}`;
}

/** Paths for a sentence, the first few by name. */
export function pathList(paths: readonly string[], most = named): string {
  const shown = paths.slice(0, most).map((path) => plain(path, 200));
  const rest = paths.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}
