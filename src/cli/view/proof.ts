import type { MissionState } from '../../core/mission/state';
import { shownState } from '../../core/mission/select';
import type { Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';

/** What the reducer writes as the reason of a TODO that a person ticked. */
const tickedByPerson = 'ticked by a person';

/** Whether a person’s tick, and no review, made the TODO done. */
export function isTicked(todo: Todo): boolean {
  return todo.state === 'done' && !todo.verified && todo.reason === tickedByPerson;
}

/** Why a TODO that is done is not verified, in two or three words. */
export function doubt(todo: Todo): string {
  if (isTicked(todo)) return tickedByPerson;
  return todo.check === undefined ? 'no check' : 'its check was not proven';
}

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

/** What proves the mission as a whole: its end-to-end check is run by the review that passed. */
export function missionProof(s: MissionState): string {
  const check = s.check === undefined ? '' : plain(s.check, 300);
  const { passed, attempts, due } = s.missionReview;
  if (passed) return check === '' ? 'passed, unverified: no check' : `passed, exit 0 · ${check}`;
  const state = attempts === 0 ? 'not run' : due ? 'not repeated after the last change' : 'not passed';
  return check === '' ? state : `${state} · check ${check}`;
}
