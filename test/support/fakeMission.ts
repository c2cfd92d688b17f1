import type { PlanAnswer } from '../../src/core/answers/schemas';
import type { Fact, Recorded } from '../../src/core/mission/facts';
import { fold } from '../../src/core/mission/reduce';
import { defaultSettings, type Settings } from '../../src/core/mission/settings';
import { emptyState, type MissionState } from '../../src/core/mission/state';
import { Driver } from '../../src/runtime/driver';
import type { FilesPort } from '../../src/runtime/ports';
import { FakeBackend, type FakePrompt, type Reply } from './fakeBackend';
import { ManualClock } from './manualClock';

export type Agent = (prompt: FakePrompt) => Reply | undefined;

/** Agents that do everything right: plan what is given, report done, run the check and pass. */
export function goodAgents(plan: PlanAnswer): (prompt: FakePrompt) => Reply {
  return ({ role, text }) => {
    if (role === 'commander')
      return answer({ summary: 'plan it', actions: [{ type: 'plan', brief: 'as you see fit' }] });
    if (role === 'planner') return answer(plan);
    if (role === 'worker') return answer({ status: 'done', summary: 'did it', files: [] });
    return pass(text);
  };
}

export function answer(input: unknown): Reply {
  return { do: 'answer', input };
}

/** A review that runs the prompt’s check and passes. */
export function pass(text: string): Reply {
  const command = /^check: (.+)$/m.exec(text)?.[1];
  const runs = command === undefined ? [] : [{ command, exit: 0 }];
  return {
    do: 'answer',
    input: { verdict: 'pass', summary: 'good', evidence: [], issues: [] },
    runs,
  };
}

export function fail(title = 'it is wrong'): Reply {
  return answer({ verdict: 'fail', summary: title, evidence: [], issues: [{ title, detail: `${title}, really` }] });
}

export interface FakeMission {
  readonly clock: ManualClock;
  readonly backend: FakeBackend;
  readonly driver: Driver;
  readonly records: Recorded[];
  readonly files: Map<string, string>;
  readonly log: string[];
  run(): Promise<MissionState>;
}

export interface FakeOptions {
  readonly plan?: PlanAnswer;
  readonly agent?: Agent;
  readonly settings?: Partial<Settings>;
  readonly latencyMs?: (prompt: FakePrompt) => number;
  readonly past?: readonly Recorded[];
  readonly backend?: FakeBackend;
  readonly clock?: ManualClock;
  readonly whenWaiting?: 'end' | 'stay';
  readonly appended?: (records: readonly Recorded[]) => void;
}

export const noPlan: PlanAnswer = { summary: 'nothing', todos: [] };

/** A mission on the fake backend with a manual clock; it begins, or goes on with the records given. */
export function fakeMission(options: FakeOptions): FakeMission {
  const clock = options.clock ?? new ManualClock();
  const good = goodAgents(options.plan ?? noPlan);
  const agent = (prompt: FakePrompt): Reply => options.agent?.(prompt) ?? good(prompt);
  const backend = options.backend ?? new FakeBackend(clock, agent, options.latencyMs);
  const records: Recorded[] = [...(options.past ?? [])];
  const files = new Map<string, string>();
  const log: string[] = [];
  const state = options.past ? fold(options.past) : emptyState();
  const settings = { ...defaultSettings, ...options.settings };
  let messages = 0;
  const driver = new Driver(
    state,
    {
      backend,
      clock,
      files: fakeFiles(files),
      ids: { message: () => `msg_${String(clock.now())}_${String((messages += 1))}` },
      journal: {
        append: (facts: readonly Fact[], at: number) => {
          const fresh = facts.map((fact, index) => ({ seq: records.length + index + 1, at, fact }));
          // Through JSON, as on disk.
          records.push(...(JSON.parse(JSON.stringify(fresh)) as Recorded[]));
          options.appended?.(records);
          return Promise.resolve();
        },
      },
      watcher: {},
      log: (sentence) => log.push(sentence),
    },
    { whenWaiting: options.whenWaiting ?? 'end' },
  );
  return {
    ...{ clock, backend, driver, records, files, log },
    run: () => {
      const end = driver.run();
      driver.post(() => [
        options.past
          ? { type: 'mission.resumed', settings }
          : { type: 'mission.created', mission: 'm-1', text: 'Build it', directory: '/w', settings },
      ]);
      backend.connect();
      return clock.until(end);
    },
  };
}

function fakeFiles(files: Map<string, string>): FilesPort {
  return {
    leaves: (path) => path.startsWith('link/'),
    readTodo: () => Promise.resolve(files.get('todo.md')),
    writeRendered: (name, text) => {
      files.set(name, text);
      return Promise.resolve();
    },
    archiveForeign: () => Promise.resolve(),
    keepSource: (source) => {
      files.set(`docs/${source.url}`, source.notes);
      return Promise.resolve();
    },
    archiveTest: () => Promise.resolve(undefined),
  };
}

/** TODOs from `id: after` pairs, each with a file and a check of its own. */
export function todos(graph: Readonly<Record<string, readonly string[]>>): PlanAnswer {
  return {
    summary: 'the plan',
    todos: Object.entries(graph).map(([id, after]) => ({
      id,
      title: `Do ${id}`,
      detail: `Details of ${id}`,
      files: [`src/${id}.ts`],
      after: [...after],
      check: `test ${id}`,
    })),
    check: 'test all',
  };
}

export const diamond = { T1: [], T2: ['T1'], T3: ['T1'], T4: ['T2', 'T3'] };
