import type { Fact } from '../mission/facts';
import type { EventKind } from './model';

const kinds: Readonly<Record<Fact['type'], EventKind | undefined>> = {
  'mission.created': 'course',
  'mission.resumed': 'course',
  'mission.paused': 'course',
  'mission.unpaused': 'course',
  'settings.changed': 'person',
  'stop.requested': 'course',
  'mission.ended': 'course',
  // A turn is seen by what comes of it, and in the list of sessions.
  'turn.ordered': undefined,
  'session.opened': undefined,
  'turn.ended': undefined,
  'model.answered': undefined,
  'model.slowed': 'trouble',
  'commander.decided': 'plan',
  'planner.planned': 'plan',
  'worker.reported': 'work',
  'todo.reviewed': 'review',
  'mission.reviewed': 'review',
  'turn.lost': 'trouble',
  'todos.edited': 'person',
  'note.added': 'person',
  'note.hurried': undefined,
  'ask.opened': 'person',
  'ask.closed': 'person',
  'command.ordered': 'work',
  'command.started': undefined,
  'command.unwanted': 'person',
  'command.ended': 'work',
  'tree.taken': undefined,
  'todo.changed': undefined,
  'files.strayed': 'trouble',
  'todo.placed': undefined,
  'todo.merged': 'work',
  'landing.began': undefined,
  'landing.failed': 'trouble',
  'todo.landed': 'work',
  'test.archived': 'note',
  noticed: 'note',
  'clock.jumped': 'course',
  'limit.neared': 'limit',
  'model.differed': 'trouble',
};

/** Under which word a fact stands in the time line; undefined for what does not stand in it. */
export function eventKind(fact: Fact): EventKind | undefined {
  // What a review did not pass is trouble, whatever comes of it.
  if (fact.type === 'todo.reviewed' || fact.type === 'mission.reviewed') {
    return fact.outcome === 'passed' ? 'review' : 'trouble';
  }
  return kinds[fact.type];
}
