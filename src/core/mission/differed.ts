import { modelOfTurn } from '../recovery/models';
import type { Fact, FactOf } from './facts';
import type { MissionState } from './state';

type Differed = FactOf<'model.differed'>;

/**
 * That a turn which ends with this fact was answered by another model than the one it asked for; to be asked before the fact
 * is folded. Undefined when it was not, when none was asked for by name, and when it was told before.
 */
export function differing(s: MissionState, fact: Fact): Differed | undefined {
  if (fact.type !== 'turn.ended' && fact.type !== 'turn.lost') return undefined;
  const turn = s.turns.get(fact.turn);
  const asked = turn && modelOfTurn(s, turn);
  const answered = fact.model;
  if (!turn || !asked || answered === undefined || answered === asked) return undefined;
  const differed: Differed = { type: 'model.differed', role: turn.role, asked, answered };
  return s.differed.has(keyOf(differed)) ? undefined : differed;
}

/** Takes it into the state, so that it is told once. */
export function tellDiffered(s: MissionState, fact: Differed): void {
  s.differed.add(keyOf(fact));
}

function keyOf({ role, asked, answered }: Differed): string {
  return `${role} ${asked} ${answered}`;
}

const whose = { commander: 'The Commander', planner: 'The Planner', worker: 'A worker', reviewer: 'A reviewer' };

/** `A worker asked for a/x and b/y answered: …` */
export function differedSentence({ role, asked, answered }: Differed): string {
  return `${whose[role]} asked for the model ${asked}, and ${answered} answered: look at your opencode.json and at orchestrator.models.${role}.`;
}
