import type { FactOf } from './facts';
import { strayedWords } from './strayed';
import type { MissionState } from './state';
import { openIssue } from './todoIndex';

/** The files were kept as they were before a turn; before the first one the mission had changed nothing. */
export function treeTaken(s: MissionState, { tree, turn: id }: FactOf<'tree.taken'>): void {
  s.startTree ??= tree;
  const turn = s.turns.get(id);
  if (turn) s.turns.set(turn.id, { ...turn, tree });
}

/** What was nobody’s to change is an issue of the mission: its review decides about it, once more if it has passed already. */
export function filesStrayed(s: MissionState, fact: FactOf<'files.strayed'>, at: number): void {
  for (const file of fact.files) s.strayed.add(file);
  openIssue(s, { id: fact.issue, title: 'Changed outside the files of any TODO', detail: strayedWords(fact) }, at);
  s.missionReview.due = true;
}
