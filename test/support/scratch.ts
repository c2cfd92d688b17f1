import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { opencodeConfig } from './model/config';
import { startModel, type Model } from './model/model';
import type { Scenario } from './model/scenario';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = path.join(root, 'dist', 'cli.mjs');
export const bridge = path.join(root, 'dist', 'bridge.mjs');
/** The real OpenCode, a development dependency. */
export const opencode = path.join(root, 'node_modules', '.bin', 'opencode');

/** A folder of its own for a test: a git repository, and places for OpenCode’s and our data that are nobody’s real ones. */
export interface Scratch {
  readonly base: string;
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  write(file: string, text: string): void;
  read(file: string): string;
  git(...args: string[]): string;
  remove(): void;
}

export interface ScratchOptions {
  /** A folder to begin with. */
  readonly from?: string;
  /** The workspace’s path in the scratch folder. */
  readonly workspace?: string;
  /** Where the repository’s root is; the workspace itself unless told. `none`: no git at all. */
  readonly root?: string;
}

/** Makes a scratch repository with a first commit, from a folder or empty. */
export function scratch(options: ScratchOptions = {}): Scratch {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
  const workspace = path.join(base, options.workspace ?? 'repo');
  mkdirSync(workspace, { recursive: true });
  if (options.from !== undefined) cpSync(options.from, workspace, { recursive: true });
  const root = path.join(base, options.root ?? options.workspace ?? 'repo');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const write = (file: string, text: string) => {
    const full = path.join(workspace, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  if (options.root === 'none') return made();
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'A Person');
  git('config', 'user.email', 'person@example.invalid');
  if (options.from === undefined) write('README.md', '# A repository\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
  return made();

  function made(): Scratch {
    return {
      base,
      workspace,
      env: environment(base),
      write,
      git,
      read: (file) => readFileSync(path.join(workspace, file), 'utf8'),
      remove: () => {
        rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      },
    };
  }
}

/** The machine’s environment with every place of OpenCode’s and ours inside the scratch folder, and nothing fetched. */
function environment(base: string): NodeJS.ProcessEnv {
  const places = Object.fromEntries(
    ['DATA', 'CONFIG', 'CACHE', 'STATE'].map((name) => [`XDG_${name}_HOME`, path.join(base, name.toLowerCase())]),
  );
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OPENCODE|NO_COLOR|FORCE_COLOR)/.test(name)),
  );
  return {
    ...clean,
    ...places,
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  };
}

/** Starts the scripted model and names it in the repository’s `opencode.json`. */
export async function scriptedModel(
  place: Scratch,
  scenario: Scenario,
  extra: Record<string, unknown> = {},
): Promise<Model> {
  const model = await startModel(scenario, { directory: place.workspace });
  place.write('opencode.json', JSON.stringify(opencodeConfig(model, extra), undefined, 2));
  return model;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output as JSON. */
  readonly lines: Record<string, unknown>[];
  /** The last of them. */
  readonly result: Record<string, unknown> & { todos: { total: number; done: number; verified: number } };
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** What it wrote to standard error so far. */
  readonly said: () => string;
}

/** Starts the command line in a scratch repository. */
export function start(place: Scratch, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [cli, ...args, '-C', place.workspace], {
    cwd: place.base,
    env: { ...place.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const done = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const stdout = Buffer.concat(out).toString();
      const lines = args.includes('--json') ? jsonLines(stdout) : [];
      resolve({ code, stdout, stderr: Buffer.concat(err).toString(), lines, result: lines.at(-1) as Ran['result'] });
    });
  });
  return { child, done, said: () => Buffer.concat(err).toString() };
}

/** Runs the command line with the real OpenCode to its end. */
export function run(place: Scratch, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return start(place, args, env).done;
}

/** Runs a mission with `--json` on the real OpenCode. */
export function mission(place: Scratch, text: string, ...args: string[]): Promise<Ran> {
  return run(place, ['task', text, '--json', '--opencode', opencode, ...args]);
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
