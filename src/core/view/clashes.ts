import { isToBeIsolated } from '../mission/isolation';
import type { MissionState } from '../mission/state';
import type { Todo } from '../todo/model';
import { alone, clashesOf, type Clash, type FileNode } from '../todo/clashes';
import { plain } from '../todo/text';
import { listed, names, plural } from './words';

/** The same of a mission’s TODOs, each where it is to work. */
export function clashLinesOf(s: MissionState, todos: readonly Todo[]): string[] {
  return clashLines(todos.map((todo) => ({ ...todo, isolated: isToBeIsolated(s, todo) })));
}

/** The files for which some of these TODOs take turns, a sentence for each set of TODOs, then those that work alone. */
export function clashLines(todos: readonly FileNode[]): string[] {
  const sets = new Map<string, { todos: readonly string[]; files: string[] }>();
  for (const { file, todos: ids } of clashesOf(todos)) {
    const known = sets.get(ids.join(' '));
    if (known) known.files.push(file);
    else sets.set(ids.join(' '), { todos: ids, files: [file] });
  }
  const isolated = new Set(todos.filter((todo) => todo.isolated).map(({ id }) => id));
  const lines = [...sets.values()].map((set) => turnsLine(set, isolated));
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
function turnsLine(
  { todos, files }: { todos: Clash['todos']; files: readonly string[] },
  isolated: ReadonlySet<string>,
): string {
  const shown = files.slice(0, mostFiles).map((file) => plain(file, 120));
  const rest = files.length - shown.length;
  const what = listed(rest > 0 ? [...shown, plural(rest, 'more file')] : shown);
  const many = todos.length === 2 ? 'both' : 'all';
  const together = todos.filter((id) => !isolated.has(id));
  if (together.length === todos.length) return `${names(todos)} take turns: ${many} name ${what}.`;
  const apart = todos.filter((id) => isolated.has(id));
  const work = together.length > 1 ? `${names(together)} take turns, ${names(apart)} ` : 'they ';
  const verb =
    together.length > 1 && apart.length === 1
      ? 'works apart and is merged'
      : 'work apart and are merged one after the other';
  return `${names(todos)} ${many} name ${what}: ${work}${verb}.`;
}
