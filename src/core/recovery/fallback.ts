import type { FactOf, Role } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { isLastFailure } from './gates';
import { hasLeft, modelOf, modelOfTurn, modelsOf, rolesOf } from './models';
import { policies, type FailureClass } from './policies';

/** A role that goes on with another model of its list. */
export type FellBack = NonNullable<FactOf<'turn.lost'>['fellBack']>[number];

/** The model after the one that a role runs on now; undefined at the end of its list. */
export function nextModel(s: MissionState, role: Role): string | undefined {
  const models = modelsOf(s.settings, role);
  return models[models.indexOf(modelOf(s, role)) + 1];
}

/**
 * Who goes on with the next model of its list because a turn’s model has failed for good: each role that runs on that model and
 * has another. Empty when the failure passes, when the lists are used up, or when everybody has left that model already.
 */
export function fallBacks(s: MissionState, turn: Turn, failure: FailureClass, now: number): FellBack[] {
  const model = modelOfTurn(s, turn);
  if (!isForGood(s, turn, failure, now)) return [];
  return rolesOf(s, model).flatMap((role) => {
    const to = nextModel(s, role);
    return to === undefined ? [] : [{ role, to }];
  });
}

/** Refused, used up, limited beyond the cap, or out of patience with its provider. */
function isForGood(s: MissionState, turn: Turn, failure: FailureClass, now: number): boolean {
  const { asks, holds } = policies[failure];
  if (asks || failure === 'quota' || failure === 'longLimit') return true;
  return holds === true && isLastFailure(s, turn, now);
}

/** Takes the fall-backs of a lost turn into the state. */
export function fallBack(s: MissionState, { fellBack = [] }: FactOf<'turn.lost'>): void {
  for (const { role, to } of fellBack) s.fellBack.set(role, to);
}

/** Every role begins with the first model of its list again. */
export function forgetFallBacks(s: MissionState): void {
  s.fellBack.clear();
}

/** Whether a lost turn goes on at once, on another model than its own, which no attempt is counted for. */
export function movesOn(s: MissionState, turn: Turn, failure: FailureClass, fellBack: readonly FellBack[]): boolean {
  if (fellBack.some(({ role }) => role === turn.role)) return true;
  const { asks, holds } = policies[failure];
  return hasLeft(s, turn) && (asks ?? holds ?? failure === 'quota');
}

const whose: Readonly<Record<Role, string>> = {
  commander: 'The Commander goes',
  planner: 'The Planner goes',
  worker: 'Workers go',
  reviewer: 'Reviewers go',
};

/** Who goes on with what, in one sentence each: `Workers go on with b/y.` */
export function fellBackSentences(fellBack: readonly FellBack[]): string {
  return fellBack.map(({ role, to }) => `${whose[role]} on with ${to}.`).join(' ');
}
