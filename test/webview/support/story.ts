import { fold } from '../../../src/core/mission/reduce';
import type { Fact, FactOf, Recorded, Role } from '../../../src/core/mission/facts';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import type { MissionState } from '../../../src/core/mission/state';
import type { TodoDraft } from '../../../src/core/todo/model';

/** What a turn took. */
export interface Used {
  readonly tokens: number;
  readonly cost: number;
  readonly model?: string;
}

/** When a turn was ordered and ended, as `hh:mm:ss`; without an end it is in flight. */
export interface Span {
  readonly from: string;
  readonly to?: string;
}

/** A turn of a TODO. */
export interface TodoTurn extends Span, Partial<Used> {
  readonly attempt?: number;
}

/** The day of every story, in UTC, as the pages of the tests run in UTC. */
export const day = '2026-11-22';

/** `14:24:24` of the stories’ day in milliseconds since the epoch. */
export function timeOf(clock: string): number {
  return Date.parse(`${day}T${clock}Z`);
}

/** Collects the facts of a mission by the clock and numbers them in the order of their times. */
export class Story {
  readonly #facts: { at: number; fact: Fact }[] = [];

  constructor(
    readonly text: string,
    readonly begins: string,
    settings: Partial<Settings> = {},
  ) {
    this.add(begins, {
      type: 'mission.created',
      mission: 'm-1',
      text,
      directory: '/home/sam/shop',
      settings: { ...defaultSettings, ...settings },
    });
  }

  /** Adds a fact at a time. */
  add(clock: string, fact: Fact): this {
    this.#facts.push({ at: timeOf(clock), fact });
    return this;
  }

  /** A turn of the Commander’s; what it decides is added when it ends. */
  commander(iteration: number, span: Span, used?: Used, decided: Partial<FactOf<'commander.decided'>> = {}): this {
    const turn = `c${iteration}`;
    this.#order(turn, 'commander', undefined, iteration, span.from, iteration, 'ses_commander');
    if (span.to === undefined) return this;
    this.add(span.to, {
      type: 'commander.decided',
      turn,
      summary: 'The plan stands.',
      added: [],
      retried: [],
      cancelled: [],
      asks: [],
      seal: false,
      refusals: [],
      ...decided,
    });
    return this.#end(turn, span.to, used);
  }

  /** The Planner’s turn, with the TODOs it hands in. */
  planner(span: Span, added: readonly TodoDraft[], used?: Used, check?: string): this {
    this.#order('p1', 'planner', undefined, 1, span.from);
    if (span.to === undefined) return this;
    const plan = { type: 'planner.planned', turn: 'p1', summary: 'The plan.', sources: [], refusals: [] } as const;
    this.add(span.to, { ...plan, added, ...(check === undefined ? {} : { check }) });
    return this.#end('p1', span.to, used);
  }

  /** A worker’s turn, reported as done when it ends. */
  worker(todo: string, turn: TodoTurn, files: readonly string[] = []): this {
    const attempt = turn.attempt ?? 1;
    const id = `w-${todo}-${attempt}`;
    this.#order(id, 'worker', todo, attempt, turn.from);
    if (turn.to === undefined) return this;
    const said = { summary: `${todo} is done.`, followUps: [] };
    this.add(turn.to, { type: 'worker.reported', turn: id, todo, status: 'done', files, ...said });
    if (files.length > 0) this.add(turn.to, changed(id, todo, files));
    return this.#end(id, turn.to, usedOf(turn));
  }

  /** A reviewer’s turn; `check`: the run that proves it, none: only read. */
  reviewer(todo: string, turn: TodoTurn, check?: string, issue?: string): this {
    const attempt = turn.attempt ?? 1;
    const id = `r-${todo}-${attempt}`;
    this.#order(id, 'reviewer', todo, attempt, turn.from);
    if (turn.to === undefined) return this;
    const issues = issue === undefined ? [] : [{ id: `I-${todo}-${attempt}`, todo, title: issue, detail: issue }];
    this.add(turn.to, {
      type: 'todo.reviewed',
      turn: id,
      todo,
      outcome: issue === undefined ? 'passed' : 'failed',
      summary: issue ?? 'Everything holds.',
      issues,
      ...(check === undefined ? {} : { proof: { command: check, session: sessionOf(id), callID: 'call' } }),
    });
    return this.#end(id, turn.to, usedOf(turn));
  }

  /** The mission review, passed. */
  missionReview(span: Span, used: Used, attempt = 1): this {
    const turn = `m-${attempt}`;
    this.#order(turn, 'reviewer', undefined, attempt, span.from);
    if (span.to === undefined) return this;
    const said = { summary: 'The whole holds.', issues: [], proofs: [] };
    this.add(span.to, { type: 'mission.reviewed', turn, outcome: 'passed', ...said });
    return this.#end(turn, span.to, used);
  }

  /** The facts so far, numbered. */
  records(): Recorded[] {
    return [...this.#facts].sort((a, b) => a.at - b.at).map(({ at, fact }, index) => ({ seq: index + 1, at, fact }));
  }

  /** The state after all of them. */
  state(): MissionState {
    return fold(this.records());
  }

  #order(
    turn: string,
    role: Role,
    todo: string | undefined,
    attempt: number,
    from: string,
    iteration?: number,
    session = sessionOf(turn),
  ): void {
    this.add(from, {
      type: 'turn.ordered',
      turn,
      role,
      attempt,
      kind: 'first',
      message: `msg_${turn}`,
      ...(todo === undefined ? {} : { todo }),
      ...(iteration === undefined ? {} : { iteration }),
    });
    this.add(from, { type: 'session.opened', turn, session });
  }

  #end(turn: string, clock: string, used: Used = { tokens: 0, cost: 0 }): this {
    return this.add(clock, { type: 'turn.ended', turn, ...used });
  }
}

/** The session in which a story’s turn runs. */
export function sessionOf(turn: string): string {
  return `ses_${turn}`;
}

function usedOf(turn: TodoTurn): Used {
  const { tokens = 0, cost = 0, model } = turn;
  return { tokens, cost, ...(model === undefined ? {} : { model }) };
}

/** What a worker changed: some lines of each file, the first one new. */
export function changed(turn: string, todo: string, files: readonly string[]): FactOf<'todo.changed'> {
  const trees = { from: 'a'.repeat(40), to: 'b'.repeat(40) };
  const changes = files.map((path, at) => ({
    path,
    kind: at === 0 ? ('added' as const) : ('modified' as const),
    added: 31 + at * 11,
    removed: at * 4,
  }));
  return { type: 'todo.changed', turn, todo, ...trees, files: changes };
}
