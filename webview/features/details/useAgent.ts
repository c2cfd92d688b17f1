import { useMissionMoment } from '../../app/context';
import { agentTree } from '../../../src/core/view/agents';
import type { AgentRow } from '../../../src/core/view/agentRow';

/** An agent with all of its TODO’s, in the order of their beginning. */
export interface FoundAgent {
  readonly row: AgentRow;
  /** The sessions that worked on the same TODO, this one among them. */
  readonly attempts: readonly AgentRow[];
}

/** The agent of a row’s key, as it is now; a turn that got its session is the same agent. */
export function useAgent(key: string): FoundAgent | undefined {
  const moment = useMissionMoment();
  const rows = agentTree(moment).filter((node): node is AgentRow => node.kind === 'agent');
  const row = rows.find((each) => each.key === key) ?? rows.find((each) => each.turn === key);
  if (!row) return undefined;
  if (row.todo === undefined) return { row, attempts: [row] };
  const order = new Map([...moment.state.sessions.keys()].map((session, index) => [session, index]));
  const place = (each: AgentRow): number => order.get(each.session ?? '') ?? Infinity;
  const attempts = rows.filter((each) => each.todo === row.todo).sort((a, b) => place(a) - place(b));
  return { row, attempts };
}
