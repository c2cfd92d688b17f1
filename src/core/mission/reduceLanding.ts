import type { Todo } from '../todo/model';
import { progressed } from '../recovery/idleness';
import type { FactOf } from './facts';
import { pathList } from './landing';
import { isMergeAsk, mergeAskOf, todoIdOfAsk } from './mergeAsk';
import { isModelAsk } from '../recovery/refusedModel';
import type { Ask, MissionState } from './state';
import { closeTodo, findTodo, openIssue, patchTodo } from './todoIndex';

/** What a person may say about a conflict that no agent could resolve. */
export const mergeAnswers = {
  resolved: 'I resolved it',
  again: 'Let an agent try again',
  drop: 'Leave its changes out',
} as const;

/** The TODO whose conflict an ask is about. */
export function todoOfMergeAsk(s: MissionState, ask: string): Todo | undefined {
  const id = todoIdOfAsk(ask);
  return id === undefined ? undefined : findTodo(s, id);
}

/** The first that anybody knows of the folder’s files may be from a worktree of them. */
export function placed(s: MissionState, { todo, base, folder }: FactOf<'todo.placed'>): void {
  s.startTree ??= folder;
  patchTodo(s, todo, { worktree: { base, folder } });
}

/** Whether an ask is the Commander’s own question to the person. */
export function isCommandersAsk({ id, session }: Pick<Ask, 'id' | 'session'>): boolean {
  return session === undefined && !isModelAsk(id) && !isMergeAsk(id);
}

/** It has passed; it is done once it has landed. */
export function queueUp(s: MissionState, todo: Todo, patch: Partial<Todo>, at: number): void {
  if (todo.worktree)
    patchTodo(s, todo.id, { ...patch, state: 'reviewing', worktree: { ...todo.worktree, landing: at } });
}

/** The folder has moved on: the worktree follows, and whoever has the next word goes on in it. */
export function merged(s: MissionState, fact: FactOf<'todo.merged'>, at: number): void {
  const todo = s.todos.get(fact.todo);
  const before = todo?.worktree;
  if (!todo || before?.landing === undefined) return;
  const { conflicts, next, tree, folder, theirs } = fact;
  // Where nothing was merged since, the sides are those of the conflict before.
  const fresh = folder === before.base ? before.sides : { base: before.base, ours: folder, theirs };
  const sides = conflicts.length > 0 ? fresh : undefined;
  const worktree = {
    ...{ base: folder, folder, conflicts, sides, from: before.from, wrote: before.wrote },
    // What nobody merged stays as it is in the worktree.
    checkout: folder === before.base ? before.checkout : tree,
    met: next === 'reviewer' ? before.met : next,
    rechecked: next === 'reviewer',
  };
  const unproven = { verified: false, proof: undefined, worktree };
  if (next === 'reviewer') return patchTodo(s, todo.id, unproven);
  const detail = conflictWords(todo.id, conflicts);
  if (next === 'worker') {
    if (fact.issue !== undefined)
      openIssue(s, { id: fact.issue, todo: todo.id, title: 'Conflicts with what changed meanwhile', detail }, at);
    const tries = Math.max(0, todo.tries - 1); // no fault of its own
    patchTodo(s, todo.id, { ...unproven, state: 'queued', tries, reason: `merge conflict in ${pathList(conflicts)}` });
    return;
  }
  patchTodo(s, todo.id, unproven);
  leaveToPerson(s, todo.id, at);
}

/** Whether a TODO is one whose conflict an agent was to resolve. */
export function isResolving({ worktree }: Todo): boolean {
  return (worktree?.conflicts?.length ?? 0) > 0 && worktree?.landing === undefined;
}

/** No agent could resolve the conflict of a TODO: a person is asked. */
export function leaveToPerson(s: MissionState, todo: string, at: number): void {
  const worktree = s.todos.get(todo)?.worktree;
  if (!worktree) return;
  const conflicts = worktree.conflicts ?? [];
  const reason = `merge conflict in ${pathList(conflicts)}`;
  patchTodo(s, todo, { state: 'blocked', reason, worktree: { ...worktree, met: 'person' } });
  const title = `The same lines of ${pathList(conflicts)} were changed by ${todo} and in the folder. Resolve them in its worktree, then say so`;
  const options = Object.values(mergeAnswers).map((label) => ({ label, description: '' }));
  const questions = [{ question: title, header: 'Merge conflict', options, multiple: false }];
  s.asksOpened += 1;
  s.asks.set(mergeAskOf(todo), { id: mergeAskOf(todo), kind: 'question', title, openedAt: at, questions });
}

/** What a person said about a conflict; words that are none of those offered are for the agent that tries again. */
export function mergeAnswered(s: MissionState, ask: string, reply: string, at: number): void {
  const todo = todoOfMergeAsk(s, ask);
  if (todo?.state !== 'blocked' || !todo.worktree) return;
  if (reply === mergeAnswers.drop) closeTodo(s, todo.id, 'cancelled', { reason: 'left out by a person' }, at);
  else if (reply === mergeAnswers.resolved) patchTodo(s, todo.id, { state: 'reviewing', reason: undefined });
  else
    patchTodo(s, todo.id, {
      ...{ state: 'queued', tries: 0, reason: undefined },
      ...(reply !== mergeAnswers.again && { brief: reply }),
    });
}

/** Whoever resumes without a word has resolved what was asked for; where that is not so, it is asked for again. */
export function takeAsResolved(s: MissionState, at: number): void {
  for (const ask of [...s.asks.keys()].filter(isMergeAsk)) {
    s.asks.delete(ask);
    mergeAnswered(s, ask, mergeAnswers.resolved, at);
  }
}

export function landingBegan(s: MissionState, { todo: id, from, files = [] }: FactOf<'landing.began'>): void {
  const worktree = s.todos.get(id)?.worktree;
  if (!worktree) return;
  // After a crash some of it is in the folder already: what counts is the tree before the first time, and all that it wrote.
  const wrote = [...new Set([...(worktree.wrote ?? []), ...files])];
  patchTodo(s, id, { worktree: { ...worktree, from: worktree.from ?? from, wrote } });
}

export function landingFailed(s: MissionState, { todo: id, reason }: FactOf<'landing.failed'>): void {
  const todo = s.todos.get(id);
  if (todo?.worktree?.landing === undefined) return;
  patchTodo(s, id, { state: 'blocked', reason, worktree: { ...todo.worktree, landing: undefined } });
}

export function landed(s: MissionState, fact: FactOf<'todo.landed'>, at: number): void {
  const { todo: id, from, to, files } = fact;
  const todo = s.todos.get(id);
  if (!todo) return;
  patchTodo(s, id, { changes: { from, to, files } });
  if (todo.worktree?.landing === undefined) return; // somebody wants more of it meanwhile
  closeTodo(s, id, 'done', { reason: undefined }, at);
  progressed(s);
  s.missionReview.due = true;
}

/** What the worker that resolves a conflict is told. */
function conflictWords(todo: string, conflicts: readonly string[]): string {
  return [
    `While ${todo} was at work, others changed the same lines. Its worktree now holds both sides between conflict markers:`,
    'above the ======= what the folder has (your-folder), below it what this TODO made of it (the-todo).',
    `Resolve them so that both purposes hold, and leave no marker: ${pathList(conflicts, 100)}.`,
  ].join(' ');
}
