import { wide } from '../scenarios/shapes';
import type { Call } from '../support/model/calls';
import type { Model } from '../support/model/model';
import type { Role } from '../support/model/scenario';
import { assertEnded, onStage } from '../support/e2e';
import { mission } from '../support/scratch';
import { startBare } from './bare';
import { median, type Row } from './table';

const todos = 20;
/** The write and the answer, the check and the answer; nobody waits for closing words. */
const callsOfATodo = 4;
/** Long enough for an abort to come before the closing words. */
const latencyMs = 2_000;
const mostOverhead = 4_000;
const scenario = wide(todos, { latencyMs });

/**
 * What the models are asked for each TODO. The baseline for what a request weighs is OpenCode’s own `general` agent, which its `task`
 * tool works with, given the same TODO.
 */
export async function benchCalls(): Promise<Row[]> {
  const general = await onStage(scenario, async ({ place, model }) => {
    const bare = await startBare(place);
    try {
      await bare.ask('general', textOf('T1'));
      return model.calls[0]?.bodyChars ?? NaN;
    } finally {
      await bare.close();
    }
  });
  return await onStage(scenario, async ({ place, model }) => {
    assertEnded(place, await mission(place, 'Twenty files'), 0);
    const ofTodos = model.calls.filter(({ todo }) => todo !== undefined);
    const aborted = ofTodos.filter(({ outcome }) => outcome === 'aborted').length / todos;
    const perTodo = ofTodos.length / todos - aborted;
    return [
      {
        what: 'model calls a TODO, worker and reviewer',
        ours: `${perTodo.toFixed(2)}, and ${aborted.toFixed(2)} aborted when they began`,
        baseline: `bound ${String(callsOfATodo)}: write, report, check, judge`,
        ratio: (perTodo / callsOfATodo).toFixed(2),
      },
      overhead(model, 'worker'),
      overhead(model, 'reviewer'),
      ...(['commander', 'planner', 'worker', 'reviewer'] as const).map((role) => weight(model, role, general)),
    ];
  });
}

/** What a role’s prompt says beyond the TODO’s own words. */
function overhead(model: Model, role: Role): Row {
  const told = firsts(model, role).map(({ user, todo = '' }) => user.length - textOf(todo).length);
  const chars = median(told);
  return {
    what: `characters of a ${role}’s prompt beyond the TODO’s own`,
    ours: chars.toFixed(0),
    baseline: `bound ${String(mostOverhead)}`,
    ratio: (chars / mostOverhead).toFixed(2),
  };
}

function weight(model: Model, role: Role, general: number): Row {
  const chars = median(firsts(model, role).map(({ bodyChars }) => bodyChars));
  return {
    what: `characters of a ${role}’s first request: instructions, tools, prompt`,
    ours: chars.toFixed(0),
    baseline: `${String(general)} by OpenCode’s \`general\` agent`,
    ratio: (chars / general).toFixed(2),
  };
}

function firsts(model: Model, role: Role): Call[] {
  return model.callsOf({ role, n: 1 }).filter(({ scope }) => scope !== 'mission');
}

function textOf(todo: string): string {
  const found = [scenario.plan].flat()[0]?.todos.find(({ id }) => id === todo);
  return found ? [found.id, found.title, found.detail, ...found.files, found.check].join('\n') : '';
}
