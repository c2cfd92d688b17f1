import { fileKey, key } from '../todo/graph';
import type { Todo } from '../todo/model';
import type { MissionState } from './state';

/** Whether a TODO’s next worker is to work in a worktree of its own. One that has begun in one, goes on in it. */
export function isToBeIsolated(s: MissionState, todo: Pick<Todo, 'isolate' | 'worktree'>): boolean {
  if (todo.worktree) return true;
  const { isolation } = s.settings;
  return isolation === 'worktree' || (isolation === 'auto' && todo.isolate === true);
}

/** Why a TODO works where it works, for a person. */
export function isolationWords(s: MissionState, todo: Pick<Todo, 'isolate'>): string {
  if (s.settings.isolation === 'worktree') return 'in a worktree of its own, as the setting isolation says';
  if (todo.isolate) return 'in a worktree of its own, as the plan asks for';
  return 'in a worktree of its own, as it began there';
}

/** The TODOs in the merge queue: those that others wait for first, then as they became ready. */
export function mergeQueue(s: MissionState): Todo[] {
  const waiting: { todo: Todo; since: number }[] = [];
  for (const id of s.active) {
    const todo = s.todos.get(id);
    if (todo?.worktree?.landing !== undefined) waiting.push({ todo, since: todo.worktree.landing });
  }
  const isWaitedFor = ({ todo }: { todo: Todo }): number => Number((s.dependents.get(key(todo.id)) ?? []).length > 0);
  return waiting.sort((a, b) => isWaitedFor(b) - isWaitedFor(a) || a.since - b.since).map(({ todo }) => todo);
}

/** Whether files may be written into the folder now: nobody there is at work on one of them, or alone. */
export function mayLand(s: MissionState, files: readonly string[]): boolean {
  if (s.alone.size > 0) return false;
  const { taken, alone } = stillHeld(s);
  return !alone && !files.map(fileKey).some((file) => s.fileOwner.has(file) || taken.has(file));
}

/** The files of workers whose TODO has let go of them already: they may write until their session is idle. */
export function stillHeld(s: MissionState): { taken: Set<string>; alone: boolean } {
  const taken = new Set<string>();
  let alone = false;
  for (const turn of s.turns.values()) {
    if (turn.role !== 'worker' || s.active.has(turn.todo ?? '')) continue;
    const todo = s.todos.get(turn.todo ?? '');
    if (todo?.isolated) continue;
    const files = todo?.files ?? [];
    alone ||= files.length === 0;
    for (const file of files) taken.add(fileKey(file));
  }
  return { taken, alone };
}
