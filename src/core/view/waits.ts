import { isToBeIsolated, mergeQueue } from '../mission/isolation';
import { mergeAskOf } from '../mission/mergeAsk';
import { isCommandersAsk, todoOfMergeAsk } from '../mission/reduceLanding';
import type { MissionState } from '../mission/state';
import { findTodo } from '../mission/todoIndex';
import { throttledTo } from '../recovery/throttle';
import { fileKey } from '../todo/graph';
import { isClosed, type Todo } from '../todo/model';
import { plain } from '../todo/text';
import { isHeld, modelWaits } from './modelWaits';
import type { Moment } from './moment';
import { askOf, holder, names, plural } from './words';

interface Wait {
  readonly who: string;
  readonly many: boolean;
  readonly what: string;
}

/** More would be a list, and the list stands below. */
const mostWaits = 4;

/** One sentence of who waits for what, the most urgent first; empty when nobody waits. */
export function waits(moment: Moment): string {
  const { state: s } = moment;
  const all = [
    ...waitingAgents(moment),
    ...atModels(moment),
    ...merging(s),
    ...undecided(s),
    ...heldBack(moment),
    ...afterOthers(s),
  ].slice(0, mostWaits);
  const clauses = all.map(({ who, many, what }, index) =>
    index > 0 ? `${who} for ${what}` : `${who} ${many ? 'wait' : 'waits'} for ${what}`,
  );
  return clauses.length === 0 ? '' : `${clauses.join(', ')}.`;
}

/** The open TODOs that a queued one waits for. */
export function openBefore(s: MissionState, todo: Todo): string[] {
  return todo.after.flatMap((id) => {
    const other = findTodo(s, id);
    return other && isClosed(other) ? [] : [other?.id ?? id];
  });
}

function wait(ids: readonly string[], what: (many: boolean) => string): Wait[] {
  const many = ids.length > 1;
  return ids.length === 0 ? [] : [{ who: names(ids), many, what: what(many) }];
}

function waitingAgents(moment: Moment): Wait[] {
  const { state: s, now, agents } = moment;
  const turns = [...s.turns.values()].filter((turn) => !turn.unwanted);
  const asking = (kind: 'permission' | 'question') => turns.filter((turn) => askOf(s, turn)?.kind === kind).map(holder);
  const commander = [...s.asks.values()].filter(isCommandersAsk);
  const limited = turns.flatMap((turn) => {
    const until = agents.get(turn.session ?? '')?.retryUntil;
    return until !== undefined && until > now && !askOf(s, turn) ? [{ turn, until }] : [];
  });
  const latest = moment.clock(Math.max(0, ...limited.map(({ until }) => until)));
  return [
    ...wait(asking('permission'), () => 'your permission'),
    ...wait(asking('question'), () => 'your answer'),
    ...(commander.length > 0
      ? wait(['the Commander'], () => `your answer to “${plain(commander[0]?.title ?? '', 100)}”`)
      : []),
    ...wait(
      limited.map(({ turn }) => holder(turn)),
      (many) => `${many ? 'their' : 'its'} provider until ${latest}`,
    ),
  ];
}

/** Next turns whose model failed or was refused. */
function atModels(moment: Moment): Wait[] {
  // When nothing runs at all, the sentence before says it.
  if (moment.state.turns.size === 0) return [];
  return modelWaits(moment).flatMap(({ who, what }) => wait(who, () => what));
}

/** TODOs in conflict wait for a person, and those that passed for their turn in the merge queue. */
function merging(s: MissionState): Wait[] {
  const conflicts = [...s.asks.keys()].flatMap((ask) => todoOfMergeAsk(s, ask)?.id ?? []);
  const queue = mergeQueue(s)
    .map(({ id }) => id)
    .slice(1); // the first is at it
  return [
    ...wait(conflicts, (many) => `you to resolve ${many ? 'their' : 'its'} merge conflict`),
    ...wait(queue, (many) => (many ? 'their merge, one at a time' : 'its merge')),
  ];
}

/** Failed and blocked TODOs: the Commander says what becomes of them. */
function undecided(s: MissionState): Wait[] {
  const ids = (state: 'failed' | 'blocked') =>
    [...s.open].filter((id) => s.todos.get(id)?.state === state && !s.asks.has(mergeAskOf(id)));
  return (['failed', 'blocked'] as const).flatMap((state) =>
    wait(ids(state), () => `the Commander’s decision (${state})`),
  );
}

/** Ready TODOs that may not run beside those at work. */
function heldBack({ state: s, now }: Moment): Wait[] {
  const [first] = s.ready;
  const todo = s.todos.get(first ?? '');
  if (!todo || s.turns.size === 0 || isHeld(s, 'worker', now)) return [];
  const most = s.settings['limits.parallelSessions'];
  const count = { who: plural(s.ready.size, 'TODO'), many: s.ready.size > 1 };
  if (s.turns.size >= most) return [{ ...count, what: `one of ${plural(most, 'session')}` }];
  const fewer = throttledTo(s, 'worker');
  if (fewer !== undefined)
    return [{ ...count, what: `one of ${plural(fewer, 'place')} at a provider that has too much to do` }];
  if (isToBeIsolated(s, todo)) return []; // nobody is in its way
  const [alone] = s.alone;
  if (alone !== undefined) return [{ ...count, what: `${plain(alone, 64)}, which works alone` }];
  if (todo.files.length === 0 && s.active.size > 0) return wait([todo.id], () => 'the others, since it names no file');
  const held = fileHolder(s, todo);
  return held ? wait([todo.id], () => `${plain(held.todo, 64)} to let go of ${plain(held.file, 80)}`) : [];
}

/** The TODO at work that names a file of this one, and the file. */
export function fileHolder(s: MissionState, todo: Todo): { readonly todo: string; readonly file: string } | undefined {
  for (const file of todo.files) {
    const holder = s.fileOwner.get(fileKey(file));
    if (holder !== undefined && holder !== todo.id) return { todo: holder, file };
  }
  return undefined;
}

/** `waits for T2: same file src/a.ts`; empty where a queued TODO waits for no such thing. */
export function fileWait(s: MissionState, todo: Todo): string {
  const held = todo.state === 'queued' && !isToBeIsolated(s, todo) ? fileHolder(s, todo) : undefined;
  return held ? `waits for ${plain(held.todo, 64)}: same file ${plain(held.file, 200)}` : '';
}

/** Queued TODOs whose turn has not come: the first by name, the others by number. */
function afterOthers(s: MissionState): Wait[] {
  let first: Todo | undefined;
  let others = 0;
  for (const id of s.open) {
    const todo = s.todos.get(id);
    if (todo?.state !== 'queued' || s.ready.has(id)) continue;
    if (first) others += 1;
    else first = todo;
  }
  if (!first) return [];
  const before = openBefore(s, first);
  const state = findTodo(s, before[0] ?? '')?.state;
  const stuck = before.length === 1 && (state === 'failed' || state === 'blocked');
  const what = `${names(before)}${stuck ? ` (${state})` : ''}`;
  return [
    { who: plain(first.id, 64), many: false, what },
    ...(others > 0 ? [{ who: `${others} more`, many: others > 1, what: 'their turn' }] : []),
  ];
}
