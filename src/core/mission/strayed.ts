import type { FactOf } from './facts';
import { pathList } from './landing';

/** `package-lock.json was changed while T3 alone was at work, and is not among its files.` */
export function strayedWords({ files, todos }: Pick<FactOf<'files.strayed'>, 'files' | 'todos'>): string {
  const what = pathList(files);
  const [were, are] = files.length === 1 ? ['was', 'is'] : ['were', 'are'];
  const who = todos.length === 1 ? `${todos.join('')} alone was` : `${todos.join(', ')} were`;
  const whose = todos.length === 1 ? 'not among its files' : 'among the files of none';
  return `${what} ${were} changed while ${who} at work, and ${are} ${whose}.`;
}
