import * as z from 'zod';
import { draftKey, type Box } from './box';
import { useSaved } from './context';

const sessionId = z.string().nullable();

/** The agent whose details are shown, by its row’s key; null: none. */
export function useSelectedAgent(): [key: string | null, select: (key: string | null) => void] {
  return useSaved('agent', sessionId, null);
}

/** The TODO that the list should show and mark, by its id; null: none. */
export function useSelectedTodo(): [id: string | null, select: (id: string | null) => void] {
  return useSaved('todo', sessionId, null);
}

const part = z.enum(['agents', 'plan', 'proof', 'todo', 'feed', 'commands']);

/** A part of the page that a tab can show. */
export type Part = z.infer<typeof part>;

/** Which part the tabs show, where there are tabs; null until somebody chose. */
export function useTab(): [tab: Part | null, show: (tab: Part | null) => void] {
  return useSaved<Part | null>('tab', part.nullable(), null);
}

const draft = z.string();

/** A text that is being written. */
export function useDraft(box: Box): [text: string, write: (text: string) => void] {
  return useSaved(draftKey(box), draft, '');
}
