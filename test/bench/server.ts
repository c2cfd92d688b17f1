import { readFileSync } from 'node:fs';
import { wide } from '../scenarios/shapes';
import { onStage } from '../support/e2e';
import { onWarmBare, type Bare } from './bare';
import { median, type Row } from './table';

const sessions = 50;
const latencyMs = 1_000;
const rounds = 3;
const patienceMs = 900_000;
const ticksPerSecond = 100;

const quiet = { snapshot: false };
const quieter = { ...quiet, lsp: false, formatter: false };
const ours = { ...quieter, autoupdate: false, share: 'disabled' };
const variants = [
  { what: 'OpenCode’s defaults', config: {}, worktrees: false },
  { what: '`snapshot: false`', config: quiet, worktrees: false },
  { what: 'and `lsp: false`, `formatter: false`', config: quieter, worktrees: false },
  { what: 'and no sharing, no update check (ours)', config: ours, worktrees: false },
  { what: 'ours, each session in a git worktree of its own', config: ours, worktrees: true },
];

interface Batch {
  readonly wallMs: number;
  readonly peak: number;
  readonly cpuS: number;
  /** What making the worktrees took. */
  readonly treesMs: number;
}

/** What OpenCode’s settings cost: fifty sessions at once, two calls of 1 s each, and the processor time of the server. */
export async function benchServer(): Promise<Row[]> {
  const all = variants.map(() => [] as Batch[]);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { config, worktrees }] of variants.entries()) all[index]?.push(await batch(config, worktrees));
  const of = (batches: readonly Batch[], pick: (one: Batch) => number) => median(batches.map(pick));
  const base = of(all[0] ?? [], ({ wallMs }) => wallMs);
  return variants.map(({ what, worktrees }, index) => {
    const batches = all[index] ?? [];
    const wall = of(batches, ({ wallMs }) => wallMs);
    const trees = worktrees ? `, worktrees made in ${seconds(of(batches, ({ treesMs }) => treesMs))}` : '';
    const peak = of(batches, (one) => one.peak);
    return {
      what: `${String(sessions)} sessions at once: ${what}`,
      ours: `${seconds(wall)}, ${String(peak)} calls at once, server ${of(batches, ({ cpuS }) => cpuS).toFixed(1)} s of a core${trees}`,
      baseline: `${seconds(base)} with the defaults`,
      ratio: (wall / base).toFixed(2),
    };
  });
}

async function batch(config: Record<string, unknown>, worktrees: boolean): Promise<Batch> {
  return await onStage(wide(sessions, { latencyMs }), async (stage) => {
    const { place, model } = stage;
    // A worktree has what is committed.
    place.git('add', '-A');
    place.git('commit', '-q', '-m', 'Configure');
    const act = async (bare: Bare): Promise<Batch> => {
      const ids = Array.from({ length: sessions }, (_, index) => `T${String(index + 1)}`);
      const beforeTrees = performance.now();
      const trees: (string | undefined)[] = [];
      for (const id of ids) trees.push(worktrees ? await bare.worktree(`tree-${id}`) : undefined);
      const treesMs = performance.now() - beforeTrees;
      const cpu = cpuSeconds(bare.pid);
      const from = performance.now();
      await Promise.all(ids.map((id, index) => bare.prompt('worker', id, trees[index])));
      await model.waitFor((all) => all.callsOf({ outcome: 'answer' }).length >= sessions, patienceMs);
      const wallMs = performance.now() - from;
      return { wallMs, peak: model.peakOf({ role: 'worker' }), cpuS: cpuSeconds(bare.pid) - cpu, treesMs };
    };
    return await onWarmBare(stage, act, config);
  });
}

/** Seconds of processor time that a process has used; on Linux only. */
function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
