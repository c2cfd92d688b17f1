import type { PlanAnswer } from '../../src/core/answers/schemas';
import type { Fact, Recorded } from '../../src/core/mission/facts';
import { fold } from '../../src/core/mission/reduce';
import type { Pace } from '../../src/core/recovery/policies';
import { defaultSettings, type Settings } from '../../src/core/mission/settings';
import { emptyState, type MissionState } from '../../src/core/mission/state';
import { Driver } from '../../src/runtime/driver';
import type {
  Backend,
  Clock,
  CommandsPort,
  FilesPort,
  Signal,
  TreesPort,
  Watcher,
  WorktreesPort,
} from '../../src/runtime/ports';
import { FakeBackend, type FakeFaults, type FakePrompt, type Reply } from './fakeBackend';
import { ManualClock } from './manualClock';

export type Agent = (prompt: FakePrompt) => Reply | undefined;

/** Agents that do everything right: plan what is given, report done, run the check and pass. */
export function goodAgents(plan: PlanAnswer): (prompt: FakePrompt) => Reply {
  return ({ role, opening }) => {
    if (role === 'commander')
      return answer({ summary: 'plan it', actions: [{ type: 'plan', brief: 'as you see fit' }] });
    if (role === 'planner') return answer(plan);
    if (role === 'worker') return answer({ status: 'done', summary: 'did it', files: [] });
    return pass(opening);
  };
}

export function answer(input: unknown): Extract<Reply, { do: 'answer' }> {
  return { do: 'answer', input };
}

/** A review that runs the prompt’s check and passes. */
export function pass(text: string): Extract<Reply, { do: 'answer' }> {
  const command = /^check: (.+)$/m.exec(text)?.[1];
  const runs = command === undefined ? [] : [{ command, exit: 0 }];
  return {
    do: 'answer',
    input: { verdict: 'pass', summary: 'good', evidence: [], issues: [] },
    runs,
  };
}

export function fail(title = 'it is wrong'): Extract<Reply, { do: 'answer' }> {
  return answer({ verdict: 'fail', summary: title, evidence: [], issues: [{ title, detail: `${title}, really` }] });
}

/** Background commands that never end. */
const never = new Promise<never>(() => undefined);
const noCommands: CommandsPort = { run: () => never, watch: () => never, kill: () => Promise.resolve() };

export interface FakeMission {
  readonly clock: ManualClock;
  readonly backend: FakeBackend;
  readonly driver: Driver;
  /** What is on disk. */
  readonly records: Recorded[];
  readonly files: Map<string, string>;
  readonly log: string[];
  /** Runs to the end. Rejects when the host is killed. */
  run(): Promise<MissionState>;
  /** Ends the host as `kill -9` does: from here on it neither does nor hears anything. */
  kill(): void;
}

export class HostKilled extends Error {}

export interface FakeOptions {
  readonly plan?: PlanAnswer;
  readonly agent?: Agent;
  readonly settings?: Partial<Settings>;
  readonly latencyMs?: (prompt: FakePrompt) => number;
  readonly past?: readonly Recorded[];
  readonly backend?: FakeBackend;
  readonly clock?: ManualClock;
  readonly faults?: FakeFaults;
  readonly files?: Map<string, string>;
  readonly whenWaiting?: 'end' | 'stay';
  /** A note that the resume brings. */
  readonly note?: string;
  /** Takes over a mission that did not end, in place of resuming it. */
  readonly adopted?: boolean;
  /** Leaves what earlier processes did out of the work log, which costs time. */
  readonly shortLog?: boolean;
  /** Told of records as soon as they are on disk, with the driver’s own state at that moment. */
  readonly written?: (records: readonly Recorded[], state: MissionState) => void;
  /** Kills the host once the journal holds this record: as soon as it is flushed, or only when the next one is written. */
  readonly killAt?: { readonly seq: number; readonly when: 'flushed' | 'next' };
  /** Asked before each append: why the disk refuses it, if it does. */
  readonly refuses?: () => Error | undefined;
  readonly watcher?: Watcher;
  readonly endServer?: () => Promise<boolean>;
  readonly commands?: CommandsPort;
  readonly trees?: TreesPort;
  readonly worktrees?: WorktreesPort;
  /** How long models that failed are waited for. */
  readonly pace?: Pace;
  /** Milliseconds that an append takes. */
  readonly journalMs?: () => number;
  /** How far the host’s clock is from the backend’s, in milliseconds. */
  readonly clockOffMs?: number | (() => number);
}

/** After so long the event stream is there. */
const connectMs = 10;

export const noPlan: PlanAnswer = { summary: 'nothing', todos: [] };

