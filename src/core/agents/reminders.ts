import { toolOf } from '../mission/decide';
import type { Role } from '../mission/facts';
import type { MissionState } from '../mission/state';
import { commanderState, promptText } from './prompts';

/** Characters of the mission that a compacted session is told again; a Commander’s state is up to so long as well. */
const taskChars = 24_000;

/** What a session is there for. */
export interface Task {
  readonly role: Role;
  readonly todo?: string | undefined;
}

const opening = '```mission-state\n';
const block = /^```mission-state\n[\s\S]*?\n```$/gm;
const olderBlock = '(An older state of the mission stood here; the last mission-state block is the one that holds.)';

/** A prompt of the Commander’s that is not the newest one, without the state that it carried. */
export function withoutState(text: string): string {
  return text.includes(opening) ? text.replace(block, olderBlock) : text;
}

/** Whether a text says what a session of this role is to do: the Commander’s state, a scope, or a plan to make. */
export function tellsTask(role: Role, text: string): boolean {
  if (role === 'commander') return text.includes(opening);
  // A reminder has the scope line, too, and not what it is about.
  return role === 'planner'
    ? text.startsWith('The mission, in the words of the person:')
    : /^scope: (?:todo \S+\ntitle: |mission\n\n)/m.test(text);
}

/**
 * What a session is to do, as it stands now: told again when OpenCode has compacted the prompt that said it. Bounded, whatever
 * the mission holds.
 */
export function taskText(s: MissionState, { role, todo }: Task): string {
  const turn = { id: '', role, todo, attempt: 1, kind: 'first' as const, message: '', orderedAt: 0, usedMs: 0 };
  const text = promptText(s, { ...turn, interruptions: 0, settling: false, unwanted: false });
  if (text.length <= taskChars) return text;
  if (role === 'commander') return boundedCommander(s);
  return `${text.slice(0, taskChars)}\n… ${String(text.length - taskChars)} more characters\n`;
}

/** Cut in the middle, a state would be no JSON: the mission’s text and what is not done go as far as there is room. */
function boundedCommander(s: MissionState): string {
  const state = commanderState(s);
  const todos = state.todos.filter((todo) => todo.state !== 'done' && todo.state !== 'cancelled');
  const shown: unknown[] = [];
  let room = taskChars / 2;
  for (const todo of todos) {
    room -= JSON.stringify(todo).length;
    if (room < 0) break;
    shown.push(todo);
  }
  const short = {
    ...{ mission: state.mission, iteration: state.iteration, maxIterations: state.maxIterations, todos: shown },
    ...{
      todosNotListed: s.todos.size - shown.length,
      issues: state.issues.slice(0, 10),
      background: state.background.slice(-10),
    },
    ...{ notes: state.notes.slice(-10).map((note) => note.slice(0, 500)), refusals: state.refusals.slice(-5) },
  };
  const text = s.text.slice(0, taskChars / 3);
  return `The mission, in the words of the person:\n\n${text}\n\n${opening}${JSON.stringify(short)}\n\`\`\`\n`;
}

/** What OpenCode’s own summary of a session must not lose. */
export function compactionContext(s: MissionState, task: Task): string {
  return [
    'This session is an agent of a mission. What follows is its task as it stands now; keep it in the summary word for word:',
    '',
    taskText(s, task),
    '',
    `Its turn ends with exactly one call of ${toolOf[task.role]}.`,
  ].join('\n');
}
