import type { MissionState, SessionRecord } from '../mission/state';
import { shownState } from '../mission/select';
import type { Todo } from '../todo/model';
import { plain } from '../todo/text';
import { agentModel } from './agentRow';
import type { IconName } from './icons';
import { isTicked } from './proofWords';
import { fullStop, names, plural } from './words';

/** Something that was not clean, as a sentence. */
export interface Caution {
  readonly icon: IconName;
  readonly text: string;
  /** The TODO to which a check can be added, which would settle it. */
  readonly addCheck?: string | undefined;
  /** The TODO or session it speaks of, where it is one. */
  readonly todo?: string | undefined;
  readonly session?: string | undefined;
}

/** Everything a person should know before the result is merged, the gravest first; empty when all was clean. */
export function beforeMerge(s: MissionState): Caution[] {
  const todos = [...s.todos.values()];
  return [
    ...unsealed(s),
    ...unfinished(s, todos),
    ...openIssues(s),
    ...missionReview(s),
    ...unverified(todos),
    ...otherModels(s),
    ...retried(s, todos),
    ...leftovers(s),
  ].map((item) => ({ ...item, text: fullStop(item.text) }));
}

const endings = {
  stopped: 'was stopped',
  exhausted: 'came to a limit',
  failed: 'failed',
} as const;

function unsealed({ end }: MissionState): Caution[] {
  if (!end || end.state === 'sealed' || end.state === 'waiting') return [];
  return [{ icon: end.state, text: `The mission is not sealed: it ${endings[end.state]}.` }];
}

function unfinished(s: MissionState, todos: readonly Todo[]): Caution[] {
  const of = (state: Todo['state']) => todos.filter((todo) => shownState(s, todo) === state);
  const said = (todo: Todo, state: 'failed' | 'blocked' | 'cancelled'): Caution => ({
    icon: state,
    text: `${plain(todo.id, 64)} is ${state}${reasonOf(todo)}`,
    todo: todo.id,
  });
  const isAtWork = (todo: Todo) => todo.state === 'running' || todo.state === 'reviewing';
  const atWork = s.end ? todos.filter(isAtWork) : [];
  const left = todos.filter((todo) => todo.state === 'queued' || (!s.end && isAtWork(todo)));
  return [
    ...of('failed').map((todo) => said(todo, 'failed')),
    ...of('blocked').map((todo) => said(todo, 'blocked')),
    ...caution('warning', atWork, (one) => {
      return one
        ? 'was at work: its edits are kept and not reviewed.'
        : 'were at work: their edits are kept and not reviewed.';
    }),
    ...caution('queued', left, (one) => `${one ? 'is' : 'are'} not done.`),
    ...of('cancelled').map((todo) => said(todo, 'cancelled')),
  ];
}

function reasonOf(todo: Todo): string {
  const reason = plain(todo.reason ?? '', 300);
  return reason === '' ? '.' : `: ${reason}`;
}

function openIssues(s: MissionState): Caution[] {
  return [...s.issues.values()]
    .filter((issue) => issue.state === 'open')
    .map((issue) => {
      const of = issue.todo === undefined ? 'the mission' : plain(issue.todo, 64);
      const text = `${plain(issue.id, 64)} is open, of ${of}: ${plain(issue.title, 300)}`;
      return { icon: 'warning', text, todo: issue.todo };
    });
}

function missionReview(s: MissionState): Caution[] {
  const { passed, due } = s.missionReview;
  if (passed && !due && s.check !== undefined) return [];
  if (passed && !due) {
    return [{ icon: 'unverified', text: 'The mission review passed without a check: nothing was run end to end.' }];
  }
  return [{ icon: 'warning', text: 'No mission review has passed since the last change.' }];
}

