import { fellBackSentences } from '../recovery/fallback';
import { commandName, endWords } from '../commands/select';
import { differedSentence } from './differed';
import type { Fact, FactOf, Recorded } from './facts';
import { slowedSentence } from '../recovery/throttle';
import { nearedSentence } from './limits';
import { landingWords } from './landing';
import { strayedWords } from './strayed';
import type { MissionState } from './state';
import { duration } from '../todo/text';

/** What a fact means to a person, in one line for logs and terminals; undefined for what is only bookkeeping. Call it with the state after the fact. */
export function narrate(s: MissionState, { fact }: Pick<Recorded, 'fact'>): string | undefined {
  switch (fact.type) {
    case 'mission.created':
      return `Mission ${fact.mission} begins.`;
    case 'mission.resumed':
      return fact.adopted ? 'Another process goes on with the mission.' : 'The mission goes on.';
    case 'mission.paused':
      return `Paused by ${fact.by}.`;
    case 'mission.unpaused':
      return `The pause is ended by ${fact.by}.`;
    case 'settings.changed':
      return `The settings are changed by ${fact.by}.`;
    case 'stop.requested':
      return `A stop is asked for: ${fact.reason}.`;
    case 'mission.ended':
      return `The mission is ${fact.state}: ${fact.reason}`;
    case 'turn.ordered':
      return orderedLine(s, fact);
    case 'commander.decided':
      return decidedLine(fact);
    case 'planner.planned':
      return `The Planner hands in ${plural(fact.added.length, 'TODO')}: ${fact.summary}${refused(fact.refusals)}`;
    case 'worker.reported':
      return reportedLine(fact);
    case 'todo.reviewed':
      return reviewedLine(s, fact);
    case 'mission.reviewed':
      return `The mission review ${fact.outcome === 'unproven' ? 'passed without proof, and is asked for it' : fact.outcome}: ${fact.summary}${issues(fact.issues)}`;
    case 'turn.lost':
      if (fact.fellBack) return `${fellBackSentences(fact.fellBack)} ${fact.reason}`;
      if (fact.how === 'waits') return `A turn waits for its model: ${fact.reason}`;
      return fact.how === 'stopped' || fact.how === 'unwanted'
        ? undefined
        : `A turn is lost (${fact.how}): ${fact.reason}`;
    case 'todos.edited':
      return editedLine(fact);
    case 'note.added':
      return `A note for ${fact.to === undefined ? 'the Commander' : `the worker of ${fact.to}`}: ${fact.text}`;
    case 'note.hurried':
      return `The note ${fact.note} is wanted to be delivered at once`;
    case 'ask.opened':
      return `A ${fact.kind} is asked for: ${fact.title}`;
    case 'ask.closed':
      return `The ask is answered: ${fact.reply}`;
    case 'command.ordered':
      return `A background command is ordered: ${commandName(fact)} (${fact.id})`;
    case 'command.started':
      return undefined;
    case 'command.unwanted':
      return `${fact.by} ends background command ${fact.id}.`;
    case 'command.ended':
      return commandEndedLine(s, fact);
    case 'test.archived':
      return `The isolated test ${fact.from} is kept as ${fact.to}.`;
    case 'noticed':
      return fact.text;
    case 'clock.jumped':
      return jumpedSentence(fact.ms);
    case 'model.differed':
      return differedSentence(fact);
    case 'limit.neared':
      return nearedSentence(fact);
    case 'model.slowed':
      return slowedSentence(s, fact);
    case 'files.strayed':
      return strayedWords(fact);
    case 'todo.merged':
    case 'landing.failed':
    case 'todo.landed':
      return landingWords(fact);
    case 'todo.placed':
    case 'landing.began':
    case 'tree.taken':
    case 'todo.changed':
    case 'session.opened':
    case 'model.answered':
    case 'turn.ended':
      return undefined;
  }
}

function commandEndedLine(s: MissionState, { id, how }: FactOf<'command.ended'>): string {
  const command = s.commands.get(id);
  return `Background command ${command ? `${commandName(command)} (${id})` : id}: ${command ? endWords(command) : how}`;
}

