import type { Role } from '../mission/facts';
import type { MissionState } from '../mission/state';

/** A turn that is next, and whose: a TODO’s id, or the role as a sentence names it. */
export interface Pending {
  readonly role: Role;
  readonly who: string;
}

/** Every turn that would begin if its model let it. */
export function pending(s: MissionState): Pending[] {
  const found: Pending[] = [];
  for (const id of s.due) found.push({ role: s.todos.get(id)?.state === 'running' ? 'worker' : 'reviewer', who: id });
  for (const id of s.ready) found.push({ role: 'worker', who: id });
  const { next, due } = s.missionReview;
  if (next || (due && s.todos.size > 0 && s.open.size === 0))
    found.push({ role: 'reviewer', who: 'the mission review' });
  if (s.planner.wanted !== undefined) found.push({ role: 'planner', who: 'the Planner' });
  if (s.commander.next) found.push({ role: 'commander', who: 'the Commander' });
  return found;
}
