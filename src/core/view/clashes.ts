import { alone, clashesOf, type Clash, type FileNode } from '../todo/clashes';
import { plain } from '../todo/text';
import { listed, names, plural } from './words';

/** The files for which some of these TODOs take turns, a sentence for each set of TODOs, then those that work alone. */
export function clashLines(todos: readonly FileNode[]): string[] {
  const sets = new Map<string, { todos: readonly string[]; files: string[] }>();
  for (const { file, todos: ids } of clashesOf(todos)) {
    const known = sets.get(ids.join(' '));
    if (known) known.files.push(file);
    else sets.set(ids.join(' '), { todos: ids, files: [file] });
  }
  const lines = [...sets.values()].map(turnsLine);
  const single = alone(todos);
  // One TODO by itself disturbs nobody.
  if (single.length > 0 && todos.length > 1) {
    const [work, name] = single.length === 1 ? ['works alone', 'it names'] : ['work alone, one at a time', 'they name'];
    lines.push(`${names(single)} ${work}: ${name} no file.`);
  }
  return lines;
}

const mostFiles = 2;

/** `T2 and T5 take turns: both name src/a.ts.` */
function turnsLine({ todos, files }: { todos: Clash['todos']; files: readonly string[] }): string {
  const shown = files.slice(0, mostFiles).map((file) => plain(file, 120));
  const rest = files.length - shown.length;
  const what = listed(rest > 0 ? [...shown, plural(rest, 'more file')] : shown);
  return `${names(todos)} take turns: ${todos.length === 2 ? 'both' : 'all'} name ${what}.`;
}
