import * as z from 'zod';
import { planAsk } from '../../../src/core/mission/state';
import type { TodoChange } from '../../../src/core/mission/facts';
import { usePart } from '../../app/context';
import type { Todo } from '../../../src/core/todo/model';

/** What of a TODO a person may change. */
export type PlanPart = Exclude<keyof TodoChange, 'id'>;

/** What is typed and not taken yet; null: nothing. */
export const draftSchema = z.string().max(20_000).nullable();

/** A part as it stands in its field. */
export function textOf(todo: Todo, part: PlanPart): string {
  const value = todo[part];
  return typeof value === 'string' ? value : (value ?? []).join(', ');
}

/** What a field’s text says. */
export function valueOf(part: PlanPart, text: string): Omit<TodoChange, 'id'> {
  if (part !== 'files' && part !== 'after') return { [part]: text.trim() };
  const items = text.split(',').map((item) => item.trim());
  return { [part]: items.filter((item) => item !== '') };
}

/** Whether the mission’s plan waits for the person’s approval. */
export function usePlanOpen(): boolean {
  return usePart(({ state }) => state !== undefined && state.asks.has(planAsk) && !state.stop && !state.end);
}
