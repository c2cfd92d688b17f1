import { commandName, endWords } from '../commands/select';
import { differedSentence } from '../mission/differed';
import { nearedSentence } from '../mission/limits';
import { jumpedSentence } from '../mission/narrate';
import { reduce } from '../mission/reduce';
import { strayedWords } from '../mission/strayed';
import type { Fact, FactOf, Recorded } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { fellBackSentences } from '../recovery/fallback';
import { modelOf } from '../recovery/models';
import { policies } from '../recovery/policies';
import { modelAsk } from '../recovery/refusedModel';
import { slowedSentence } from '../recovery/throttle';
import { plain } from '../todo/text';
import { whose } from './agentRow';
import { landingItem, mergedNextItem } from './feedLanding';
import { deliveredItem, noteItem, toldWorkerItem } from './feedNotes';
import { askItem, editItem } from './feedPerson';
import type { FeedDraft, FeedItem } from './feed';
import type { AgentNews, Moment } from './moment';
import { doubt } from './proofWords';
import { attemptsAllowed, sideBySide } from './todos';
import { agentName, byWords, confirmedWords, holder, names, plural, sentence } from './words';

/** Whose fact it is, as it was before the fact: a turn that has ended is in no state any more. */
export type FeedTurn = Pick<Turn, 'role' | 'todo' | 'session' | 'attempt'>;

/** The turn that a fact speaks of; asked before the fact is folded. */
export function turnOfFact(s: MissionState, fact: Fact): FeedTurn | undefined {
  return 'turn' in fact ? s.turns.get(fact.turn) : undefined;
}

/** Folds one record into the state, and says what it is worth in the feed. */
export function reduceForFeed(s: MissionState, record: Recorded): FeedItem | undefined {
  const turn = turnOfFact(s, record.fact);
  reduce(s, record);
  return feedItem(s, record, turn);
}

/**
 * What a record is worth in the feed; undefined for most. `s` is the state after the record, `turn` what `turnOfFact`
 * said before it (without it, a turn that ended by the record is looked for by its time).
 */
export function feedItem(s: MissionState, record: Recorded, turn?: FeedTurn): FeedItem | undefined {
  const { seq, at, fact } = record;
  const draft = draftOf(s, record, turn ?? turnOfFact(s, fact) ?? endedTurn(s, record));
  return draft && { key: `f${seq}`, seq, at, ...draft };
}

/** That an agent waits for its provider, which is no fact; once for each time until which it waits. */
export function rateLimitItem(moment: Moment, session: string, news: AgentNews): FeedItem | undefined {
  const { state: s } = moment;
  const record = s.sessions.get(session);
  if (news.retryUntil === undefined || !record) return undefined;
  const { name } = whose(s, record);
  return {
    ...{ key: `limit-${session}-${news.retryUntil}`, seq: s.seq, at: news.lastEventAt, session },
    ...{ icon: 'rateLimited', kind: 'note', ...about(record.todo) },
    text: `${name} rate-limited until ${moment.clock(news.retryUntil)}${reasonTail(news.retryReason)}`,
  };
}

function reasonTail(reason: string | undefined): string {
  const text = plain(reason ?? '', 200);
  return text === '' ? '' : `: ${text}`;
}

function endedTurn(s: MissionState, { at, fact }: Recorded): FeedTurn | undefined {
  if (fact.type !== 'turn.ended' && fact.type !== 'turn.lost') return undefined;
  for (const [session, record] of s.sessions) if (record.ended?.at === at) return { ...record, session };
  return undefined;
}

