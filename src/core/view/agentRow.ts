import type { Role } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { modelOf } from '../recovery/models';
import { duration, plain } from '../todo/text';
import type { Moment } from './moment';
import { askOf, type StateWord } from './words';

/** The model that answers, by its name alone, and the configured one where it is another. */
export interface ModelWords {
  /** Empty where none is known. */
  readonly name: string;
  readonly expected?: string | undefined;
}

/** The groups below the Commander. */
export type GroupName = 'workers' | 'reviewers' | 'finished';

/** An agent: a session, or a turn whose session is being opened. Times in milliseconds. */
export interface AgentRow {
  readonly kind: 'agent';
  /** Its session’s id; the turn’s before it has one. */
  readonly key: string;
  /** As `aria-level` counts: the Commander 1, the Planner 2, members of a group 3. */
  readonly level: number;
  /** The group it is a member of. */
  readonly group?: GroupName | undefined;
  /** `T7`, `Commander`, `Planner`, `Mission`. */
  readonly name: string;
  /** The title of its TODO; empty without one. */
  readonly title: string;
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly session?: string | undefined;
  /** Its turn in flight. */
  readonly turn?: string | undefined;
  readonly attempt: number;
  readonly state: StateWord;
  /** What it does, in a few words. */
  readonly now: string;
  readonly model: ModelWords;
  readonly elapsedMs?: number | undefined;
  /** Whether `elapsedMs` grows with the clock. */
  readonly elapsedRunning: boolean;
  /** Milliseconds since the epoch. */
  readonly lastEventAt?: number | undefined;
  readonly tokens?: number | undefined;
  readonly cost?: number | undefined;
  /** An open ask of its own waits for the person. */
  readonly needsYou: boolean;
}

/** An agent’s name, and the title of what it works on. */
export function whose(s: MissionState, of: Pick<Turn, 'role' | 'todo'>): Pick<AgentRow, 'name' | 'title'> {
  if (of.role === 'commander') return { name: 'Commander', title: '' };
  if (of.role === 'planner') return { name: 'Planner', title: '' };
  if (of.todo === undefined) return { name: 'Mission', title: 'Mission review' };
  return { name: plain(of.todo, 64), title: plain(s.todos.get(of.todo)?.title ?? '', 400) };
}

/** The model of an agent; `actual` as `provider/model`. */
export function agentModel(s: MissionState, role: Role, actual: string | undefined): ModelWords {
  const configured = modelOf(s, role);
  if (actual === undefined || actual === '') return { name: shortModel(configured) };
  const differs = configured !== '' && configured !== actual;
  return { name: shortModel(actual), ...(differs ? { expected: shortModel(configured) } : {}) };
}

/** A model’s name without its provider. */
export function shortModel(model: string): string {
  return plain(model.slice(model.indexOf('/') + 1), 80);
}

/** What an agent with a turn in flight does, in a few words. */
export function nowOf(moment: Moment, turn: Turn, state: StateWord): string {
  const { state: s, now, agents } = moment;
  const news = agents.get(turn.session ?? '');
  const ask = askOf(s, turn);
  switch (state.name) {
    case 'stopping':
      return s.stop ? 'asked to stop, not confirmed yet' : 'its TODO was closed, it is being stopped';
    case 'waitingPermission':
    case 'waitingQuestion':
      return `asks: ${plain(ask?.permission?.patterns.join(', ') || (ask?.title ?? ''), 300)}`;
    case 'rateLimited':
      return `provider limit, try again in ${duration((news?.retryUntil ?? now) - now)}`;
    case 'queued':
      return 'its session is being opened';
    default:
      return turn.settling ? 'has answered' : plain(news?.headline ?? '', 300);
  }
}
