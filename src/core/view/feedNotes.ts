import type { FactOf } from '../mission/facts';
import type { MissionState } from '../mission/state';
import { plain } from '../todo/text';
import type { FeedDraft } from './feed';

/** A note that a person wrote, or wants delivered at once. */
export function noteItem(s: MissionState, fact: FactOf<'note.added'> | FactOf<'note.hurried'>): FeedDraft | undefined {
  const note = fact.type === 'note.added' ? s.notes.at(-1) : s.notes.find(({ id }) => id === fact.note);
  if (!note) return undefined;
  const shown = { icon: 'note', kind: 'note' } as const;
  if (fact.type === 'note.hurried') return { ...shown, text: 'Your note goes to the Commander as soon as possible' };
  const words = `“${plain(fact.text, 200)}”`;
  if (note.to !== undefined && !note.moved) {
    const to = plain(note.to, 64);
    return { ...shown, todo: to, text: `Your note waits for the worker of ${to}: ${words}` };
  }
  const meant = note.to === undefined ? '' : `, since ${plain(note.to, 64)} has no worker any more`;
  const when = note.now ? 'as soon as possible' : `turn ${String(s.iteration + 1)}`;
  const text = note.now
    ? `Your note goes to the Commander ${when}${meant}: ${words}`
    : `Your note waits for the Commander’s ${when}${meant}: ${words}`;
  const action = { label: 'Deliver Now', act: { type: 'hurryNote' as const, note: note.id } };
  return { ...shown, text, ...(note.now ? {} : { action }) };
}

/** The Commander’s turn took notes along. */
export function deliveredItem(s: MissionState, fact: FactOf<'turn.ordered'>): FeedDraft | undefined {
  const notes = takenAlong(s, fact);
  if (notes === 0) return undefined;
  const were = notes === 1 ? 'Your note was' : `Your ${notes} notes were`;
  const text = `${were} delivered with the Commander’s turn ${fact.iteration ?? s.iteration}`;
  return { icon: 'noteDelivered', kind: 'note', text };
}

/** A worker’s turn took notes along. */
export function toldWorkerItem(s: MissionState, fact: FactOf<'turn.ordered'>): FeedDraft | undefined {
  if (fact.role !== 'worker' || fact.todo === undefined) return undefined;
  const notes = takenAlong(s, fact);
  if (notes === 0) return undefined;
  const todo = plain(fact.todo, 64);
  const were = notes === 1 ? 'Your note was' : `Your ${notes} notes were`;
  return { icon: 'noteDelivered', kind: 'note', todo, text: `${were} delivered to the worker of ${todo}` };
}

/** How many notes a turn took along. One for the Commander keeps the first turn that did: told again after a lost one, it is no news. */
function takenAlong(s: MissionState, { turn }: FactOf<'turn.ordered'>): number {
  return s.notes.filter((note) => note.turn === turn).length;
}
