import type { FileChange } from '../core/todo/changes';

const zeros = /^0+$/;

/** Parses what `git diff-tree -r -z -M --raw --numstat` prints. */
export function parseChanges(out: Buffer): FileChange[] {
  const words = out.toString('utf8').split('\0');
  const changes = new Map<string, FileChange>();
  let at = 0;
  const next = (): string => words[at++] ?? '';
  while (at < words.length && words[at] !== '') {
    const head = next();
    if (head.startsWith(':')) {
      const [, , before = '', after = '', status = ''] = head.split(' ');
      const first = next();
      const renamed = status.startsWith('R') || status.startsWith('C');
      const path = renamed ? next() : first;
      changes.set(path, { path, ...(renamed && { from: first }), kind: kindOf(status, before, after) });
    } else {
      const [added = '', removed = '', first = ''] = head.split('\t');
      // Of a renamed file both names follow.
      const path = first === '' ? (next(), next()) : first;
      const known = changes.get(path);
      if (known && added !== '-') changes.set(path, { ...known, added: Number(added), removed: Number(removed) });
    }
  }
  return [...changes.values()];
}

function kindOf(status: string, before: string, after: string): FileChange['kind'] {
  if (status.startsWith('A')) return 'added';
  if (status.startsWith('D')) return 'deleted';
  if (status.startsWith('R') || status.startsWith('C')) return 'renamed';
  return before === after && !zeros.test(before) ? 'mode' : 'modified';
}