function draftOf(s: MissionState, { fact }: Recorded, turn: FeedTurn | undefined): FeedDraft | undefined {
  switch (fact.type) {
    case 'mission.created':
      return { icon: 'missionRunning', kind: 'info', text: 'The mission began' };
    case 'mission.resumed':
      return {
        icon: 'missionRunning',
        kind: 'info',
        text: fact.adopted ? 'The mission was taken over and goes on' : 'The mission goes on',
      };
    case 'mission.paused':
      return { icon: 'paused', kind: 'note', text: `${subject(fact.by)} paused the mission. No new turn starts` };
    case 'mission.unpaused':
      return { icon: 'missionRunning', kind: 'note', text: `${subject(fact.by)} resumed the mission` };
    case 'settings.changed':
      return { icon: 'info', kind: 'note', text: `${subject(fact.by)} changed the mission’s limits` };
    case 'stop.requested':
      return stopItem(fact);
    case 'mission.ended':
      return endItem(s, fact);
    case 'turn.ordered':
      return orderedItem(s, fact);
    case 'commander.decided':
      return decidedItem(fact);
    case 'planner.planned':
      return plannedItem(s, fact);
    case 'worker.reported':
      return reportedItem(s, fact);
    case 'todo.reviewed':
      return reviewedItem(s, fact);
    case 'mission.reviewed':
      return missionReviewedItem(fact);
    case 'turn.lost':
      return lostItem(s, fact, turn);
    case 'todos.edited':
      return editItem(fact);
    case 'note.added':
    case 'note.hurried':
      return noteItem(s, fact);
    case 'ask.opened':
    case 'ask.closed':
      return askItem(s, fact);
    case 'test.archived':
      return undefined;
    case 'noticed':
      return { icon: 'info', kind: 'info', text: plain(fact.text, 300) };
    case 'clock.jumped':
      return jumpedItem(fact.ms);
    case 'model.differed':
      return differedItem(fact);
    case 'command.ended':
      return commandEndedItem(s, fact);
    case 'limit.neared':
      return { icon: 'warning', kind: 'note', text: nearedSentence(fact).slice(0, -1) };
    case 'model.slowed':
      return { icon: 'info', kind: 'info', text: slowedSentence(s, fact).slice(0, -1) };
    case 'files.strayed':
      return { icon: 'warning', kind: 'note', text: strayedWords(fact).slice(0, -1) };
    case 'landing.failed':
    case 'todo.merged':
    case 'todo.landed':
      return landingItem(s, fact);
    case 'todo.placed':
    case 'landing.began':
    case 'tree.taken':
    case 'todo.changed':
    case 'command.ordered':
    case 'command.started':
    case 'command.unwanted':
    case 'session.opened':
    case 'model.answered':
    case 'turn.ended':
      return undefined;
  }
}

function jumpedItem(ms: number): FeedDraft | undefined {
  const text = jumpedSentence(ms);
  return text === undefined ? undefined : { icon: 'info', kind: 'info', text: text.slice(0, -1) };
}

function subject(by: string): string {
  const who = byWords(by);
  return `${who.charAt(0).toUpperCase()}${who.slice(1)}`;
}

function about(todo: string | undefined): { todo?: string } {
  return todo === undefined ? {} : { todo };
}

function stopItem(fact: FactOf<'stop.requested'>): FeedDraft {
  const text =
    fact.as === 'stopped'
      ? `${subject(fact.by)} stopped the mission. No new turn starts`
      : `The mission is being stopped: ${plain(fact.reason, 300)}`;
  return { icon: 'stop', kind: fact.as === 'failed' ? 'bad' : 'note', text };
}

function endItem(s: MissionState, fact: FactOf<'mission.ended'>): FeedDraft {
  const reason = plain(fact.reason, 300);
  switch (fact.state) {
    case 'sealed':
      return {
        ...{ icon: 'sealed', kind: 'good', text: `Sealed${reason === '' ? '' : `: ${reason}`}` },
        action: { label: 'Review Changes', act: { type: 'reviewChanges' } },
      };
    case 'stopped':
      return {
        ...{ icon: 'stopped', kind: 'note', text: `Stopped${confirmedWords(s)}. Nothing runs` },
        action: { label: 'Show Log', act: { type: 'showLog' } },
      };
    case 'waiting':
      return { icon: 'waiting', kind: 'needsYou', text: `The mission rests: ${reason}` };
    case 'exhausted':
      return { icon: 'exhausted', kind: 'bad', text: `Exhausted: ${reason}` };
    case 'failed':
      return {
        icon: 'failed',
        kind: 'bad',
        text: `Failed: ${reason}`,
        action: { label: 'Show Log', act: { type: 'showLog' } },
      };
  }
}

/** Beginnings; the Commander’s turn is worth a line when it takes a person’s note along. */
function orderedItem(s: MissionState, fact: FactOf<'turn.ordered'>): FeedDraft | undefined {
  const told = toldWorkerItem(s, fact);
  if (told) return told;
  if (fact.kind !== 'first') return undefined;
  if (fact.role === 'commander') return deliveredItem(s, fact);
  if (fact.role === 'planner') return { icon: 'planning', kind: 'info', text: 'The Planner began', did: 'began' };
  if (fact.role === 'reviewer') return undefined;
  const did = fact.attempt > 1 ? `began attempt ${fact.attempt}` : 'began';
  return { icon: 'running', kind: 'info', ...about(fact.todo), text: `${holder(fact)} ${did}`, did };
}

