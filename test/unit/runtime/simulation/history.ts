import { factSchema, type Fact, type FactOf, type Recorded } from '../../../../src/core/mission/facts';
import { plan } from '../../../../src/core/mission/plan';
import { reduce } from '../../../../src/core/mission/reduce';
import { emptyState, type MissionState } from '../../../../src/core/mission/state';
import type { PromptOrder, SessionOrder } from '../../../../src/runtime/ports';
import {
  checkFiles,
  checkIndices,
  checkNoDeadEnd,
  checkOrder,
  checkPaused,
  checkSeal,
} from '../../core/fixtures/invariants';
import { difference } from './same';
import type { Orders } from './storm';

/** What the world looks like at a moment, from outside the mission. */
export interface Outside {
  /** Turns that the server has at work. */
  busy(): number;
  /** Whether something keeps the host from reaching the server. */
  isTroubled(): boolean;
  /** The exit codes of a session’s recorded runs of a command, in their order. */
  exits(session: string, command: string): readonly (number | null)[];
}

/**
 * Looks on while a mission is written, whoever writes it, and holds each record, prompt and session against the README’s
 * numbered invariants. It believes nothing but what is on disk.
 */
export class History implements Orders {
  readonly records: Recorded[] = [];
  /** The fold of what is on disk. */
  readonly state: MissionState = emptyState();
  /** Invariants that did not hold, by their number. */
  readonly broken: string[] = [];
  private readonly ordered = new Map<string, FactOf<'turn.ordered'>>();
  private readonly sessionOrders = new Set<string>();
  /** Records that came too late to count. */
  private readonly unwanted = new Set<number>();

  constructor(
    private readonly outside: () => Outside,
    /** Compares after each record, not only at ends. */
    private readonly close: boolean,
    /** Also looks at what costs time: each record’s schema, every index, every plan. */
    private readonly thorough: boolean,
  ) {}

  /** Takes in what was written; `live` is the driver’s own state, unless it was killed in the middle. */
  written(records: readonly Recorded[], live: MissionState | undefined): void {
    for (const record of records) this.take(record);
    if (live && (this.close || live.end)) this.compare(live);
    if (!this.thorough) return;
    this.hold('10', () => checkIndices(this.state));
    const { state } = this;
    const now = plan(state, state.lastAt);
    // What waits for a time, as for a provider that wants to be left alone, is no dead end.
    const effects = now.length > 0 ? now : plan(state, state.lastAt + aDayMs);
    this.hold('10', () => checkNoDeadEnd(state, effects));
    this.hold('10', () => checkPaused(state, now));
  }

  private compare(live: MissionState): void {
    const at = difference(this.state, live);
    if (at !== undefined) this.broken.push(`3: after record ${String(live.seq)} the fold differs at ${at}`);
  }

  private take(record: Recorded): void {
    const { fact, seq } = record;
    this.records.push(record);
    if (seq !== this.records.length)
      this.broken.push(`11: record ${String(seq)} stands at ${String(this.records.length)}`);
    if (this.thorough) this.hold('3', () => factSchema.parse(fact));
    this.before(fact, seq);
    const todos = [...this.state.todos.values()];
    reduce(this.state, record);
    this.after(record, todos);
  }

  private before(fact: Fact, seq: number): void {
    const s = this.state;
    if (fact.type === 'turn.ordered') {
      this.hold('5–7', () => checkOrder(s, fact as unknown as Parameters<typeof checkOrder>[1]));
      if (this.ordered.has(fact.message)) this.broken.push(`4: ${fact.message} is ordered twice`);
      this.ordered.set(fact.message, fact);
      this.sessionOrders.add(keyOf(fact));
    } else if (fact.type === 'todo.reviewed' && fact.outcome === 'passed') {
      this.proven(s.todos.get(fact.todo)?.check, fact.proof);
    } else if (fact.type === 'mission.reviewed' && fact.outcome === 'passed') {
      this.proven(s.check, fact.proofs.find(({ todo }) => todo === undefined)?.proof);
    }
    const turn = 'turn' in fact ? s.turns.get(fact.turn) : undefined;
    if ('turn' in fact && fact.type !== 'turn.ordered' && (!turn || turn.settling || turn.unwanted))
      this.unwanted.add(seq);
  }

