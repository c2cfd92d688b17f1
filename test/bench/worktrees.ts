import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missionTrees } from '../../src/host/trees';
import { missionWorktrees } from '../../src/host/worktrees';
import { mebibytes, median, type Row } from './table';

const trees = 50;
const files = 20_000;
const perFolder = 50;
const wanted = new AbortController().signal;

/**
 * Fifty worktrees of a repository of 20,000 files: made and prepared, landed one by one with a file each, and removed; beside what
 * a turn in the shared folder pays, which is to look at it, and beside git’s own worktrees, one after the other.
 */
export async function benchWorktrees(): Promise<Row[]> {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-bench-')));
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = path.join(base, 'state');
  try {
    return await measured(base);
  } finally {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
    rmSync(base, { recursive: true, force: true });
  }
}

async function measured(base: string): Promise<Row[]> {
  const workspace = path.join(base, 'repo');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace, encoding: 'utf8', stdio: 'pipe' });
  writeRepository(workspace);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=A', '-c', 'user.email=a@b.invalid', 'commit', '-q', '-m', 'Begin');
  const ids = Array.from({ length: trees }, (_, at) => `T${String(at + 1)}`);

  const theirs = await timed(() => {
    for (const id of ids) git('worktree', 'add', '-q', '--detach', path.join(base, 'git', id));
  });
  const theirDisk = sizeOf(path.join(base, 'git'));
  for (const id of ids) git('worktree', 'remove', '--force', path.join(base, 'git', id));

  const store = path.join(base, 'store');
  const folder = missionTrees(workspace, store);
  const first = await timed(() => folder.take());
  const again: number[] = [];
  for (let at = 0; at < 9; at += 1) again.push(await timed(() => folder.take()));
  const port = missionWorktrees({
    ...{ workspace, store, mission: 'm-1', trees: folder, env: process.env },
    command: () => '',
    check: () => Promise.resolve(),
  });
  const placed = new Map<string, string>();
  const made = await timed(() =>
    Promise.all(ids.map(async (id) => placed.set(id, (await port.place(id, undefined, wanted)).base))),
  );
  const disk = sizeOf(path.join(base, 'state')) + sizeOf(store);
  const landings: number[] = [];
  for (const [at, id] of ids.entries()) {
    appendFileSync(path.join(port.directory(id), nameOf(at * perFolder)), `by ${id}\n`);
    landings.push(
      await timed(async () => {
        const merged = await port.merge(id, placed.get(id) ?? '', []);
        await port.write(merged.folder, merged.tree);
      }),
    );
  }
  const removed = await timed(() => Promise.all(ids.map((id) => port.remove(id))));
  const what = `${String(trees)} worktrees of ${files.toLocaleString('en')} files`;
  const shared = median(again);
  return [
    {
      what: `${what}, made and prepared`,
      ours: seconds(made),
      baseline: `${seconds(theirs)} by \`git worktree add\`, one after the other`,
      ratio: (made / theirs).toFixed(2),
    },
    {
      what: 'a worktree, beside a turn in the shared folder (its tree before)',
      ours: `${(made / trees).toFixed(0)} ms`,
      baseline: `${shared.toFixed(0)} ms (the first ${seconds(first)})`,
      ratio: (made / trees / shared).toFixed(1),
    },
    {
      what: `${what}, on disk`,
      ours: mebibytes(disk),
      baseline: `${mebibytes(theirDisk)} by git`,
      ratio: (disk / theirDisk).toFixed(2),
    },
    {
      what: 'a landing of one file',
      ours: `${median(landings).toFixed(0)} ms`,
      baseline: `${shared.toFixed(0)} ms to look at the folder`,
      ratio: (median(landings) / shared).toFixed(1),
    },
    { what: `${what}, kept as trees and removed`, ours: seconds(removed), baseline: '', ratio: '' },
  ];
}

function writeRepository(workspace: string): void {
  for (let at = 0; at < files; at += 1) {
    const full = path.join(workspace, nameOf(at));
    if (at % perFolder === 0) mkdirSync(path.dirname(full), { recursive: true });
    const lines = 10 + (at % 40);
    writeFileSync(
      full,
      Array.from({ length: lines }, (_, line) => `line ${String(line)} of file ${String(at)}\n`).join(''),
    );
  }
}

function nameOf(at: number): string {
  const folder = Math.floor(at / perFolder);
  return path.join('src', `part-${String(folder % 20)}`, `folder-${String(folder)}`, `file-${String(at)}.txt`);
}

/** Bytes that a folder takes up on disk. */
function sizeOf(folder: string): number {
  return Number(execFileSync('du', ['-s', '--block-size=1', folder], { encoding: 'utf8' }).split('\t')[0]);
}

async function timed(act: () => unknown): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