function orderedLine(s: MissionState, fact: Extract<Fact, { type: 'turn.ordered' }>): string {
  const again = { first: '', remind: ' (reminded)', continue: ' (goes on)' }[fact.kind];
  if (fact.role === 'commander') return `Commander, iteration ${String(fact.iteration ?? s.iteration)}${again}`;
  if (fact.role === 'planner') return `Planner at work${again}`;
  if (fact.todo === undefined) return `Mission review ${String(fact.attempt)}${again}`;
  const title = s.todos.get(fact.todo)?.title ?? '';
  return `${fact.todo} ${fact.role === 'worker' ? 'worker' : 'review'} ${String(fact.attempt)}${again}: ${title}`;
}

function decidedLine(fact: Extract<Fact, { type: 'commander.decided' }>): string {
  const parts = [
    fact.plan === undefined ? '' : 'a plan',
    fact.added.length > 0 ? plural(fact.added.length, 'new TODO') : '',
    fact.retried.length > 0 ? `another try of ${fact.retried.map((item) => item.todo).join(', ')}` : '',
    fact.cancelled.length > 0 ? `no more ${fact.cancelled.map((item) => item.todo).join(', ')}` : '',
    fact.asks.length > 0 ? 'an answer of yours' : '',
    fact.seal ? 'the seal' : '',
  ].filter((part) => part !== '');
  return `The Commander wants ${parts.join(', ') || 'nothing'}: ${fact.summary}${refused(fact.refusals)}`;
}

function reportedLine({ todo, status, reason, summary }: Extract<Fact, { type: 'worker.reported' }>): string {
  if (status === 'done') return `${todo} is reported done: ${summary}`;
  return reason === undefined ? `${todo} is blocked: ${summary}` : `${todo} is blocked: ${reason} (${summary})`;
}

function reviewedLine(s: MissionState, fact: Extract<Fact, { type: 'todo.reviewed' }>): string {
  const id = fact.todo;
  if (fact.outcome === 'passed' && s.todos.get(id)?.worktree) return `${id} passed and is merged next: ${fact.summary}`;
  if (fact.outcome === 'passed') return `${id} is done (${fact.proof ? 'verified' : 'unverified'}): ${fact.summary}`;
  if (fact.outcome === 'unproven')
    return `${id} passed without proof, and the reviewer is asked for it: ${fact.why ?? ''}`;
  if (fact.outcome === 'repeated')
    return `${id} failed its review while others were writing; it is repeated when they are done.`;
  return `${id} failed its review: ${fact.summary}${issues(fact.issues)}`;
}

function editedLine(fact: Extract<Fact, { type: 'todos.edited' }>): string {
  const changed = [...fact.retitled, ...(fact.changed ?? [])].map(({ id }) => id);
  const parts = [
    named(fact.ticked, 'ticked'),
    named(fact.unticked, 'unticked'),
    named(changed, 'changed'),
    named(
      fact.added.map(({ id }) => id),
      'added',
    ),
    named(fact.cancelled, 'cancelled'),
    named(fact.retried, 'to be tried again'),
    named(fact.held, 'taken from its agent'),
    fact.order ? 'another order' : '',
    fact.kept.length > 0 ? `${plural(fact.kept.length, 'line')} kept` : '',
  ].filter((part) => part !== '');
  return `The TODOs were edited by a person: ${parts.join('; ')}.`;
}

/** `T1, T2 ticked`: the first ten ids and what was done to them. */
function named(ids: readonly string[] = [], what: string): string {
  if (ids.length === 0) return '';
  const more = ids.length > 10 ? ` and ${String(ids.length - 10)} more` : '';
  return `${ids.slice(0, 10).join(', ')}${more} ${what}`;
}

function issues(list: readonly { id: string; title: string }[]): string {
  return list.length === 0 ? '' : ` [${list.map((issue) => `${issue.id} ${issue.title}`).join('; ')}]`;
}

function refused(refusals: readonly string[]): string {
  return refusals.length === 0 ? '' : ` Refused: ${refusals.join(' ')}`;
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** That time passed in which nobody worked, or that the clock was set back; undefined for what nobody would notice. */
export function jumpedSentence(ms: number): string | undefined {
  if (Math.abs(ms) < 60_000) return undefined;
  return ms > 0
    ? `The computer slept, or its clock was set, for ${duration(ms)}; no deadline counts that.`
    : `The clock was set back by ${duration(-ms)}; no deadline counts that.`;
}
