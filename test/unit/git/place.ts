import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTrees, type TreeOptions, type TreeStore } from '../../../src/git/treeStore';

export interface Place {
  readonly store: string;
  readonly workspace: string;
  readonly trees: TreeStore;
  readonly git: (...args: string[]) => string;
  readonly write: (file: string, content: string | Buffer) => void;
  readonly open: () => Promise<TreeStore>;
}

export interface PlaceOptions extends Partial<TreeOptions> {
  readonly git?: boolean;
  readonly under?: string;
}

/** Runs a test in a workspace of its own, in a repository with a first commit unless told. */
export async function inPlace(act: (place: Place) => Promise<void>, options: PlaceOptions = {}): Promise<void> {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-trees-')));
  const root = path.join(base, 'repo');
  const workspace = path.join(root, options.under ?? '');
  mkdirSync(workspace, { recursive: true });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const write = (file: string, content: string | Buffer) => {
    const full = path.join(workspace, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
  };
  try {
    write('src/a.ts', 'one\ntwo\nthree\n');
    write('README.md', '# It\n');
    if (options.git !== false) {
      git('init', '-q', '-b', 'main');
      git('config', 'user.name', 'A Person');
      git('config', 'user.email', 'person@example.invalid');
      git('add', '-A');
      git('commit', '-q', '-m', 'Begin');
    }
    const store = path.join(base, 'trees.git');
    const open = () => openTrees({ workspace, store, ...options });
    await act({ workspace, store, trees: await open(), git, write, open });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
