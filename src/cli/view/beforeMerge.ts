import type { MissionState } from '../../core/mission/state';
import { shownState } from '../../core/mission/select';
import type { Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import { doubt } from './proof';
import type { StateWord } from './words';
import { names, plural } from './words';

/** Something that was not clean, as a sentence. */
export interface Caution extends Pick<StateWord, 'symbol' | 'tone'> {
  readonly text: string;
}

/** Everything a person should know before the result is merged, the gravest first; empty when all was clean. */
export function beforeMerge(s: MissionState): Caution[] {
  const todos = [...s.todos.values()];
  return [
    ...unfinished(s, todos),
    ...openIssues(s),
    ...missionReview(s),
    ...unverified(todos),
    ...retried(s, todos),
    ...leftovers(s),
  ];
}

function unfinished(s: MissionState, todos: readonly Todo[]): Caution[] {
  const of = (state: Todo['state']) => todos.filter((todo) => shownState(s, todo) === state);
  const said = (todo: Todo, state: string) => `${plain(todo.id, 64)} is ${state}${reasonOf(todo)}`;
  const isAtWork = (todo: Todo) => todo.state === 'running' || todo.state === 'reviewing';
  const atWork = s.end ? todos.filter(isAtWork) : [];
  const left = todos.filter((todo) => todo.state === 'queued' || (!s.end && isAtWork(todo)));
  return [
    ...of('failed').map((todo) => ({ symbol: 'failed' as const, tone: 'bad' as const, text: said(todo, 'failed') })),
    ...of('blocked').map((todo) => ({ symbol: 'blocked' as const, tone: 'bad' as const, text: said(todo, 'blocked') })),
    ...caution('warning', 'warn', ids(atWork), (one) => {
      return one
        ? 'was at work: its edits are kept and not reviewed.'
        : 'were at work: their edits are kept and not reviewed.';
    }),
    ...caution('queued', undefined, ids(left), (one) => `${one ? 'is' : 'are'} not done.`),
    ...of('cancelled').map((todo) => ({ symbol: 'cancelled' as const, text: said(todo, 'cancelled') })),
  ];
}

function ids(todos: readonly Todo[]): string[] {
  return todos.map((todo) => todo.id);
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
      return {
        symbol: 'warning',
        tone: 'warn',
        text: `${plain(issue.id, 64)} is open, of ${of}: ${plain(issue.title, 300)}`,
      };
    });
}

function missionReview(s: MissionState): Caution[] {
  const { passed, due } = s.missionReview;
  if (passed && !due && s.check !== undefined) return [];
  if (passed && !due) {
    return [
      {
        symbol: 'unverified',
        tone: 'warn',
        text: 'The mission review passed without a check: nothing was run end to end.',
      },
    ];
  }
  return [{ symbol: 'warning', tone: 'warn', text: 'No mission review has passed since the last change.' }];
}

/** TODOs that are done without proof, one sentence for each kind of doubt. */
function unverified(todos: readonly Todo[]): Caution[] {
  const kinds = new Map<string, string[]>();
  for (const todo of todos) {
    if (todo.state !== 'done' || todo.verified) continue;
    const ids = kinds.get(doubt(todo));
    if (ids) ids.push(todo.id);
    else kinds.set(doubt(todo), [todo.id]);
  }
  return [...kinds].flatMap(([kind, ids]) =>
    caution('unverified', 'warn', ids, (one) => `${one ? 'is' : 'are'} done but unverified: ${kind}.`),
  );
}

function retried(s: MissionState, todos: readonly Todo[]): Caution[] {
  const issues = new Map<string, string[]>();
  for (const issue of s.issues.values()) {
    if (issue.state === 'closed' && issue.todo !== undefined) {
      issues.set(issue.todo, [...(issues.get(issue.todo) ?? []), plain(issue.title, 120)]);
    }
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
        symbol: 'warning',
        tone: 'warn',
        text: `${plain(todo.id, 64)} took ${plural(todo.attempts, 'attempt')}${words}`,
      };
    });
}

function leftovers(s: MissionState): Caution[] {
  const asks = [...s.asks.values()].map((ask): Caution => {
    const who =
      ask.session === undefined ? 'The Commander' : plain(s.sessions.get(ask.session)?.todo ?? 'An agent', 64);
    return {
      symbol: 'waiting',
      tone: 'warn',
      text: `${who} waits for your ${ask.kind === 'question' ? 'answer' : 'permission'}: ${plain(ask.title, 300)}`,
    };
  });
  if (s.kept.length === 0) return asks;
  const text = `${plural(s.kept.length, 'line')} of todo.md could not be understood and ${s.kept.length === 1 ? 'was' : 'were'} kept.`;
  return [...asks, { symbol: 'warning', tone: 'warn', text }];
}

function caution(
  symbol: Caution['symbol'],
  tone: Caution['tone'],
  ids: readonly string[],
  rest: (one: boolean) => string,
): Caution[] {
  return ids.length === 0 ? [] : [{ symbol, tone, text: `${names(ids, 8)} ${rest(ids.length === 1)}` }];
}
