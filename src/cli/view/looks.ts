import type { IconName } from '../../core/view/icons';
import type { StateName } from '../../core/view/words';
import type { Symbols, Tone } from './style';

/** How a state looks on a terminal: a symbol, and a tone that repeats what its word says. */
export interface StateLook {
  readonly symbol: keyof Symbols;
  readonly tone?: Tone | undefined;
}

const looks: Readonly<Record<StateName, StateLook>> = {
  queued: { symbol: 'queued', tone: 'faint' },
  running: { symbol: 'running', tone: 'work' },
  waitingPermission: { symbol: 'warning', tone: 'warn' },
  waitingQuestion: { symbol: 'waiting', tone: 'warn' },
  rateLimited: { symbol: 'limited', tone: 'warn' },
  stalled: { symbol: 'warning', tone: 'warn' },
  reviewing: { symbol: 'reviewing', tone: 'review' },
  done: { symbol: 'unverified', tone: 'good' },
  verified: { symbol: 'verified', tone: 'good' },
  unverified: { symbol: 'unverified', tone: 'good' },
  failed: { symbol: 'failed', tone: 'bad' },
  blocked: { symbol: 'blocked', tone: 'bad' },
  cancelled: { symbol: 'cancelled', tone: 'faint' },
  stopping: { symbol: 'stopping', tone: 'faint' },
  stopped: { symbol: 'stopped', tone: 'faint' },
  lostContact: { symbol: 'warning', tone: 'bad' },
  planning: { symbol: 'planning', tone: 'work' },
  missionRunning: { symbol: 'running', tone: 'work' },
  waiting: { symbol: 'waiting', tone: 'warn' },
  paused: { symbol: 'paused', tone: 'faint' },
  sealed: { symbol: 'verified', tone: 'good' },
  exhausted: { symbol: 'exhausted', tone: 'warn' },
};

/** Symbol and tone of a state. */
export function lookOfState(name: StateName): StateLook {
  return looks[name];
}

/** What is said before a merge is a warning, whatever its symbol says; what failed is worse, what is left is none. */
const cautions: Partial<Record<IconName, StateLook>> = {
  failed: looks.failed,
  blocked: looks.blocked,
  queued: { symbol: 'queued' },
  cancelled: { symbol: 'cancelled' },
  unverified: { symbol: 'unverified', tone: 'warn' },
  question: looks.waitingQuestion,
};

/** Symbol and tone of a sentence of `beforeMerge`. */
export function lookOfCaution(icon: IconName): StateLook {
  return cautions[icon] ?? { symbol: 'warning', tone: 'warn' };
}
