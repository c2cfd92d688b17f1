import { readFileSync, writeFileSync } from 'node:fs';
import { wide } from '../scenarios/shapes';
import { onStage } from '../support/e2e';
import { onWarmBare, type Bare } from './bare';
import { mebibytes, median, type Row } from './table';

const sessions = 50;
const latencyMs = 1_000;
const rounds = 3;
const patienceMs = 900_000;
const ticksPerSecond = 100;

const quiet = { snapshot: false };
const quieter = { ...quiet, lsp: false, formatter: false };
const ours = { ...quieter, autoupdate: false, share: 'disabled' };

interface Variant {
  readonly what: string;
  readonly config: Record<string, unknown>;
  readonly worktrees?: boolean;
  /** Without OpenCode’s catalogue of models: what is configured is all there is. */
  readonly noCatalogue?: boolean;
}

const variants: readonly Variant[] = [
  { what: 'OpenCode’s defaults', config: {} },
  { what: '`snapshot: false`', config: quiet },
  { what: 'and `lsp: false`, `formatter: false`', config: quieter },
  { what: 'and no sharing, no update check (ours)', config: ours },
  { what: 'ours, each session in a git worktree of its own', config: ours, worktrees: true },
  { what: 'the same, with an empty catalogue of models', config: ours, worktrees: true, noCatalogue: true },
];

interface Batch {
  readonly wallMs: number;
  readonly peak: number;
  readonly cpuS: number;
  /** What its memory has grown by, in bytes. */
  readonly grown: number;
  /** What making the worktrees took. */
  readonly treesMs: number;
}

/** What OpenCode’s settings cost: fifty sessions at once, two calls of 1 s each, and the processor time of the server. */
export async function benchServer(): Promise<Row[]> {
  const all = variants.map(() => [] as Batch[]);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, variant] of variants.entries()) all[index]?.push(await batch(variant));
  const of = (batches: readonly Batch[], pick: (one: Batch) => number) => median(batches.map(pick));
  const base = of(all[0] ?? [], ({ wallMs }) => wallMs);
  return variants.map(({ what, worktrees }, index) => {
    const batches = all[index] ?? [];
    const wall = of(batches, ({ wallMs }) => wallMs);
    const trees = worktrees ? `, worktrees made in ${seconds(of(batches, ({ treesMs }) => treesMs))}` : '';
    const peak = of(batches, (one) => one.peak);
    return {
      what: `${String(sessions)} sessions at once: ${what}`,
      ours: `${seconds(wall)}, ${String(peak)} calls at once, server ${of(batches, ({ cpuS }) => cpuS).toFixed(1)} s of a core and ${mebibytes(of(batches, ({ grown }) => grown))} more${trees}`,
      baseline: `${seconds(base)} with the defaults`,
      ratio: (wall / base).toFixed(2),
    };
  });
}

async function batch({ config, worktrees, noCatalogue }: Variant): Promise<Batch> {
  return await onStage(wide(sessions, { latencyMs }), async (stage) => {
    const { place, model } = stage;
    const catalogue = `${place.base}/models.json`;
    writeFileSync(catalogue, '{}');
    if (noCatalogue) place.env['OPENCODE_MODELS_PATH'] = catalogue;
    // A worktree has what is committed.
    place.git('add', '-A');
    place.git('commit', '-q', '-m', 'Configure');
    const act = async (bare: Bare): Promise<Batch> => {
      const ids = Array.from({ length: sessions }, (_, index) => `T${String(index + 1)}`);
      const beforeTrees = performance.now();
      const trees: (string | undefined)[] = [];
      for (const id of ids) trees.push(worktrees ? await bare.worktree(`tree-${id}`) : undefined);
      const treesMs = performance.now() - beforeTrees;
      const [cpu, memory] = [cpuSeconds(bare.pid), residentBytes(bare.pid)];
      const from = performance.now();
      await Promise.all(ids.map((id, index) => bare.prompt('worker', id, trees[index])));
      await model.waitFor((all) => all.callsOf({ outcome: 'answer' }).length >= sessions, patienceMs);
      const wallMs = performance.now() - from;
      const grown = residentBytes(bare.pid) - memory;
      return { wallMs, peak: model.peakOf({ role: 'worker' }), cpuS: cpuSeconds(bare.pid) - cpu, grown, treesMs };
    };
    return await onWarmBare(stage, act, { config });
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

/** The memory that a process holds; on Linux only. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
