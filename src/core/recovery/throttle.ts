import type { FactOf, Role } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { plain } from '../todo/text';
import { modelOf, modelOfTurn, providerOf } from './models';

/** An eighth of what may be in flight has to answer before one more may be: a round of answers brings eight. */
const roundParts = 8;

/** Whether a provider’s words say that it has too much to do, not that something is broken. */
export function saysOverload(sentence: string): boolean {
  return /\b429\b|\b529\b|rate.?limit|too many requests|overload|capacity|throttl/i.test(sentence);
}

/**
 * What follows when a turn’s provider says that it has too much to do: half of what is in flight. Whatever was ordered before the
 * last halving says nothing new.
 */
export function slowed(s: MissionState, turn: Turn, reason: string): FactOf<'model.slowed'> | undefined {
  const model = modelOfTurn(s, turn);
  const known = s.throttles.get(model);
  if (known && turn.orderedAt <= known.since) return undefined;
  const flying = Math.min(known?.most ?? Infinity, inFlight(s).get(model) ?? 0);
  return { type: 'model.slowed', turn: turn.id, most: Math.max(1, Math.floor(flying / 2)), reason };
}

/** Takes `slowed` into the state. */
export function slow(s: MissionState, turn: Turn, most: number, at: number): void {
  s.throttles.set(modelOfTurn(s, turn), { most, since: at, answers: 0 });
}

/** A turn has come to its end with an answer: one that began since may let another one in. */
export function rise(s: MissionState, turn: Turn): void {
  const model = modelOfTurn(s, turn);
  const known = s.throttles.get(model);
  if (!known || turn.orderedAt <= known.since) return;
  const answers = known.answers + 1;
  if (answers < known.most / roundParts) s.throttles.set(model, { ...known, answers });
  else if (known.most + 1 >= s.settings['limits.parallelSessions']) s.throttles.delete(model);
  else s.throttles.set(model, { ...known, most: known.most + 1, answers: 0 });
}

/** The clock was set, or the computer slept: orders are dated anew by the same. */
export function shiftThrottles(s: MissionState, ms: number): void {
  for (const [model, throttle] of s.throttles) s.throttles.set(model, { ...throttle, since: throttle.since + ms });
}

/** The turns in flight of each model; those that only wind up do not count. */
export function inFlight(s: MissionState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const turn of s.turns.values()) {
    if (turn.settling) continue;
    const model = modelOfTurn(s, turn);
    counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  return counts;
}

/** How many turns of this role’s model may be in flight, where as many are; undefined while one more may. */
export function throttledTo(s: MissionState, role: Role): number | undefined {
  const model = modelOf(s, role);
  const most = s.throttles.get(model)?.most;
  return most !== undefined && (inFlight(s).get(model) ?? 0) >= most ? most : undefined;
}

/** `openai has too much to do: at most 12 turns at once for now (Too Many Requests).` */
export function slowedSentence(s: MissionState, { turn: id, most, reason }: FactOf<'model.slowed'>): string {
  const turn = s.turns.get(id);
  const model = turn ? modelOfTurn(s, turn) : '';
  const name = model === '' ? 'The provider' : providerOf(model);
  const turns = most === 1 ? '1 turn' : `${String(most)} turns`;
  return `${name} has too much to do: at most ${turns} at once for now (${plain(reason, 200).replace(/[.\s]+$/, '')}).`;
}
