/** What must hold of every mission’s history, whatever struck it. Each check returns a sentence for what does not. */
import { isDeepStrictEqual } from 'node:util';
import type { Fact } from '../../src/core/mission/facts';
import { emptyState } from '../../src/core/mission/state';
import { fold, reduce } from '../../src/core/mission/reduce';
import { status } from '../../src/core/mission/select';
import type { Call } from '../support/model/calls';
import { parsed, type History } from './history';

export type Check = (history: History) => string[];

/** The mission is sealed, or ends with the reason that it must. */
export const ends: Check = ({ schedule, hosts, records }) => {
  const code = hosts.at(-1)?.exit?.code;
  const wanted = schedule.seals ? [0] : [4, 5];
  const state = fold(records);
  const said = hosts.at(-1)?.said.at(-1)?.text ?? '';
  if (!wanted.includes(code ?? -1)) return [`the last host ended with ${String(code)}: ${state.end?.reason ?? said}`];
  return schedule.seals === (state.end?.state === 'sealed') ? [] : [`the mission is ${String(state.end?.state)}`];
};

/** TODOs that were planned and are not done, or are not what was planned. */
export const lostTodos: Check = ({ schedule, records, files }) => {
  const state = fold(records);
  return schedule.todos.flatMap(({ id, title, files: [file = ''] }) => {
    const todo = state.todos.get(id);
    if (!todo) return [`TODO ${id} is lost`];
    if (todo.title !== title) return [`TODO ${id} has another title: ${todo.title}`];
    if (!schedule.seals) return [];
    if (todo.state !== 'done' || !todo.verified) return [`TODO ${id} is ${todo.state}`];
    const text = files.get(file);
    return text === `${id}: ${title}\n` ? [] : [`${file} holds ${JSON.stringify(text)}`];
  });
};

/** Worker turns that were ordered for a TODO whose review had passed, and nobody had opened it again. */
export const repeatedTodos: Check = ({ records }) => {
  const done = new Set<string>();
  return records.flatMap(({ seq, fact }) => {
    if (fact.type === 'todo.reviewed' && fact.outcome === 'passed') done.add(fact.todo);
    for (const id of reopened(fact)) done.delete(id);
    const again = fact.type === 'turn.ordered' && fact.role === 'worker' && done.has(fact.todo ?? '');
    return again ? [`record ${String(seq)} repeats the finished ${String(fact.todo)}`] : [];
  });
};

function reopened(fact: Fact): readonly string[] {
  if (fact.type === 'commander.decided') return fact.retried.map(({ todo }) => todo);
  return fact.type === 'todos.edited' ? [...fact.unticked, ...(fact.retried ?? [])] : [];
}

/** Prompts that reached the model more often than they were ordered, and messages that were answered twice. */
export const repeatedPrompts: Check = ({ records, calls }) => {
  const sessionOf = new Map<string, string>();
  const ordered = new Map<string, number>();
  for (const { fact } of records) {
    if (fact.type === 'turn.ordered' && fact.session !== undefined && fact.session !== '')
      sessionOf.set(fact.turn, fact.session);
    if (fact.type === 'session.opened') sessionOf.set(fact.turn, fact.session);
  }
  for (const session of sessionOf.values()) ordered.set(session, (ordered.get(session) ?? 0) + 1);
  const mostSeen = new Map<string, Call>();
  for (const call of calls) {
    const most = mostSeen.get(call.session);
    if (!most || prompts(call) > prompts(most)) mostSeen.set(call.session, call);
  }
  const tooMany = [...mostSeen].flatMap(([session, call]) => {
    const wanted = ordered.get(session) ?? 0;
    const who = `${call.role} ${call.todo ?? ''}`.trim();
    return prompts(call) > wanted
      ? [`the ${who} (${session}) was prompted ${String(prompts(call))} times and ordered ${String(wanted)} times`]
      : [];
  });
  return [...tooMany, ...answeredTwice(calls), ...askedAgain(calls)];
};

function prompts(call: Call): number {
  return call.messages.filter(({ role }) => role === 'user').length;
}

