import * as z from 'zod';
import type { MissionState } from '../../../src/core/mission/state';
import type { Todo } from '../../../src/core/todo/model';
import { shownState } from '../../../src/core/mission/select';
import { t } from '../../app/l10n';

/** Which TODOs the list shows. */
export const todoFilterSchema = z.enum(['all', 'open', 'needsYou', 'active', 'queued', 'failed', 'done', 'unverified']);
export type TodoFilter = z.infer<typeof todoFilterSchema>;

/** A filter with its line in the menu, and the word of the sentence that says nothing passed it. */
export interface TodoFilterWords {
  readonly filter: TodoFilter;
  readonly label: string;
  readonly none: string;
}

/** The filters in the order of the menu. */
export function todoFilters(): readonly TodoFilterWords[] {
  return [
    { filter: 'all', label: t('All'), none: t('No TODO yet. The Planner is writing the list.') },
    { filter: 'open', label: t('Not Done'), none: t('No TODO is left.') },
    { filter: 'needsYou', label: t('Needs You'), none: t('No TODO needs you.') },
    { filter: 'active', label: t('Running or Reviewing'), none: t('No TODO is at work.') },
    { filter: 'queued', label: t('Queued'), none: t('No TODO is queued.') },
    { filter: 'failed', label: t('Failed or Blocked'), none: t('No TODO is failed or blocked.') },
    { filter: 'done', label: t('Done'), none: t('No TODO is done.') },
    { filter: 'unverified', label: t('Done, Unverified'), none: t('No TODO is unverified.') },
  ];
}

/** The TODOs that pass a filter, in the mission’s order. */
export function filteredTodos(s: MissionState, filter: TodoFilter): readonly Todo[] {
  const all = [...s.todos.values()];
  if (filter === 'all') return all;
  const needy = filter === 'needsYou' ? needyTodos(s) : new Set<string>();
  return all.filter((todo) => {
    const state = shownState(s, todo);
    switch (filter) {
      case 'open':
        return state !== 'done' && state !== 'cancelled';
      case 'needsYou':
        return needy.has(todo.id);
      case 'active':
        return state === 'running' || state === 'reviewing';
      case 'queued':
        return state === 'queued';
      case 'failed':
        return state === 'failed' || state === 'blocked';
      case 'done':
        return state === 'done';
      case 'unverified':
        return state === 'done' && !todo.verified;
    }
  });
}

/** The TODOs whose agents wait for the person. */
export function needyTodos(s: MissionState): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const ask of s.asks.values()) {
    const todo = s.sessions.get(ask.session ?? '')?.todo;
    if (todo !== undefined) ids.add(todo);
  }
  return ids;
}