function decidedItem(fact: FactOf<'commander.decided'>): FeedDraft | undefined {
  const [ask] = fact.asks;
  if (ask) {
    const more = fact.asks.length > 1 ? ` and ${fact.asks.length - 1} more` : '';
    return {
      icon: 'waitingQuestion',
      kind: 'needsYou',
      text: `The Commander asks: “${plain(ask.question, 300)}”${more}`,
    };
  }
  const some = (what: string, ids: readonly string[]) => (ids.length === 0 ? [] : [`${what} ${names(ids)}`]);
  const parts = [
    ...some(
      'adds',
      fact.added.map(({ id }) => id),
    ),
    ...some(
      'retries',
      fact.retried.map(({ todo }) => todo),
    ),
    ...some(
      'cancels',
      fact.cancelled.map(({ todo }) => todo),
    ),
  ];
  if (parts.length === 0) return undefined;
  return { icon: 'plan', kind: 'info', text: `The Commander ${parts.join(', ')}` };
}

function plannedItem(s: MissionState, fact: FactOf<'planner.planned'>): FeedDraft | undefined {
  const [refusal] = fact.refusals;
  if (refusal !== undefined) return { icon: 'warning', kind: 'bad', text: plain(refusal, 300) };
  if (fact.added.length === 0) return undefined;
  const beside = sideBySide(s);
  const words = beside > 1 ? `${beside} may run side by side` : 'one after the other';
  return {
    ...{ icon: 'plan', kind: 'good', text: `Plan accepted: ${plural(fact.added.length, 'TODO')}, ${words}` },
    action: { label: 'Open Plan', act: { type: 'openTodoFile' } },
  };
}

function reportedItem(s: MissionState, fact: FactOf<'worker.reported'>): FeedDraft | undefined {
  const id = plain(fact.todo, 64);
  if (fact.status === 'blocked') {
    const reason = plain(fact.reason ?? fact.summary, 300);
    return {
      icon: 'blocked',
      kind: 'bad',
      todo: fact.todo,
      text: `${id} is blocked${reason === '' ? '' : `: ${reason}`}`,
    };
  }
  if (s.settings.review === 'each') return undefined;
  const did = 'done (unverified)';
  return { icon: 'unverified', kind: 'info', todo: fact.todo, text: `${id} ${did} until the mission review`, did };
}

function reviewedItem(s: MissionState, fact: FactOf<'todo.reviewed'>): FeedDraft | undefined {
  const id = plain(fact.todo, 64);
  switch (fact.outcome) {
    case 'passed':
      return passedItem(s, fact, id);
    case 'failed':
      return failedReview(s, fact, id);
    case 'repeated': {
      const text = `The review of ${id} is repeated once nobody else writes`;
      return { icon: 'reviewing', kind: 'info', todo: fact.todo, text, did: 'reviewed again soon' };
    }
    case 'unproven':
      return undefined;
  }
}

function passedItem(s: MissionState, fact: FactOf<'todo.reviewed'>, id: string): FeedDraft {
  if (s.todos.get(fact.todo)?.worktree) return mergedNextItem(fact);
  const common = { todo: fact.todo };
  if (fact.proof) {
    const did = 'done (verified)';
    const act = { type: 'openTranscript', session: fact.proof.session } as const;
    const action = { label: 'Open Proof', act };
    return { ...common, icon: 'verified', kind: 'good', text: `${id} ${did}`, did, action };
  }
  const todo = s.todos.get(fact.todo);
  const why = todo && doubt(todo) !== 'no check' ? doubt(todo) : 'it has no check';
  return {
    ...{ ...common, icon: 'unverified', kind: 'note', text: `${id} done (unverified): ${why}` },
    ...(todo?.check === undefined
      ? { action: { label: 'Add Check', act: { type: 'addCheck', todo: fact.todo } } }
      : {}),
  };
}

function failedReview(s: MissionState, fact: FactOf<'todo.reviewed'>, id: string): FeedDraft {
  const found = fact.issues.length > 0 ? ` with ${plural(fact.issues.length, 'issue')}` : '';
  return {
    ...{ icon: 'issue', kind: 'bad', todo: fact.todo },
    text: `Review of ${id} failed${found}, ${nextAttempt(s, fact.todo)}`,
    action: { label: 'Open Issue', act: { type: 'openIssues' } },
  };
}

