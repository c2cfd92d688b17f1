import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { factSchema, type Recorded } from '../../../src/core/mission/facts';
import { narrate } from '../../../src/core/mission/narrate';
import { plan, type Effect } from '../../../src/core/mission/plan';
import { fold } from '../../../src/core/mission/reduce';
import {
  counts,
  missing,
  openTodoIssues,
  phase,
  ranMs,
  shownState,
  status,
  waitReason,
} from '../../../src/core/mission/select';
import { defaultSettings } from '../../../src/core/mission/settings';
import type { MissionState } from '../../../src/core/mission/state';
import { checkFiles, checkIndices } from './fixtures/invariants';

/** What a fixture may say of the state after its facts; an object names only the fields it means. */
const expectedSchema = z.strictObject({
  phase: z.string().optional(),
  reason: z.string().optional(),
  iteration: z.number().optional(),
  todos: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** TODOs as they are shown. */
  shown: z.record(z.string(), z.string()).optional(),
  waitReasons: z.record(z.string(), z.string()).optional(),
  issues: z.record(z.string(), z.enum(['open', 'closed'])).optional(),
  openTodoIssues: z.number().optional(),
  ready: z.array(z.string()).optional(),
  due: z.array(z.string()).optional(),
  turns: z.array(z.string()).optional(),
  running: z.number().optional(),
  peak: z.number().optional(),
  tokens: z.number().optional(),
  asks: z.array(z.string()).optional(),
  kept: z.array(z.string()).optional(),
  counts: z.record(z.string(), z.number()).optional(),
  missing: z.array(z.string()).optional(),
  news: z.record(z.string(), z.unknown()).optional(),
  told: z.record(z.string(), z.unknown()).optional(),
  review: z.record(z.string(), z.unknown()).optional(),
  commander: z.record(z.string(), z.unknown()).optional(),
  planner: z.record(z.string(), z.unknown()).optional(),
  stop: z.record(z.string(), z.unknown()).nullable().optional(),
  end: z.record(z.string(), z.unknown()).nullable().optional(),
  paused: z.record(z.string(), z.unknown()).nullable().optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  warned: z.record(z.string(), z.number()).optional(),
  startTree: z.string().optional(),
  sessions: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  askDetails: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  commands: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** How long it has run at the last fact, and a minute later; in milliseconds. */
  ranMs: z.number().optional(),
  ranMsAMinuteLater: z.number().optional(),
  /** Ids of all TODOs, in their order. */
  order: z.array(z.string()).optional(),
  fileOwner: z.record(z.string(), z.string()).optional(),
  dependents: z.record(z.string(), z.array(z.string())).optional(),
  /** The last fact as people read it. */
  narrated: z.string().optional(),
  /** What the planner wants then, a line each. */
  plan: z.array(z.string()).optional(),
});
type Expected = z.infer<typeof expectedSchema>;

const looseFact = z.looseObject({ type: z.string() });
const fixturesSchema = z.array(
  z.strictObject({
    name: z.string(),
    /** A prologue; none begins with nothing. */
    initial: z.string().optional(),
    facts: z.array(looseFact),
    expected: expectedSchema,
  }),
);
type Fixture = z.infer<typeof fixturesSchema>[number];
const prologuesSchema = z.record(
  z.string(),
  z.strictObject({ from: z.string().optional(), facts: z.array(looseFact) }),
);

const folder = new URL('fixtures/', import.meta.url);
const readJson = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const prologues = prologuesSchema.parse(readJson('prologues.json'));

function prologue(name: string | undefined): z.infer<typeof looseFact>[] {
  if (name === undefined) return [];
  const found = prologues[name];
  assert.ok(found, `there is no prologue ${name}`);
  return [...prologue(found.from), ...found.facts];
}

/** Facts as records a second apart, or at their own `at`; settings say only what differs from the defaults. */
function recordsOf(facts: readonly z.infer<typeof looseFact>[]): Recorded[] {
  return facts.map((fact, index) => ({
    seq: index + 1,
    at: typeof fact['at'] === 'number' ? fact['at'] : (index + 1) * 1_000,
    fact: factSchema.parse(
      'settings' in fact ? { ...fact, settings: { ...defaultSettings, ...(fact['settings'] as object) } } : fact,
    ),
  }));
}

