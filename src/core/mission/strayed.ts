import { plain } from '../todo/text';
import type { FactOf } from './facts';

/** Paths that are named one by one. */
const named = 12;

/** `package-lock.json was changed while T3 alone was at work, and is not among its files.` */
export function strayedWords({ files, todos }: Pick<FactOf<'files.strayed'>, 'files' | 'todos'>): string {
  const paths = files.slice(0, named).map((file) => plain(file, 200));
  const rest = files.length - paths.length;
  const what = `${paths.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
  const [were, are] = files.length === 1 ? ['was', 'is'] : ['were', 'are'];
  const who = todos.length === 1 ? `${todos.join('')} alone was` : `${todos.join(', ')} were`;
  const whose = todos.length === 1 ? 'not among its files' : 'among the files of none';
  return `${what} ${were} changed while ${who} at work, and ${are} ${whose}.`;
}
