const prefix = 'merge:';

/** The ask about the merge conflict of a TODO. */
export function mergeAskOf(todo: string): string {
  return `${prefix}${todo}`;
}

/** Whether an ask is about a merge conflict. */
export function isMergeAsk(ask: string): boolean {
  return ask.startsWith(prefix);
}

/** The id of the TODO whose conflict an ask is about; undefined for another ask. */
export function todoIdOfAsk(ask: string): string | undefined {
  return isMergeAsk(ask) ? ask.slice(prefix.length) : undefined;
}
