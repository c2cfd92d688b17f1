import { maskSecrets } from '../secrets';
import type { Todo, TodoState } from './model';
import { escapeLine, escapeMarkdown, plain } from './text';

/** What `todo.md` is rendered from. There is no time in it, so that the same state is the same text. */
export interface TodoView {
  readonly mission: string;
  /** The last record of the journal that it shows. */
  readonly seq: number;
  /** The mission’s own text. */
  readonly text: string;
  readonly state: string;
  readonly iteration: number;
  readonly todos: readonly Todo[];
  /** Lines of a person’s that could not be understood. */
  readonly kept: readonly string[];
}

/** The heading above lines that were kept. */
export const keptHeading = '## Kept from your edits';

/** The first line of every rendered file: whose it is, and after which record. */
export function marker(mission: string, seq?: number): string {
  return `<!-- opencode-orchestrator mission: ${mission}${seq === undefined ? '' : ` seq: ${String(seq)}`} -->`;
}

/** Renders `.opencode/todo.md`: one line a TODO, which a person may tick, untick or reword, and details below it. */
export function renderTodo(view: TodoView): string {
  const done = view.todos.filter((todo) => todo.state === 'done');
  const verified = done.filter((todo) => todo.verified).length;
  const progress = `${String(done.length)} of ${String(view.todos.length)} done: ${String(verified)} verified, ${String(done.length - verified)} unverified`;
  return [
    marker(view.mission, view.seq),
    '# TODO',
    '',
    escapeLine(plain(maskSecrets(view.text), 200)),
    '',
    `The mission is ${view.state}, iteration ${String(view.iteration)}. ${progress}.`,
    '',
    'You may tick or untick a TODO, change its title, or add a line that begins with `- [ ]`.',
    '',
    ...view.todos.flatMap((todo) => [todoLine(todo), ...details(todo)]),
    ...keptBlock(view.kept),
    '',
  ].join('\n');
}

/** The line of a TODO: `- [x] **T1** Title — done (verified)`. */
export function todoLine(todo: Todo): string {
  return `- [${todo.state === 'done' ? 'x' : ' '}] **${todo.id}** ${titleText(todo.title)} — ${stateWord(todo)}`;
}

/** A title as it stands in its line. */
export function titleText(title: string): string {
  return escapeMarkdown(plain(maskSecrets(title), 300));
}

/** A TODO’s state as people read it, with its proof. */
export function stateWord(todo: Pick<Todo, 'state' | 'verified'>): string {
  return todo.state === 'done' ? `done (${todo.verified ? 'verified' : 'unverified'})` : todo.state;
}

/** Every word that may end a TODO’s line. */
export const stateWords: readonly string[] = [
  ...(['queued', 'running', 'reviewing', 'failed', 'blocked', 'cancelled'] satisfies TodoState[]),
  'done',
  'done (verified)',
  'done (unverified)',
];

function details(todo: Todo): string[] {
  const lines: string[] = [];
  if (todo.after.length > 0) lines.push(`  - after ${todo.after.join(', ')}`);
  if (todo.files.length > 0)
    lines.push(`  - files: ${todo.files.map((file) => escapeMarkdown(plain(file, 300))).join(', ')}`);
  if (todo.check) lines.push(`  - check: ${escapeMarkdown(plain(maskSecrets(todo.check), 300))}`);
  if (todo.reason) lines.push(`  - ${escapeLine(plain(maskSecrets(todo.reason), 300))}`);
  return lines;
}

/** A line that was kept, as it is shown: indented, so that no renderer and no later reading takes it for anything but text. */
export function keptLine(line: string): string {
  return `    ${line}`;
}

function keptBlock(kept: readonly string[]): string[] {
  if (kept.length === 0) return [];
  return [
    '',
    keptHeading,
    '',
    'These lines could not be understood; nothing was done about them.',
    '',
    ...kept.map(keptLine),
  ];
}
