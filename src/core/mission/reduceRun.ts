import { forgetFallBacks } from '../recovery/fallback';
import { shiftGates } from '../recovery/gates';
import { progressed } from '../recovery/idleness';
import { dropModelAsks } from '../recovery/refusedModel';
import { shiftThrottles } from '../recovery/throttle';
import type { FactOf } from './facts';
import { isMergeAsk } from './mergeAsk';
import { takeAsResolved } from './reduceLanding';
import { dropAsks } from './reduceLost';
import { planAsk, type MissionState } from './state';

export function resumed(s: MissionState, fact: FactOf<'mission.resumed'>, at: number): void {
  if (fact.adopted) return adopted(s, fact, at);
  s.settings = fact.settings;
  s.end = undefined;
  s.stop = undefined;
  s.paused = undefined;
  s.runningSince = at;
  s.commander.lost = 0;
  s.planner.lost = 0;
  s.missionReview.lost = 0;
  // Whoever resumes wants it tried again, models that failed or were refused, too.
  progressed(s);
  s.gates.clear();
  s.throttles.clear();
  forgetFallBacks(s);
  dropModelAsks(s, 'all');
  // What OpenCode still asks for is told again when the stream is there.
  dropAsks(s, () => true);
  // Whoever resumes without a word has seen the plan and approves it.
  if (fact.note === undefined) s.asks.delete(planAsk);
  if (fact.note === undefined) takeAsResolved(s, at);
  if (fact.note !== undefined) {
    s.news.notes.push(fact.note);
    for (const ask of s.asks.values())
      if (ask.kind === 'question' && ask.id !== planAsk && !isMergeAsk(ask.id)) s.asks.delete(ask.id);
  }
}

/** Another process drives from here on; to the mission itself nothing has happened, so a stop and a pause go on as well. */
function adopted(s: MissionState, fact: FactOf<'mission.resumed'>, at: number): void {
  if (s.end) return; // nobody can take over what has ended
  s.settings = fact.settings;
  dropModelAsks(s, 'unused');
  if (!s.paused) s.runningSince = at;
  dropAsks(s, () => true);
  if (fact.note !== undefined) s.news.notes.push(fact.note);
}

/** While it is paused, its clock stands: a night of rest uses up no budget. */
export function paused(s: MissionState, fact: FactOf<'mission.paused'> | FactOf<'mission.unpaused'>, at: number): void {
  const pauses = fact.type === 'mission.paused';
  if (s.end || pauses === (s.paused !== undefined)) return;
  s.paused = pauses ? { by: fact.by, at } : undefined;
  if (pauses) stopClock(s, at);
  else s.runningSince = at;
}

/** What is counted from a time on is counted from so much later. */
export function jumped(s: MissionState, ms: number): void {
  if (s.runningSince > 0) s.runningSince += ms;
  shiftGates(s, ms);
  shiftThrottles(s, ms);
  for (const turn of s.turns.values()) s.turns.set(turn.id, { ...turn, orderedAt: turn.orderedAt + ms });
}

export function stopClock(s: MissionState, at: number): void {
  if (s.runningSince > 0) s.ranMs += Math.max(0, at - s.runningSince);
  s.runningSince = 0;
}
