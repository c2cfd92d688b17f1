import type { Role } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { modelOf, modelsOf } from '../recovery/models';
import { duration, plain, tokens } from '../todo/text';
import type { AgentNews, Moment } from './moment';
import { askOf, type StateWord } from './words';

/** The model that answers, by its name alone, and others where they differ. */
export interface ModelWords {
  /** Empty where none is known. */
  readonly name: string;
  /** The one that was asked for, where another answers. */
  readonly expected?: string | undefined;
  /** The first one of the role’s list, where the role has fallen back to another. */
  readonly first?: string | undefined;
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
  /** How much of its model’s context its last step filled, in words; none where it is not known. */
  readonly context?: string | undefined;
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

/** The model of an agent; `asked` is what its turn was ordered with, `actual` what answered, both as `provider/model`. */
export function agentModel(
  s: MissionState,
  role: Role,
  actual: string | undefined,
  asked = modelOf(s, role),
): ModelWords {
  const models = modelsOf(s.settings, role);
  const fell = asked !== models[0] && models.includes(asked) ? { first: shortModel(models[0] ?? '') } : {};
  if (actual === undefined || actual === '') return { name: shortModel(asked), ...fell };
  const differs = asked !== '' && asked !== actual;
  return { name: shortModel(actual), ...(differs ? { expected: shortModel(asked) } : {}), ...fell };
}

/** What was configured, and what answers: `qwen3 → kimi-k2`; one name where they are the same. */
export function modelArrow({ name, expected, first }: ModelWords): string {
  const configured = first ?? expected;
  return configured === undefined ? name : `${configured} → ${name}`;
}

/** `64k of 200k tokens, 32 %`; without the share where the model’s limit is not known. */
export function contextWords({ context, contextLimit }: AgentNews): string | undefined {
  if (context === undefined) return undefined;
  if (contextLimit === undefined) return `${tokens(context)} tokens`;
  const share = Math.min(100, Math.round((context / contextLimit) * 100));
  return `${tokens(context)} of ${tokens(contextLimit)} tokens, ${share} %`;
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
