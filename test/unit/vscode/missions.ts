import type { Fact, Recorded } from '../../../src/core/mission/facts';
import { reduce } from '../../../src/core/mission/reduce';
import { defaultSettings } from '../../../src/core/mission/settings';
import { emptyState, type MissionState } from '../../../src/core/mission/state';
import type { AgentNews, Moment } from '../../../src/core/view/moment';
import type { TodoDraft } from '../../../src/core/todo/model';

/** A mission that grows by facts, a second apart. */
export interface World {
  readonly state: MissionState;
  readonly records: Recorded[];
  readonly news: Map<string, AgentNews>;
  readonly add: (...facts: Fact[]) => Recorded[];
  readonly moment: (now?: number) => Moment;
}

export const start = 1_000_000;

/** A mission whose Planner has handed in these TODOs. */
export function world(todos: readonly TodoDraft[]): World {
  const state = emptyState();
  const records: Recorded[] = [];
  const news = new Map<string, AgentNews>();
  const add = (...facts: Fact[]): Recorded[] =>
    facts.map((fact) => {
      const record = { seq: state.seq + 1, at: start + state.seq * 1_000, fact };
      reduce(state, record);
      records.push(record);
      return record;
    });
  add(
    { type: 'mission.created', mission: 'm-1', text: 'Tidy up', directory: '/demo', settings: defaultSettings },
    { type: 'turn.ordered', turn: 't1', role: 'planner', attempt: 1, kind: 'first', message: 'msg_1' },
    { type: 'session.opened', turn: 't1', session: 'ses_planner' },
    { type: 'planner.planned', turn: 't1', summary: '', added: todos, sources: [], refusals: [] },
    { type: 'turn.ended', turn: 't1', tokens: 10, cost: 0 },
  );
  return {
    ...{ state, records, news, add },
    moment: (now = state.lastAt) => ({ state, now, agents: news, clock: (at) => String(at) }),
  };
}

export function todo(id: string, more: Partial<TodoDraft> = {}): TodoDraft {
  return { id, title: `Do ${id}`, detail: '', files: [`src/${id}.ts`], after: [], ...more };
}

/** The facts of a worker that begins a TODO. */
export function begins(id: string, turn: string): Fact[] {
  return [
    { type: 'turn.ordered', turn, role: 'worker', todo: id, attempt: 1, kind: 'first', message: `msg_${turn}` },
    { type: 'session.opened', turn, session: `ses_${id}` },
  ];
}
