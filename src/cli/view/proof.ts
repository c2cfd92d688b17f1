import type { MissionState } from '../../core/mission/state';
import { shownState } from '../../core/mission/select';
import type { Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { doubt } from '../../core/view/proofWords';

/** What proves a TODO, or why nothing does; the result stands before the command, so that cutting never hides it. */
export function proofWords(s: MissionState, todo: Todo): string {
  const check = todo.check === undefined ? '' : plain(todo.check, 300);
  if (todo.state === 'done' && todo.verified) return `exit 0 · ${plain(todo.proof?.command ?? check, 300)}`;
  if (todo.state === 'done') return `unverified: ${doubt(todo)}${check === '' ? '' : ` · ${check}`}`;
  const reason = plain(todo.reason ?? '', 300);
  const state = shownState(s, todo);
  if (reason !== '' && state !== 'running' && state !== 'reviewing') return reason;
  return check === '' ? 'no check' : `check ${check}`;
}

/** The TODO’s files, or those that its worker named where it had none of its own. */
export function fileWords(todo: Todo): string {
  const files = todo.files.length > 0 ? todo.files : (todo.reported ?? []);
  const shown = files.slice(0, 4).map((file) => plain(file, 120));
  return [...shown, ...(files.length > 4 ? [`${files.length - 4} more`] : [])].join(', ');
}
