/** What happens in the mission of a seed: its shape, its pace, and which faults strike when. */
import { fileTodo } from '../scenarios/shapes';
import type { Fault, PlanTodo, Scenario, WorkerScript } from '../support/model/scenario';
import { modelFault, type ModelFault } from './modelFaults';
import { diceOf, type Dice } from './random';

const hostStrikes = [
  'host killed',
  'host frozen',
  'host interrupted',
  'stopped from elsewhere',
  'killed, then stopped',
];
const serverStrikes = ['server killed', 'server frozen', 'host and server killed'];
const lineStrikes = ['line cut', 'line refused', 'black hole', 'half a frame', 'characters split'];
export const strikeKinds = [...hostStrikes, ...serverStrikes, ...lineStrikes] as const;

/** A fault from outside the model. It strikes `delayMs` after the journal has its record `at`; record 0 is the host’s start. */
export interface Strike {
  readonly kind: string;
  readonly at: number;
  readonly delayMs: number;
  /** How long it lasts, or how long the dead stay dead. */
  readonly ms: number;
  /** How often it strikes, one after the other. */
  readonly times: number;
}

export interface Schedule {
  readonly seed: number;
  readonly shape: string;
  /** `own`: the host starts its server; `attached`: it is given one behind a line that can be disturbed. */
  readonly hosted: 'own' | 'attached';
  readonly todos: readonly PlanTodo[];
  readonly scenario: Scenario;
  /** `KEY=VALUE` for `--set`. */
  readonly settings: readonly string[];
  readonly strikes: readonly Strike[];
  /** Names of the model’s faults, with where they strike. */
  readonly modelFaults: readonly string[];
  /** False where a TODO must never be proven. */
  readonly seals: boolean;
  /** How long it may take before it counts as one that never ends, in milliseconds, where that is not the usual. */
  readonly patienceMs?: number;
}

/** The schedule of a seed: always the same one. */
export function scheduleOf(seed: number): Schedule {
  const dice = diceOf(seed);
  const crowd = dice.chance(0.06);
  const hosted = !crowd && dice.chance(0.4) ? 'attached' : 'own';
  const { shape, todos } = crowd ? { shape: 'wide', todos: graph(20, () => []) } : shapeOf(dice);
  const strikes = crowd
    ? [{ kind: 'server killed', at: 50, delayMs: 0, ms: 0, times: 3 }]
    : strikesOf(dice, hosted, todos.length);
  const most = crowd ? 0 : 4 - strikes.length;
  const faults = dice
    .some(
      todos.map(({ id }) => id),
      dice.int(strikes.length === 0 ? 1 : 0, Math.min(2, most)),
    )
    .map((todo) => modelFault(dice, todo));
  const parallel = !crowd && dice.chance(0.3) ? dice.int(2, 5) : 50;
  return {
    ...{ seed, shape, hosted, todos, strikes },
    scenario: scenarioFor(dice, todos, faults, { crowd, hosted }),
    settings: [
      `limits.parallelSessions=${String(parallel)}`,
      // By the seed itself, so that the dice fall for the others as they always did.
      ...(seed % 4 === 0 ? ['isolation=worktree'] : []),
      ...faults.flatMap(({ settings }) => settings ?? []),
    ],
    modelFaults: faults.map(({ name }) => name),
    seals: faults.every(({ seals }) => seals !== false),
  };
}

/** The schedule in a few words. */
export function describeSchedule({ shape, todos, hosted, strikes, modelFaults, settings }: Schedule): string {
  const struck = strikes.map(
    ({ kind, at, times }) => `${kind}${times > 1 ? ` ${String(times)} times` : ''} @${String(at)}`,
  );
  const narrow = settings.find((pair) => pair.startsWith('limits.parallelSessions=') && !pair.endsWith('=50'));
  const lanes = narrow === undefined ? '' : `, ${narrow.split('=')[1] ?? ''} at once`;
  const apart = settings.includes('isolation=worktree') ? ', each apart' : '';
  return `${shape} of ${String(todos.length)}${lanes}${apart}, ${hosted} server: ${[...struck, ...modelFaults].join(' + ')}`;
}

