/** Ready-made scenarios by shape; `over` adds faults, latency, scripts of single TODOs and so on. */
import type { Plan, Scenario } from '../support/model/scenario';

type Todo = Plan['todos'][number];

/** A TODO that owns one file named after it; its check is that the file holds its id. */
export function fileTodo(id: string, after: readonly string[] = []): Todo {
  const file = `out/${id}.txt`;
  return {
    id,
    title: `Write ${file}`,
    detail: `One line in ${file} that begins with ${id}.`,
    files: [file],
    ...(after.length > 0 ? { after: [...after] } : {}),
    check: `grep -q ${id} ${file}`,
  };
}

/** A scenario over the given TODOs; the mission’s check is that every file exists. */
export function scenarioOf(todos: readonly Todo[], over: Scenario = {}): Scenario {
  const check = todos.length > 20 ? 'test -d out' : `ls ${todos.flatMap((todo) => todo.files).join(' ')}`;
  return { plan: { summary: `${todos.length} TODOs`, todos: [...todos], check }, ...over };
}

/** `count` TODOs that do not know each other. */
export function wide(count: number, over: Scenario = {}): Scenario {
  return scenarioOf(
    ids(count).map((id) => fileTodo(id)),
    over,
  );
}

/** `count` TODOs, each after the one before. */
export function line(count: number, over: Scenario = {}): Scenario {
  const all = ids(count);
  return scenarioOf(
    all.map((id, index) => fileTodo(id, all.slice(Math.max(0, index - 1), index))),
    over,
  );
}

/** T1, then T2 and T3 side by side, then T4. */
export function diamond(over: Scenario = {}): Scenario {
  return scenarioOf(
    [fileTodo('T1'), fileTodo('T2', ['T1']), fileTodo('T3', ['T1']), fileTodo('T4', ['T2', 'T3'])],
    over,
  );
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `T${index + 1}`);
}
