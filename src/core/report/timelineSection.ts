import { cell, type Block, type Section, type Tone } from './blocks';
import type { EventKind, Report } from './model';
import { whenOf } from './words';

/** Lines of the time line that are shown; the JSON report has all. */
const mostLines = 1_500;

/** What is left out first when there are too many lines. */
const dropped: readonly EventKind[] = ['note', 'work', 'plan', 'review', 'trouble'];

const tones: Readonly<Record<EventKind, Tone>> = {
  course: 'quiet',
  plan: 'quiet',
  work: 'quiet',
  review: 'good',
  trouble: 'bad',
  person: 'warn',
  limit: 'warn',
  note: 'quiet',
};

/** What happened when: the pauses and restarts, and a line for each event. */
export function timelineSection(report: Report): Section {
  const when = whenOf(report);
  const events = shown(report.timeline);
  const left = report.timeline.length - events.length;
  const rows = events.map(({ at, kind, text }) => [
    cell(when(at)),
    cell(kind, { as: 'state', tone: tones[kind] }),
    cell(text),
  ]);
  const course = report.course.map(({ at, text }) => `${when(at)} ${text}`);
  const blocks: Block[] = [
    { kind: 'words', text: 'Starts, pauses, stops and restarts:' },
    { kind: 'list', items: course },
    { kind: 'words', text: left > 0 ? `What happened (${left} more lines are in the JSON report):` : 'What happened:' },
    { kind: 'table', columns: ['At', 'Kind', 'What'].map((title) => ({ title })), rows },
  ];
  return { id: 'timeline', title: 'Time Line', blocks };
}

function shown(events: Report['timeline']): Report['timeline'] {
  let kept = events;
  for (const kind of dropped) {
    if (kept.length <= mostLines) return kept;
    kept = kept.filter((event) => event.kind !== kind);
  }
  return kept.slice(0, mostLines);
}
