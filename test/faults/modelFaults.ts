/** What a model does wrong, by name. */
import type { Fault, ReviewScript } from '../support/model/scenario';
import type { Dice } from './random';

export interface ModelFault {
  readonly name: string;
  readonly faults?: readonly Fault[];
  /** The TODO whose first worker says that it is done and has done nothing. */
  readonly liesAbout?: string;
  /** A reviewer who does not run the check. */
  readonly review?: [todo: string, script: ReviewScript];
  readonly settings?: readonly string[];
  readonly seals?: boolean;
}

/** One fault of the model, at a role or at the TODO that is named. */
export function modelFault(dice: Dice, todo: string): ModelFault {
  const whom = dice.pick([
    { name: 'commander', match: { role: 'commander' } },
    { name: 'planner', match: { role: 'planner' } },
    { name: `worker ${todo}`, match: { role: 'worker', todo } },
    { name: `worker ${todo}`, match: { role: 'worker', todo } },
    { name: `reviewer ${todo}`, match: { role: 'reviewer', todo } },
    { name: 'mission review', match: { role: 'reviewer', scope: 'mission' } },
  ] as const);
  const at = (name: string, fault: Partial<Fault>, settings: readonly string[] = []): ModelFault => ({
    name: `${name} (${whom.name})`,
    faults: [{ ...whom.match, times: 1, ...fault }],
    settings,
  });
  const kinds: (() => ModelFault)[] = [
    () => at('429', { status: 429, headers: { 'retry-after': '1' }, times: dice.int(1, 2) }),
    () => at('500', { status: 500, times: 1 }),
    () => at('stream cut', { cut: dice.pick([true, 0, 20] as const), times: dice.int(1, 2) }),
    () => at('hang', { hang: true }, ['limits.stallMinutes=0.1']),
    () => at('prose', { prose: 'I have done all of it, everything is fine.' }),
    () => at('JSON in prose', { proseJson: true }),
    () => at('payload refused', { invalid: true, times: dice.int(1, 2) }),
    () => at('slow', { slow: dice.int(1_000, 4_000) }),
    () => at('400', { status: 400 }),
    () => ({ name: `false claim (worker ${todo})`, liesAbout: todo }),
  ];
  if (dice.chance(0.04)) {
    return {
      name: `proof never (reviewer ${todo})`,
      review: [todo, { claim: true, verdict: 'pass' }],
      settings: ['limits.recoveryAttempts=1', 'limits.maxIterations=2'],
      seals: false,
    };
  }
  return dice.pick(kinds)();
}
