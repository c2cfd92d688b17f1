/** The record of all calls, and the questions a test asks of it. Times are `performance.now()` in ms. */
import { EventEmitter } from 'node:events';
import type { Ask, SeenMessage } from './request';
import type { Payload, Role } from './scenario';

/** One request to the model. `n` counts the requests of its turn, `attempt` the sessions of its TODO in this role, both from 1. */
export interface Call {
  readonly id: number;
  readonly at: number;
  readonly role: Role;
  readonly todo?: string;
  readonly scope?: 'todo' | 'mission';
  readonly iteration?: number;
  readonly attempt: number;
  readonly session: string;
  readonly parent?: string;
  readonly n: number;
  readonly turn: string;
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly tools: readonly string[];
  /** Without the system message. */
  readonly messages: readonly SeenMessage[];
  readonly bodyChars: number;
  readonly temperature?: number;
  readonly effort?: string;
  endedAt?: number;
  /** `step`, `answer`, `closing`, `chat`, `prose`, or the fault: `status 429`, `hang`, `cut`; `aborted` when the client left. */
  outcome?: string;
  said?: string;
  tool?: { readonly name: string; readonly input: Payload };
}

/** One user message and all calls it led to. */
export interface ModelTurn {
  readonly id: string;
  readonly role: Role;
  readonly todo?: string;
  readonly session: string;
  readonly attempt: number;
  readonly user: string;
  readonly at: number;
  readonly calls: readonly Call[];
}

/** What a call must look like; absent is any. */
export type CallMatch = Partial<
  Pick<
    Call,
    'role' | 'todo' | 'scope' | 'iteration' | 'attempt' | 'session' | 'parent' | 'n' | 'turn' | 'model' | 'outcome'
  >
>;

/** An answer that the role’s tool sent back. */
export interface Refusal {
  readonly session: string;
  readonly role: Role;
  readonly todo?: string;
  readonly sentence: string;
}

export interface CallLog {
  readonly calls: readonly Call[];
  readonly refusals: readonly Refusal[];
  readonly inFlight: number;
  readonly peak: number;
  readonly attemptOf: (ask: Ask) => number;
  readonly begin: (ask: Ask, attempt: number) => Call;
  readonly end: (call: Call, outcome: string) => void;
  readonly callsOf: (match?: CallMatch) => Call[];
  readonly turnsOf: (match?: CallMatch) => ModelTurn[];
  readonly peakOf: (match?: CallMatch) => number;
  /** `call` as a call begins, `end` as it ends; returns how to stop listening. */
  readonly on: (event: 'call' | 'end', listener: (call: Call) => void) => () => void;
  readonly clear: () => void;
}

/** An empty record. */
export function createLog(): CallLog {
  const events = new EventEmitter().setMaxListeners(0);
  const systems = new Map<string, string>();
  const turns = new Map<string, number>();
  const attempts = new Map<string, string[]>();
  const seenRefusals = new Set<string>();
  const calls: Call[] = [];
  const refusals: Refusal[] = [];
  let inFlight = 0;
  let peak = 0;
  let lastId = 0;

  const noteRefusals = (ask: Ask): void => {
    for (const done of ask.done) {
      if (done.name !== ask.answerTool || done.result === undefined || done.result.startsWith('Recorded')) continue;
      const key = `${ask.session} ${done.id}`;
      if (seenRefusals.has(key)) continue;
      seenRefusals.add(key);
      const { session, role, todo } = ask;
      refusals.push({ session, role, ...(todo === undefined ? {} : { todo }), sentence: done.result });
    }
  };
  const callsOf = (match: CallMatch = {}): Call[] => calls.filter((call) => fits(call, match));

  return {
    calls,
    refusals,
    get inFlight() {
      return inFlight;
    },
    get peak() {
      return peak;
    },
    attemptOf(ask) {
      const key = `${ask.role} ${ask.parent ?? ''} ${ask.todo ?? ask.scope ?? ''}`;
      const sessions = attempts.get(key) ?? [];
      if (!sessions.includes(ask.session)) sessions.push(ask.session);
      attempts.set(key, sessions);
      return sessions.indexOf(ask.session) + 1;
    },
    begin(ask, attempt) {
      noteRefusals(ask);
      const turn = `${ask.session} ${ask.role} ${ask.userMessages}`;
      const n = (turns.get(turn) ?? 0) + 1;
      turns.set(turn, n);
      const system = systems.get(ask.system) ?? ask.system;
      systems.set(system, system);
      const { role, todo, scope, session, parent, model, user, messages, bodyChars } = ask;
      const call: Call = {
        id: (lastId += 1),
        at: performance.now(),
        role,
        ...(todo === undefined ? {} : { todo }),
        ...(scope === undefined ? {} : { scope }),
        ...(ask.state === undefined ? {} : { iteration: ask.state.iteration }),
        ...(parent === undefined ? {} : { parent }),
        attempt,
        session,
        n,
        turn,
        model,
        system,
        user,
        tools: [...ask.tools.keys()],
        messages,
        bodyChars,
        ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
        ...(ask.effort === undefined ? {} : { effort: ask.effort }),
      };
      calls.push(call);
      inFlight += 1;
      peak = Math.max(peak, inFlight);
      events.emit('call', call);
      return call;
    },
    end(call, outcome) {
      call.endedAt = performance.now();
      call.outcome = outcome;
      inFlight -= 1;
      events.emit('end', call);
    },
    callsOf,
    turnsOf(match) {
      const groups = new Map<string, Call[]>();
      for (const call of callsOf(match)) groups.set(call.turn, [...(groups.get(call.turn) ?? []), call]);
      return [...groups].flatMap(([id, group]) => {
        const first = group[0];
        if (!first) return [];
        const { role, todo, session, attempt, user, at } = first;
        return [{ id, role, ...(todo === undefined ? {} : { todo }), session, attempt, user, at, calls: group }];
      });
    },
    peakOf(match) {
      const edges = callsOf(match).flatMap((call) => [
        { at: call.at, step: 1 },
        { at: call.endedAt ?? Infinity, step: -1 },
      ]);
      let now = 0;
      return edges
        .sort((a, b) => a.at - b.at || a.step - b.step)
        .reduce((most, edge) => Math.max(most, (now += edge.step)), 0);
    },
    on(event, listener) {
      events.on(event, listener);
      return () => events.off(event, listener);
    },
    clear() {
      calls.length = 0;
      refusals.length = 0;
      peak = inFlight;
    },
  };
}

/** Whether a call has all the fields of a match. */
export function fits(call: Call, match: CallMatch): boolean {
  return Object.entries(match).every(([key, wanted]) => call[key as keyof CallMatch] === wanted);
}