function shapeOf(dice: Dice): { shape: string; todos: PlanTodo[] } {
  const shape = dice.pick(['wide', 'line', 'diamond', 'graph', 'graph']);
  const count = shape === 'line' ? dice.int(4, 6) : dice.int(4, 12);
  const after: Record<string, (index: number) => number[]> = {
    wide: () => [],
    line: (index) => (index === 0 ? [] : [index - 1]),
    diamond: (index) =>
      index === 0 ? [] : index < count - 1 ? [0] : Array.from({ length: count - 2 }, (_, at) => at + 1),
    graph: (index) =>
      dice.some(
        Array.from({ length: index }, (_, at) => at),
        dice.int(0, Math.min(2, index)),
      ),
  };
  return { shape, todos: graph(count, after[shape] ?? (() => [])) };
}

/** TODOs by the indices of those that come before; their titles hold characters of one to four bytes. */
function graph(count: number, after: (index: number) => number[]): PlanTodo[] {
  const id = (index: number): string => `T${String(index + 1)}`;
  return Array.from({ length: count }, (_, index) => {
    const todo = fileTodo(id(index), after(index).map(id));
    return { ...todo, title: `${todo.title} · Größe, 語, 🦊` };
  });
}

function strikesOf(dice: Dice, hosted: Schedule['hosted'], todos: number): Strike[] {
  const kinds = hosted === 'attached' ? [...lineStrikes, ...lineStrikes, ...hostStrikes] : hostStrikes;
  const last = 10 + todos * 8;
  const count = dice.pick([0, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, (): Strike => {
    const kind = dice.chance(0.3) ? dice.pick(serverStrikes) : dice.pick(kinds);
    const atStart = dice.chance(0.06) && ['host killed', 'host interrupted'].includes(kind);
    return {
      kind,
      at: atStart ? 0 : dice.int(1, last),
      delayMs: atStart ? dice.int(100, 4_000) : dice.pick([0, 0, 0, dice.int(1, 400)]),
      ms: dice.pick([0, dice.int(200, 1_500), dice.int(1_000, 5_000)]),
      times: kind === 'server killed' && dice.chance(0.4) ? dice.int(2, 3) : 1,
    };
  }).sort((a, b) => a.at - b.at);
}

function scenarioFor(
  dice: Dice,
  todos: readonly PlanTodo[],
  faults: readonly ModelFault[],
  { crowd, hosted }: { crowd: boolean; hosted: Schedule['hosted'] },
): Scenario {
  const workers = todos.map(({ id, title, files }): [string, WorkerScript] => {
    const write = { write: { file: files[0] ?? '', content: `${id}: ${title}\n` } };
    const shell = dice.chance(0.3) ? [{ bash: `sleep 0.${String(dice.int(1, 9))}` }] : [];
    // A shell that outlives its TODO: nobody may be left over on a server of ours.
    const stray = hosted === 'own' && dice.chance(0.06) ? [{ bash: '(sleep 300 >/dev/null 2>&1 &); true' }] : [];
    const script: WorkerScript = {
      latencyMs: crowd ? 2_000 : dice.int(30, 500),
      steps: [...stray, ...shell, write],
    };
    const liar = faults.some(({ liesAbout }) => liesAbout === id);
    return [id, liar ? { ...script, attempts: { 1: { steps: [] } } } : script];
  });
  return {
    latencyMs: dice.int(20, 250),
    plan: {
      summary: `${String(todos.length)} TODOs`,
      todos: [...todos],
      check: `ls ${todos.flatMap((todo) => todo.files).join(' ')}`,
    },
    todos: Object.fromEntries(workers),
    reviews: Object.fromEntries(faults.flatMap(({ review }) => (review ? [review] : []))),
    faults: faults.flatMap(({ faults: some }): Fault[] => [...(some ?? [])]),
  };
}
