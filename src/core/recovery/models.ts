import type { Role } from '../mission/facts';
import type { MissionState } from '../mission/state';

const roles: readonly Role[] = ['commander', 'planner', 'worker', 'reviewer'];

/** The model of a role as it is configured, which is its gate’s key; empty is OpenCode’s default. */
export function modelOf(s: Pick<MissionState, 'settings'>, role: Role): string {
  return s.settings[`models.${role}`];
}

/** The roles that are to run on a model. */
export function rolesOf(s: Pick<MissionState, 'settings'>, model: string): Role[] {
  return roles.filter((role) => modelOf(s, role) === model);
}