/** A call that was answered well is not made again with the same words before it. */
function answeredTwice(calls: readonly Call[]): string[] {
  const good = new Set(['step', 'answer', 'closing', 'prose', 'chat']);
  const seen = new Set<string>();
  return calls.flatMap((call) => {
    const key = `${call.turn} ${String(call.messages.length)}`;
    const again = seen.has(key);
    if (good.has(call.outcome ?? '')) seen.add(key);
    return again ? [`the model was asked the same twice: ${call.role} ${call.todo ?? ''} (${call.turn})`] : [];
  });
}

/** A worker whose report was recorded is not prompted again in its session. */
function askedAgain(calls: readonly Call[]): string[] {
  const sessions = new Set<string>();
  for (const { role, session, messages } of calls) {
    const recorded = messages.findIndex((message) => message.role === 'tool' && message.text.startsWith('Recorded'));
    const later = recorded >= 0 && messages.slice(recorded).some((message) => message.role === 'user');
    if (role === 'worker' && later) sessions.add(session);
  }
  return [...sessions].map((session) => `the worker of ${session} had reported and was prompted again`);
}

/** Records that a host showed and that are not, or not so, in the journal. */
export const shownAndLost: Check = ({ hosts, records }) => {
  const onDisk = new Map(records.map(({ seq, at, fact }) => [seq, JSON.stringify({ v: 1, seq, at, ...fact })]));
  return hosts.flatMap(({ shown }) =>
    shown.flatMap(({ text }) => {
      const seq = /^\{"v":1,"seq":(\d+)/.exec(text)?.[1];
      if (seq === undefined) return [];
      const same = isDeepStrictEqual(parsed(onDisk.get(Number(seq)) ?? ''), parsed(text));
      return same ? [] : [`record ${seq} was shown and is not so on disk`];
    }),
  );
};

/** Limits and dependencies at every record. */
export const invariants: Check = ({ records }) => {
  const state = emptyState();
  return records.flatMap((record) => {
    reduce(state, record);
    const { seq, fact } = record;
    if (fact.type !== 'turn.ordered') return [];
    const wrong: string[] = [];
    const limit = state.settings['limits.parallelSessions'];
    if (state.turns.size > limit)
      wrong.push(`record ${String(seq)}: ${String(state.turns.size)} turns of ${String(limit)}`);
    const todo = state.todos.get(fact.todo ?? '');
    for (const id of todo?.after ?? []) {
      const before = state.todos.get(id)?.state;
      if (before !== 'done' && before !== 'cancelled')
        wrong.push(`record ${String(seq)}: ${fact.todo ?? ''} began before ${id}`);
    }
    return wrong;
  });
};

/** `status --json` says what the journal folds to. */
export const told: Check = ({ records, status: shown }) => {
  const folded: unknown = JSON.parse(JSON.stringify(status(fold(records))));
  return isDeepStrictEqual(folded, shown) ? [] : ['status --json differs from the fold of the journal'];
};

/** A stop confirms all sessions and leaves no model call. */
export const stops: Check = ({ marks, records }) => [
  ...marks.flatMap(({ kind, wrong }) => wrong.map((sentence) => `${kind}: ${sentence}`)),
  ...records.flatMap(({ seq, fact }) => {
    const claims = fact.type === 'mission.ended' && fact.state === 'stopped';
    return claims && !/(\d+) of \1 confirmed/.test(fact.reason) ? [`record ${String(seq)}: ${fact.reason}`] : [];
  }),
];

export const checks: Readonly<Record<string, Check>> = {
  ends,
  lostTodos,
  repeatedTodos,
  repeatedPrompts,
  shownAndLost,
  invariants,
  told,
  stops,
  damage: ({ damage }) => [...damage],
  strangers: ({ strangers }) => strangers.map((file) => `${file} appeared in the repository`),
  leftOver: ({ left }) => left.map((one) => `left over: ${one}`),
};

/** Everything that does not hold, each with the name of its check. */
export function faultsOf(history: History): { check: string; sentence: string }[] {
  return Object.entries(checks).flatMap(([check, run]) => run(history).map((sentence) => ({ check, sentence })));
}
