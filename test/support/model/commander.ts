/** The Commander: the scenario’s decisions by iteration, and the decision a scenario does not spell out. */
import type { Part, Turn } from './turn';
import type { DecisionScript, MissionState, Payload } from './scenario';

/** The Commander’s turn; its number is the iteration of the state, so a repeated turn decides the same. */
export function decide(part: Part): Turn {
  const state: MissionState = part.ask.state ?? { iteration: 0, todos: [] };
  const turn = Math.max(1, state.iteration || part.ask.userMessages);
  const chosen = scripted(part, state, turn);
  const decision = chosen === 'default' ? usual(state, turn) : chosen;
  return {
    steps: decision.steps ?? [],
    payload: () => ({ summary: decision.summary ?? 'Going on.', actions: decision.actions }),
    latencyMs: decision.latencyMs,
    closing: 'Decided.',
  };
}

function scripted(part: Part, state: MissionState, turn: number): DecisionScript {
  const { commander } = part.script;
  if (commander === undefined) return 'default';
  if (typeof commander === 'function') return commander(state, turn);
  return commander[Math.min(turn, commander.length) - 1] ?? 'default';
}

/** Plans while there is nothing, retries what failed or is blocked, and seals otherwise. */
function usual(state: MissionState, turn: number): Exclude<DecisionScript, 'default'> {
  if (turn === 1 || state.todos.length === 0) {
    return {
      summary: 'First a plan.',
      actions: [{ type: 'plan', brief: 'Split the mission into TODOs that can run side by side.' }],
    };
  }
  const stuck = state.todos.filter((todo) => todo.state === 'failed' || todo.state === 'blocked');
  const retries: Payload[] = stuck.map((todo) => ({
    type: 'retry',
    todo: todo.id,
    brief: 'Once more, with the issues in mind.',
  }));
  if (retries.length > 0) return { summary: `Again: ${stuck.map((todo) => todo.id).join(', ')}.`, actions: retries };
  return { summary: 'All is done.', actions: [{ type: 'seal', summary: 'Every TODO is done and checked.' }] };
}