  private proven(check: string | undefined, proof: { command: string; session: string } | undefined): void {
    if (check === undefined) return;
    const last = proof && this.outside().exits(proof.session, proof.command).at(-1);
    if (proof?.command !== check || last !== 0) this.broken.push(`8: “${check}” passed without a proof`);
  }

  private after(
    { fact, seq }: Recorded,
    before: MissionState['todos'] extends Map<string, infer T> ? T[] : never,
  ): void {
    const s = this.state;
    if (takesUp.has(fact.type)) this.hold('6', () => checkFiles(s));
    for (const todo of before) {
      const now = s.todos.get(todo.id);
      if (todo === now) continue;
      if (!now) this.broken.push(`2: record ${String(seq)} loses ${todo.id}`);
      else if (isOver(todo.state) && now.state !== todo.state && !reopens(fact, todo.id))
        this.broken.push(`2: ${fact.type} takes the finished ${todo.id} back`);
      if (fact.type === 'mission.resumed' && fact.adopted) this.broken.push(`13: a takeover changes ${todo.id}`);
    }
    if (fact.type === 'mission.ended') this.ended(fact);
  }

  private ended(fact: FactOf<'mission.ended'>): void {
    const { sessions, turns } = this.state;
    if (fact.state === 'sealed') this.hold('9', () => checkSeal(this.state, this.records, this.unwanted));
    if (fact.reason === '' && fact.state !== 'sealed') this.broken.push(`10: it ends ${fact.state} without a reason`);
    const told = fact.confirmed ?? 0;
    if (told > sessions.size) this.broken.push('9: more is confirmed than there is');
    if (told < sessions.size && !this.outside().isTroubled())
      this.broken.push(`9: ${fact.state}, and only ${String(told)} of ${String(sessions.size)} are confirmed`);
    if (told === sessions.size && this.outside().busy() > 0) this.broken.push(`9: ${fact.state} while somebody works`);
    if (turns.size > 0) this.broken.push(`9: ${fact.state} with turns in flight`);
  }

  opens(order: SessionOrder): void {
    if (!this.sessionOrders.has(keyOf(order))) this.broken.push(`1: a session for ${keyOf(order)} that nobody ordered`);
  }

  prompts({ message, session }: PromptOrder): void {
    const order = this.ordered.get(message);
    if (!order) this.broken.push(`1: ${message} is prompted before its order is on disk`);
    else if (order.session !== undefined && order.session !== session)
      this.broken.push(`4: ${message} goes to ${session} and was meant for ${order.session}`);
    if (this.state.end) this.broken.push(`9: ${message} is prompted after the end`);
  }

  private hold(invariants: string, check: () => unknown): void {
    try {
      check();
    } catch (error) {
      this.broken.push(`${invariants}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const aDayMs = 86_400_000;
/** Facts after which more TODOs may be at work than before, or on other files. */
const takesUp: ReadonlySet<Fact['type']> = new Set<Fact['type']>(['turn.ordered', 'todos.edited', 'commander.decided']);

function keyOf({ role, todo, attempt }: Pick<SessionOrder, 'role' | 'todo' | 'attempt'>): string {
  return `${role} ${todo ?? ''} ${String(attempt)}`;
}

function isOver(state: string): boolean {
  return state === 'done' || state === 'cancelled';
}

/** Whether somebody wants a finished TODO open again, or closed otherwise. */
function reopens(fact: Fact, id: string): boolean {
  if (fact.type === 'commander.decided') return [...fact.retried, ...fact.cancelled].some(({ todo }) => todo === id);
  if (fact.type !== 'todos.edited') return false;
  return [...fact.unticked, ...fact.ticked, ...(fact.retried ?? []), ...(fact.cancelled ?? [])].includes(id);
}
