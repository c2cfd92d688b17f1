import type { FactOf } from '../mission/facts';
import { missing } from '../mission/select';
import type { MissionState } from '../mission/state';

/** After so many turns in a row that change nothing the Commander is told; after so many the mission has failed. */
const saidAfter = 3;
const stuckAfter = 6;

/** Something has changed, by whomever. */
export function progressed(s: MissionState): void {
  s.commander.idle = 0;
}

/** Counts a turn of the Commander’s that brought nothing: no TODO, no plan, no retry, no cancel, no question. */
export function countDecision(s: MissionState, fact: FactOf<'commander.decided'>): void {
  const acts =
    fact.added.length + fact.retried.length + fact.cancelled.length + fact.asks.length + (fact.runs?.length ?? 0);
  if (acts > 0 || fact.plan !== undefined) return progressed(s);
  s.commander.idle += 1;
  const { idle } = s.commander;
  if (idle < saidAfter) return;
  s.news.refusals.push(
    `${idle} turns in a row have changed nothing. Add, retry or cancel a TODO, plan, or ask the person; after ${stuckAfter} of them the mission ends as failed.`,
  );
}

/** Why the mission has failed: its Commander does nothing about what is left; undefined while it may. */
export function stuckSentence(s: MissionState): string | undefined {
  if (s.commander.idle < stuckAfter) return undefined;
  return `The Commander changed nothing in ${s.commander.idle} turns in a row, and this is left: ${missing(s).join('; ')}. Say what is to be done about it (resume with a note), or change the TODOs yourself and resume.`;
}
