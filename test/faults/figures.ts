/** What a mission’s history comes to in figures. */
import { fold } from '../../src/core/mission/reduce';
import { lostTodos, repeatedTodos } from './checks';
import type { History } from './history';

export interface Figures {
  readonly sealed: boolean;
  readonly todos: number;
  readonly lost: number;
  readonly repeated: number;
  /** Turns that were interrupted and went on. */
  readonly drivenAgain: number;
  /** Seconds from a server’s death to the first word of it. */
  readonly notice: readonly number[];
  /** Seconds from the request to stop to the last confirmation. */
  readonly stop: readonly number[];
}

export function figuresOf(history: History): Figures {
  const { records, schedule } = history;
  return {
    sealed: fold(records).end?.state === 'sealed',
    todos: schedule.todos.length,
    lost: lostTodos(history).length,
    repeated: repeatedTodos(history).length,
    drivenAgain: records.filter(({ fact }) => fact.type === 'turn.ordered' && fact.kind === 'continue').length,
    notice: noticed(history),
    stop: stopped(history),
  };
}

/** A kill counts where the same host went on to speak of it. */
function noticed({ kills, hosts }: History): number[] {
  return kills.flatMap((at) => {
    const host = hosts.find(({ startedAt, exit }) => startedAt < at && (exit?.at ?? Infinity) > at);
    const word = [...(host?.said ?? []), ...(host?.shown ?? [])]
      .filter(
        (line) =>
          line.at >= at &&
          /server has ended|could not be started again|line to OpenCode is lost|"how":"interrupted"/.test(line.text),
      )
      .sort((a, b) => a.at - b.at)[0];
    return word ? [(word.at - at) / 1000] : [];
  });
}

function stopped({ records }: History): number[] {
  let asked: number | undefined;
  return records.flatMap(({ at, fact }) => {
    if (fact.type === 'stop.requested' && fact.as === 'stopped') asked = at;
    if (fact.type === 'mission.resumed') asked = undefined;
    if (fact.type !== 'mission.ended' || asked === undefined) return [];
    const seconds = (at - asked) / 1000;
    asked = undefined;
    return [seconds];
  });
}
