import type { Settings } from '../../../../src/core/mission/settings';
import { defaultSettings } from '../../../../src/core/mission/settings';
import type { PlanAnswer } from '../../../../src/core/answers/schemas';
import type { Chance } from './chance';

/** What may go wrong in one mission. Probabilities are a turn’s, a call’s, a signal’s or an append’s. */
export interface Weather {
  /** Agents that hang, fall silent, fail, talk in prose, are refused, blocked, claim what is not so. */
  readonly agents: number;
  /** Calls that are refused, or whose response is lost. */
  readonly calls: number;
  /** Signals that are lost, come twice, late, or in another order. */
  readonly signals: number;
  /** How often the host is killed, at a record of its own. */
  readonly kills: number;
  /** How often the server dies, or its stream is cut. */
  readonly server: number;
  /** How often a person stops, pauses, notes, edits, changes a limit, closes the window. */
  readonly person: number;
  /** Appends that take their time. */
  readonly disk: number;
  /** How often the disk refuses for a while. */
  readonly full: number;
  /** How often the host’s clock jumps. */
  readonly jumps: number;
}

const fair: Weather = {
  agents: 0,
  calls: 0,
  signals: 0,
  kills: 0,
  server: 0,
  person: 0,
  disk: 0,
  full: 0,
  jumps: 0,
};

export const weathers: Readonly<Record<string, Weather>> = {
  fair,
  'bad agents': { ...fair, agents: 0.3, calls: 0.01 },
  'killed hosts': { ...fair, agents: 0.1, kills: 4, disk: 0.2 },
  'a dying server': { ...fair, agents: 0.05, server: 3, calls: 0.02 },
  'a bad line': { ...fair, agents: 0.1, signals: 0.15, calls: 0.1 },
  'a busy person': { ...fair, agents: 0.1, person: 6 },
  'a slow disk': { ...fair, agents: 0.1, disk: 0.5, full: 2, kills: 1 },
  everything: {
    agents: 0.15,
    calls: 0.05,
    signals: 0.05,
    kills: 2,
    server: 1,
    person: 3,
    disk: 0.2,
    full: 1,
    jumps: 1,
  },
};

/** The weather of a seed, by its name. */
export function weatherOf(seed: number): string {
  const names = Object.keys(weathers);
  return names[seed % names.length] ?? 'fair';
}

/** A plan of one to seven TODOs, some of which share a file, name none, or wait for others. */
export function planOf(chance: Chance): PlanAnswer {
  const count = 1 + chance.below(chance.is(0.15) ? 7 : 2);
  const names = ['src/a.ts', 'src/A.ts', 'src/b.ts', 'src/c.ts'];
  return {
    summary: 'the plan',
    todos: Array.from({ length: count }, (_, index) => {
      const id = `T${String(index + 1)}`;
      const files = chance.is(0.1) ? [] : chance.is(0.4) ? [chance.one(names)] : [`src/${id}.ts`];
      const after = index > 0 && chance.is(0.5) ? [`T${String(1 + chance.below(index))}`] : [];
      return { id, title: `Do ${id}`, detail: id, files, after, ...(chance.is(0.7) ? { check: `test ${id}` } : {}) };
    }),
    ...(chance.is(0.7) ? { check: 'test all' } : {}),
  };
}

export function settingsOf(chance: Chance): Settings {
  return {
    ...defaultSettings,
    'limits.parallelSessions': chance.one([1, 2, 3, 50]),
    'limits.recoveryAttempts': chance.one([0, 1, 3]),
    'limits.maxIterations': 1 + chance.below(6),
    'limits.stallMinutes': chance.one([0.2, 0.5]),
    'limits.sessionMinutes': chance.one([0.5, 2]),
    'budget.tokens': chance.is(0.1) ? 1_500 : 0,
    'budget.minutes': chance.is(0.05) ? 1 : 0,
    review: chance.is(0.2) ? 'mission' : 'each',
    planApproval: chance.is(0.1),
  };
}

/** Limits under which a mission whose agents do everything right comes to its seal. */
export function ampleSettings(settings: Settings, iteration: number): Settings {
  return {
    ...settings,
    'limits.maxIterations': Math.min(1_000, iteration + 30),
    'limits.recoveryAttempts': Math.max(1, settings['limits.recoveryAttempts']),
    'budget.tokens': 0,
    'budget.minutes': 0,
    'budget.usd': 0,
  };
}
