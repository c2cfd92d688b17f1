import type { Todo } from './model';
export interface TodoView { mission: string; seq: number; text: string; state: string; iteration: number; todos: readonly Todo[]; kept: readonly string[] }
export function renderTodo(view: TodoView): string { return `<!-- opencode-orchestrator mission: ${view.mission} seq: ${String(view.seq)} -->\n${view.todos.map((t) => `- [${t.state === 'done' ? 'x' : ' '}] **${t.id}** ${t.title}\n`).join('')}`; }