/** TODOs that are done without proof, one sentence for each kind of doubt. */
function unverified(todos: readonly Todo[]): Caution[] {
  const kinds = new Map<'ticked' | 'unchecked' | 'unproven', Todo[]>();
  for (const todo of todos) {
    if (todo.state !== 'done' || todo.verified) continue;
    const kind = isTicked(todo) ? 'ticked' : todo.check === undefined ? 'unchecked' : 'unproven';
    const group = kinds.get(kind);
    if (group) group.push(todo);
    else kinds.set(kind, [todo]);
  }
  return [...kinds].flatMap(([kind, group]) =>
    caution('unverified', group, (one) => {
      const why = {
        ticked: 'ticked by a person',
        unchecked: one ? 'it has no check' : 'they have no check',
        unproven: one ? 'its check was not proven' : 'their checks were not proven',
      }[kind];
      return `${one ? 'is' : 'are'} done but unverified: ${why}.`;
    }).map((item) => (kind === 'unchecked' && group.length === 1 ? { ...item, addCheck: group[0]?.id } : item)),
  );
}

/** Agents that ran on another model than the configured one, a sentence for each pair of models. */
function otherModels(s: MissionState): Caution[] {
  const pairs = new Map<string, { records: SessionRecord[]; session: string; ran: string; expected: string }>();
  for (const [session, record] of s.sessions) {
    const { name, expected } = agentModel(s, record.role, record.model);
    if (expected === undefined) continue;
    const pair = pairs.get(`${name}\n${expected}`);
    if (pair) pair.records.push(record);
    else pairs.set(`${name}\n${expected}`, { records: [record], session, ran: name, expected });
  }
  return [...pairs.values()].map(({ records, session, ran, expected }) => {
    const todos = [...new Set(records.flatMap((record) => (record.todo === undefined ? [] : [record.todo])))];
    const roles = {
      commander: 'The Commander',
      planner: 'The Planner',
      worker: 'A worker',
      reviewer: 'The mission review',
    };
    const who = todos.length > 0 ? names(todos, 8) : roles[records[0]?.role ?? 'worker'];
    return { icon: 'warning', text: `${who} ran on ${ran}, configured is ${expected}.`, session, todo: todos[0] };
  });
}

function retried(s: MissionState, todos: readonly Todo[]): Caution[] {
  const issues = new Map<string, string[]>();
  for (const issue of s.issues.values()) {
    if (issue.state !== 'closed' || issue.todo === undefined) continue;
    const found = issues.get(issue.todo);
    if (found) found.push(plain(issue.title, 120));
    else issues.set(issue.todo, [plain(issue.title, 120)]);
  }
  return todos
    .filter((todo) => todo.attempts > 1)
    .map((todo) => {
      const found = issues.get(todo.id) ?? [];
      const words =
        found.length > 0
          ? `; ${plural(found.length, 'issue')} found in review and closed: ${found.slice(0, 2).join('; ')}`
          : '';
      return {
        icon: 'warning',
        text: `${plain(todo.id, 64)} took ${plural(todo.attempts, 'attempt')}${words}`,
        todo: todo.id,
      };
    });
}

function leftovers(s: MissionState): Caution[] {
  const asks = [...s.asks.values()].map((ask): Caution => {
    const who =
      ask.session === undefined ? 'The Commander' : plain(s.sessions.get(ask.session)?.todo ?? 'An agent', 64);
    const what = ask.kind === 'question' ? 'answer' : 'permission';
    return { icon: 'question', text: `${who} waits for your ${what}: ${plain(ask.title, 300)}` };
  });
  if (s.kept.length === 0) return asks;
  const text = `${plural(s.kept.length, 'line')} of todo.md could not be understood and ${s.kept.length === 1 ? 'was' : 'were'} kept.`;
  return [...asks, { icon: 'warning', text }];
}

function caution(icon: IconName, todos: readonly Todo[], rest: (one: boolean) => string): Caution[] {
  const [first] = todos;
  if (!first) return [];
  const one = todos.length === 1;
  const ids = todos.map((todo) => todo.id);
  return [{ icon, text: `${names(ids, 8)} ${rest(one)}`, ...(one ? { todo: first.id } : {}) }];
}