/** `back to a worker: attempt 2 of 3`. */
function nextAttempt(s: MissionState, id: string): string {
  const todo = s.todos.get(id);
  if (!todo || todo.state === 'failed') return 'and no attempt is left';
  // A batch of records may have begun the attempt already.
  const next = todo.state === 'queued' ? todo.attempts + 1 : todo.attempts;
  return `back to a worker: attempt ${next} of ${Math.max(next, attemptsAllowed(s, todo))}`;
}

function missionReviewedItem(fact: FactOf<'mission.reviewed'>): FeedDraft | undefined {
  if (fact.outcome === 'unproven') return undefined;
  if (fact.outcome === 'passed') return { icon: 'verified', kind: 'good', text: 'The mission review passed' };
  const found = fact.issues.length > 0 ? ` with ${plural(fact.issues.length, 'issue')}` : '';
  const action = { label: 'Open Issue', act: { type: 'openIssues' } } as const;
  return { icon: 'issue', kind: 'bad', text: `The mission review failed${found}, back to the Commander`, action };
}

const losses: Partial<Record<FactOf<'turn.lost'>['how'], string>> = {
  silent: 'ended without an answer',
  timeout: 'took longer than an attempt may',
  stalled: 'gave no sign of life',
  refused: 'gave no answer that could be taken',
  interrupted: 'was interrupted',
  looped: 'did the same again and again',
};

function askTitle(s: MissionState, turn: FeedTurn | undefined): string | undefined {
  return turn && s.asks.get(modelAsk(modelOf(s, turn.role)))?.title;
}

function lostItem(s: MissionState, fact: FactOf<'turn.lost'>, turn: FeedTurn | undefined): FeedDraft | undefined {
  if (fact.how === 'stopped' || fact.how === 'unwanted' || fact.next === 'remind') return undefined;
  const who = sentence(turn ? agentName(turn) : 'an agent').replace(/\.$/, '');
  const how = losses[fact.how] ?? `met an error: ${plain(fact.reason, 200)}`;
  const session = turn?.session === undefined ? {} : { session: turn.session };
  const common = { ...about(turn?.todo), ...session };
  const refused = fact.class && policies[fact.class].asks ? askTitle(s, turn) : undefined;
  if (refused !== undefined) return { ...common, icon: 'waitingQuestion', kind: 'needsYou', text: plain(refused, 600) };
  if (fact.fellBack)
    return {
      ...{ ...common, icon: 'warning', kind: 'note' },
      text: plain(`${fellBackSentences(fact.fellBack)} ${fact.reason}`, 400),
    };
  if (fact.how === 'waits')
    return {
      ...common,
      icon: 'rateLimited',
      kind: 'note',
      text: `${who} waits for its model: ${plain(fact.reason, 300)}`,
    };
  if (fact.next === 'continue') {
    return { ...common, icon: 'time', kind: 'info', text: `${who} ${how} and goes on`, did: 'interrupted' };
  }
  const isWorker = turn?.role === 'worker' && turn.todo !== undefined;
  const next = isWorker ? `, ${nextAttempt(s, turn.todo ?? '')}` : '';
  return { ...common, icon: 'failed', kind: 'bad', text: `${who} ${how}${next}` };
}

/** Another model answered than the one that was asked for. */
function differedItem(fact: FactOf<'model.differed'>): FeedDraft {
  return {
    ...{ icon: 'warning', kind: 'bad', text: plain(differedSentence(fact), 400) },
    action: { label: 'Open Setting', act: { type: 'openSettings', setting: `models.${fact.role}` } },
  };
}

/** A background command that ended by itself; what somebody ended is no news to anybody. */
function commandEndedItem(s: MissionState, fact: FactOf<'command.ended'>): FeedDraft | undefined {
  const command = s.commands.get(fact.id);
  if (!command || command.unwanted !== undefined || fact.how === 'killed') return undefined;
  const good = fact.how === 'exited' && fact.exitCode === 0;
  const text = `Background command ${plain(commandName(command), 120)}: ${endWords(command)}`;
  return { ...about(command.todo), icon: good ? 'info' : 'warning', kind: good ? 'info' : 'note', text };
}