function seen(s: MissionState, last: Recorded | undefined): Expected {
  const todos = [...s.todos.values()];
  const shown = status(s);
  return {
    phase: phase(s),
    reason: shown.reason,
    iteration: s.iteration,
    todos: Object.fromEntries(todos.map((todo) => [todo.id, { ...todo }])),
    shown: Object.fromEntries(todos.map((todo) => [todo.id, shownState(s, todo)])),
    waitReasons: Object.fromEntries(todos.map((todo) => [todo.id, waitReason(s, todo) ?? ''])),
    issues: Object.fromEntries([...s.issues.values()].map((issue) => [issue.id, issue.state])),
    openTodoIssues: openTodoIssues(s),
    ready: [...s.ready],
    due: [...s.due],
    turns: [...s.turns.keys()],
    running: shown.sessions.running,
    peak: s.peak,
    tokens: s.tokens,
    asks: [...s.asks.keys()],
    kept: s.kept,
    counts: { ...counts(s) },
    missing: missing(s),
    news: { ...s.news },
    told: { ...s.told },
    review: { ...s.missionReview },
    commander: { ...s.commander },
    planner: { ...s.planner },
    stop: s.stop,
    end: s.end,
    paused: s.paused,
    settings: { ...s.settings },
    warned: Object.fromEntries(s.warned),
    startTree: s.startTree,
    sessions: Object.fromEntries([...s.sessions].map(([id, session]) => [id, { ...session }])),
    askDetails: Object.fromEntries([...s.asks].map(([id, ask]) => [id, { ...ask }])),
    commands: Object.fromEntries([...s.commands].map(([id, command]) => [id, { ...command }])),
    ranMs: ranMs(s, s.lastAt),
    ranMsAMinuteLater: ranMs(s, s.lastAt + 60_000),
    order: [...s.todos.keys()],
    fileOwner: Object.fromEntries(s.fileOwner),
    dependents: Object.fromEntries(s.dependents),
    narrated: last && narrate(s, last),
    plan: plan(s, s.lastAt).map(lineOf),
  };
}

function lineOf(effect: Effect): string {
  if (effect.type === 'abort') return `abort ${effect.turn}`;
  if (effect.type === 'land') return `land ${effect.todo}`;
  if (effect.type === 'end') return `end ${effect.state}`;
  if (effect.type === 'run' || effect.type === 'kill') return `${effect.type} ${effect.command}`;
  const { role, todo, attempt, kind, session, iteration } = effect;
  const parts = [role, todo, String(attempt), kind, session && `in ${session}`, iteration && `#${String(iteration)}`];
  return parts.filter(Boolean).join(' ');
}

/** What `expected` names, taken from `actual`: objects by their fields, everything else whole; null is what is not there. */
function part(actual: unknown, expected: unknown): unknown {
  if (expected === null) return actual ?? null;
  if (!isObject(actual) || !isObject(expected)) return actual;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, part(actual[key], expected[key])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('a mission by its facts', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'prologues.json');
  const fixtures = new Map(files.sort().map((file) => [file, fixturesSchema.parse(readJson(file))]));
  const factsOf = (fixture: Fixture) => recordsOf([...prologue(fixture.initial), ...fixture.facts]);

  for (const [file, list] of fixtures) {
    describe(file.replace('.json', ''), () => {
      for (const fixture of list) {
        it(fixture.name, () => {
          const records = factsOf(fixture);
          const state = fold(records);
          const { issues, ...expected } = fixture.expected;
          const actual = seen(state, records.at(-1));
          assert.ok(Object.keys(fixture.expected).length > 0);
          assert.deepEqual(part(actual, expected), expected);
          if (issues) assert.deepEqual(actual.issues, issues);
          checkIndices(state);
          checkFiles(state);
        });
      }
    });
  }

  it('is told by fixtures of every type of fact', () => {
    const told = new Set(
      [...fixtures.values()].flat().flatMap((fixture) => factsOf(fixture).map(({ fact }) => fact.type)),
    );
    assert.deepEqual([...told].sort(), factSchema.options.map((option) => option.shape.type.value).sort());
  });
});
