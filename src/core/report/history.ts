import type { FactOf, Recorded } from '../mission/facts';
import { nearedSentence } from '../mission/limits';
import { narrate } from '../mission/narrate';
import { reduce } from '../mission/reduce';
import { emptyState, type MissionState } from '../mission/state';
import { modelOf } from '../recovery/models';
import { plain } from '../todo/text';
import { eventKind } from './eventKind';
import { asksOf } from './askHistory';
import { closingsOf } from './issueHistory';
import type { EventKind, ReportAsk, ReportEvent, ReportLost, ReportTurn } from './model';

/** What a mission’s records tell beyond the state that they fold to. */
export interface History {
  readonly state: MissionState;
  readonly timeline: (ReportEvent & { kind: EventKind })[];
  readonly course: ReportEvent[];
  readonly notes: ReportEvent[];
  readonly edits: ReportEvent[];
  readonly limits: ReportEvent[];
  readonly lost: ReportLost[];
  /** The turns of each session. */
  readonly spans: Map<string, ReportTurn[]>;
  /** What was configured for each session when it was opened. */
  readonly configured: Map<string, string>;
  /** How each issue that is closed was closed. */
  readonly closed: ReadonlyMap<string, string>;
  readonly asks: readonly ReportAsk[];
  readonly sources: { url: string; title: string }[];
  /** How often a process took the mission over or went on with it. */
  restarts: number;
  pauses: number;
}

/** Characters of one line of the time line. */
const lineChars = 400;

/** Folds records and remembers what happened on the way. */
export function historyOf(records: readonly Recorded[]): History {
  const state = emptyState();
  const closings = closingsOf(state);
  const asks = asksOf(state);
  const history: History = {
    ...{ state, timeline: [], course: [], notes: [], edits: [], limits: [], lost: [], sources: [] },
    ...{ spans: new Map(), configured: new Map(), closed: closings.closed, asks: asks.list, restarts: 0, pauses: 0 },
  };
  for (const record of records) {
    const before = beforeOf(state, record);
    reduce(state, record);
    closings.look(record);
    asks.look(record);
    take(history, record, before);
  }
  return history;
}

/** The turn that a fact ends, as it was before it. */
function beforeOf(s: MissionState, { fact }: Recorded) {
  return fact.type === 'turn.lost' || fact.type === 'turn.ended' ? s.turns.get(fact.turn) : undefined;
}

function take(history: History, record: Recorded, turn: ReturnType<typeof beforeOf>): void {
  const { state: s } = history;
  const { at, fact } = record;
  const text = plain(narrate(s, record) ?? '', lineChars);
  const kind = eventKind(fact);
  if (kind !== undefined && text !== '') {
    history.timeline.push({ at, kind, text });
    if (kind === 'course') history.course.push({ at, text });
  }
  switch (fact.type) {
    case 'mission.resumed':
      history.restarts += 1;
      if (fact.note !== undefined) history.notes.push({ at, text: fact.note });
      return;
    case 'mission.paused':
      history.pauses += 1;
      return;
    case 'turn.ordered':
      if (fact.session !== undefined) begin(history, fact.session, fact.kind, at);
      return;
    case 'session.opened': {
      const opened = s.turns.get(fact.turn);
      if (!opened) return;
      if (!history.configured.has(fact.session)) history.configured.set(fact.session, modelOf(s, opened.role));
      begin(history, fact.session, opened.kind, at);
      return;
    }
    case 'turn.ended':
      return end(history, turn?.session, at, 'answered');
    case 'turn.lost':
      end(history, turn?.session, at, fact.how);
      if (turn) history.lost.push(lostOf(fact, turn, at));
      return;
    case 'planner.planned':
      for (const { url, title } of fact.sources) history.sources.push({ url, title });
      return;
    case 'note.added':
      history.notes.push({ at, text: fact.text });
      return;
    case 'todos.edited':
      history.edits.push({ at, text });
      return;
    case 'limit.neared':
      history.limits.push({ at, text: nearedSentence(fact) });
      return;
    case 'stop.requested':
    case 'mission.ended':
      return limitReached(history, fact, at);
    default:
  }
}

/** A mission that came to a limit says so when it stops and when it ends; once is enough. */
function limitReached({ limits }: History, fact: FactOf<'stop.requested'> | FactOf<'mission.ended'>, at: number): void {
  const state = fact.type === 'mission.ended' ? fact.state : fact.as;
  if (state === 'exhausted' && limits.at(-1)?.text !== fact.reason) limits.push({ at, text: fact.reason });
}

function begin({ spans }: History, session: string, kind: ReportTurn['kind'], from: number): void {
  const list = spans.get(session);
  if (!list) {
    spans.set(session, [{ kind, from }]);
    return;
  }
  // A session that its turn’s order named already is only confirmed.
  if (list.at(-1)?.to !== undefined) list.push({ kind, from });
}

function end({ spans }: History, session: string | undefined, to: number, how: string): void {
  const list = spans.get(session ?? '');
  const last = list?.at(-1);
  if (list && last?.to === undefined && last !== undefined) list[list.length - 1] = { ...last, to, how };
}

const nexts: Readonly<Record<FactOf<'turn.lost'>['next'], string>> = {
  remind: 'asked again in the same session',
  continue: 'went on in the same session',
  over: 'the attempt was over',
};

function lostOf(fact: FactOf<'turn.lost'>, turn: NonNullable<ReturnType<typeof beforeOf>>, at: number): ReportLost {
  return {
    at,
    role: turn.role,
    todo: turn.todo,
    session: turn.session,
    how: fact.how,
    class: fact.class,
    text: plain(fact.reason, lineChars),
    next: nexts[fact.next],
  };
}