/** A mission on the fake backend with a manual clock; it begins, or goes on with the records given. */
export function fakeMission(options: FakeOptions): FakeMission {
  const clock = options.clock ?? new ManualClock();
  const good = goodAgents(options.plan ?? noPlan);
  const agent = (prompt: FakePrompt): Reply => options.agent?.(prompt) ?? good(prompt);
  const backend = options.backend ?? new FakeBackend(clock, agent, options.latencyMs, options.faults);
  const records: Recorded[] = [...(options.past ?? [])];
  const files = options.files ?? new Map<string, string>();
  const log: string[] = [];
  const state = options.past ? fold(options.past) : emptyState();
  const settings = { ...defaultSettings, ...options.settings };
  const life = lifeline();
  const hostClock = offClock(clock, options.clockOffMs ?? 0);
  let messages = 0;
  const append = async (facts: readonly Fact[], at: number): Promise<void> => {
    const refusal = options.refuses?.();
    if (refusal) throw refusal;
    const fresh = facts.map((fact, index) => ({ seq: records.length + index + 1, at, fact }));
    const { seq, when } = options.killAt ?? { seq: Infinity, when: 'next' };
    const last = records.length + fresh.length;
    // Through JSON, as on disk.
    const stored = JSON.parse(JSON.stringify(fresh.filter((record) => record.seq <= seq))) as Recorded[];
    records.push(...stored);
    options.written?.(stored, state);
    if (when === 'next' ? last > seq : last >= seq) life.kill();
    const ms = options.journalMs?.() ?? 0;
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
  };
  const driver = new Driver(
    state,
    {
      backend: life.backend(backend),
      clock: life.clock(hostClock),
      files: life.calls(fakeFiles(files)),
      commands: life.calls(options.commands ?? noCommands),
      ids: { message: () => `msg_${String(clock.now())}_${String(records.length)}_${String((messages += 1))}` },
      journal: life.calls({ append }),
      watcher: options.watcher ?? {},
      ...(options.endServer ? { endServer: options.endServer } : {}),
      ...(options.trees ? { trees: life.calls(options.trees) } : {}),
      ...(options.worktrees ? { worktrees: life.calls(options.worktrees) } : {}),
      ...(options.pace ? { pace: options.pace } : {}),
      log: (sentence) => log.push(sentence),
    },
    {
      ...{ whenWaiting: options.whenWaiting ?? 'end', lastTodo: files.get('todo.md') },
      past: options.shortLog ? [] : (options.past ?? []),
    },
  );
  const begin: Fact = options.past
    ? {
        ...{ type: 'mission.resumed', settings },
        ...(options.note === undefined ? {} : { note: options.note }),
        ...(options.adopted ? { adopted: true } : {}),
      }
    : { type: 'mission.created', mission: 'm-1', text: 'Build it', directory: '/w', settings };
  return {
    ...{ clock, backend, driver, records, files, log, kill: life.kill },
    run: () => {
      driver.post(() => [begin]);
      const end = driver.run();
      clock.after(connectMs, () => {
        backend.connect();
      });
      return clock.until(Promise.race([end, life.killed]));
    },
  };
}

/** Everything a host touches, through wires that `kill` cuts. */
function lifeline() {
  let dead = false;
  let cut: (error: Error) => void = () => undefined;
  const killed = new Promise<never>((_, reject) => (cut = reject));
  killed.catch(() => undefined); // whoever runs the mission sees it
  const never = new Promise<never>(() => undefined);
  const calls = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (dead) return never;
          const result: unknown = Reflect.apply(value, target, args);
          return result instanceof Promise ? result.then((it: unknown) => (dead ? never : it)) : result;
        };
      },
    });
  return {
    killed,
    calls,
    kill: () => {
      dead = true;
      cut(new HostKilled());
    },
    clock: (clock: Clock): Clock => ({
      now: () => clock.now(),
      after: (ms, callback) =>
        clock.after(ms, () => {
          if (!dead) callback();
        }),
    }),
    backend: (backend: Backend): Backend =>
      new Proxy(calls(backend), {
        get: (target, name) =>
          name === 'onSignal'
            ? (listener: (signal: Signal) => void) => {
                backend.onSignal((signal) => {
                  if (!dead) listener(signal);
                });
              }
            : (Reflect.get(target, name) as unknown),
      }),
  };
}

function offClock(clock: Clock, ms: number | (() => number)): Clock {
  return {
    now: () => clock.now() + (typeof ms === 'number' ? ms : ms()),
    after: (wait, callback) => clock.after(wait, callback),
  };
}

function fakeFiles(files: Map<string, string>): FilesPort {
  return {
    leaves: (path) => path.startsWith('link/'),
    freshSources: () => Promise.resolve([]),
    readTodo: () => Promise.resolve(files.get('todo.md')),
    writeRendered: (name, text) => {
      files.set(name, text);
      return Promise.resolve();
    },
    replaceTodo: (text, was) => {
      const fits = files.get('todo.md') === was;
      if (fits) files.set('todo.md', text);
      return Promise.resolve(fits);
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
