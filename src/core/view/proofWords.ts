import { shownState } from '../mission/select';
import type { MissionState } from '../mission/state';
import type { Todo } from '../todo/model';
import { plain } from '../todo/text';

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

/** `ticked by you`, `cancelled by you`: what a person’s hand did to a TODO last, where it still holds; else empty. */
export function personsMark(todo: Todo): string {
  const [, did] = /^(.+) by a person$/.exec(todo.reason ?? '') ?? [];
  if (did === undefined || (todo.state === 'done' && !isTicked(todo))) return '';
  return `${plain(did, 80)} by you`;
}

/** What proves a TODO or will; the result stands before the command, so that cutting never hides it. */
export function proofLine(s: MissionState, todo: Todo): { proof: string; command: string } {
  const check = plain(todo.check ?? '', 300);
  if (todo.state === 'done') return doneLine(todo, check);
  const state = shownState(s, todo);
  const isStuck = state === 'failed' || state === 'blocked' || state === 'cancelled';
  const reason = isStuck && personsMark(todo) === '' ? plain(todo.reason ?? '', 300) : '';
  if (reason !== '') return { proof: reason, command: '' };
  return check === '' ? { proof: 'no check', command: '' } : { proof: `check ${check}`, command: check };
}

function doneLine(todo: Todo, check: string): { proof: string; command: string } {
  if (todo.verified) {
    const command = plain(todo.proof?.command ?? check, 300);
    return { proof: `exit 0 · ${command}`, command };
  }
  if (check !== '') return { proof: `not proven · ${check}`, command: check };
  return { proof: isTicked(todo) ? 'no check' : 'no check, only read', command: '' };
}

/** What proves the mission as a whole: its end-to-end check is run by the review that passed. */
export function missionProof(s: MissionState): string {
  const check = s.check === undefined ? '' : plain(s.check, 300);
  const { passed, attempts, due } = s.missionReview;
  if (passed) return check === '' ? 'passed, unverified: no check' : `passed, exit 0 · ${check}`;
  const state = attempts === 0 ? 'not run' : due ? 'not repeated after the last change' : 'not passed';
  return check === '' ? state : `${state} · check ${check}`;
}
