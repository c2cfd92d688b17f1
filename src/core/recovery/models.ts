import type { Role } from '../mission/facts';
import type { Settings } from '../mission/settings';
import type { MissionState, Turn } from '../mission/state';
import { plain } from '../todo/text';

export const roles: readonly Role[] = ['commander', 'planner', 'worker', 'reviewer'];

/** The models of a role as they are configured, the first one first; one empty text is OpenCode’s default. */
export function modelsOf(settings: Settings, role: Role): readonly string[] {
  return settings[`models.${role}`].split(',').map((model) => model.trim());
}

type Choice = Pick<MissionState, 'settings' | 'fellBack'>;

/** The model that a role’s next turn is to run on, which is its gate’s key; empty is OpenCode’s default. */
export function modelOf({ settings, fellBack }: Choice, role: Role): string {
  const models = modelsOf(settings, role);
  const present = fellBack.get(role);
  return present !== undefined && models.includes(present) ? present : (models[0] ?? '');
}

/** The model that a turn was ordered with, whatever its role runs on now. */
export function modelOfTurn(s: Choice, turn: Pick<Turn, 'role' | 'model'>): string {
  return turn.model ?? modelOf(s, turn.role);
}

/** Whether the role of a turn runs on another model by now: what is wrong with the turn’s own is nobody’s concern then. */
export function hasLeft(s: Choice, turn: Pick<Turn, 'role' | 'model'>): boolean {
  return modelOfTurn(s, turn) !== modelOf(s, turn.role);
}

/** A model’s provider, as a sentence names it. */
export function providerOf(model: string): string {
  return model === '' ? 'the provider' : plain(model.split('/')[0] ?? model, 64);
}

/** The roles that are to run on a model now. */
export function rolesOf(s: Choice, model: string): Role[] {
  return roles.filter((role) => modelOf(s, role) === model);
}
