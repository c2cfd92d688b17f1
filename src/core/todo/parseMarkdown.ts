import type { Todo } from './model';
export type TodoEdits = { foreign: true } | { ticked: string[]; unticked: string[]; retitled: { id: string; title: string }[]; added: { title: string; ticked: boolean }[]; kept: string[]; missing: string[] };
export function readTodoEdits(_base: string, _current: string, _todos: readonly Todo[]): TodoEdits { return { ticked: [], unticked: [], retitled: [], added: [], kept: [], missing: [] }; }
