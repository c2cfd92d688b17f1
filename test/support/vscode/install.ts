/**
 * Brings a real VS Code for tests and the demo: Node, VS Code’s server with its web workbench (as the package `code-server`
 * carries it) and Chromium. Once, into a cache folder outside the checkout; nothing is done when all is there.
 * `tsx test/support/vscode/install.ts` does it by itself and ends with 1 and one line when something is missing.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const nodeVersion = '24.21.0';
const codeServerVersion = '4.139.1';
const windows = process.platform === 'win32';
const pollMs = 500;

/** The programs that a real VS Code is run and driven with. */
export interface Tools {
  /** Node 24, which the server, vsce and @vscode/test-electron want. */
  readonly node: string;
  /** VS Code’s own server, to be run by `node`. */
  readonly serverMain: string;
  /** Chromium or Chrome. */
  readonly chromium: string;
}

/** Says in one sentence which tool is missing and what brings it. */
export class ToolsError extends Error {
  override readonly name = 'ToolsError';
}

/** The tools, installed if they were not; `say` gets one line a step. Throws a ToolsError. */
export async function installTools(say: (line: string) => void = console.log): Promise<Tools> {
  await installChromium(say);
  await installNode(say);
  if (!existsSync(serverFolder())) {
    if (windows)
      throw new ToolsError('VS Code’s server cannot be installed on Windows; use npm run test:electron there.');
    if (process.platform === 'linux') await installHeaders(say);
    await whole(serverFolder(), say, (part) => installServer(part, say));
  }
  return findTools();
}

/** The tools that are there. Throws a ToolsError that names the first that is not. */
export function findTools(): Tools {
  const chromium = findChromium();
  if (chromium === undefined) throw new ToolsError('Chromium is missing: install it, or name it in CHROMIUM_PATH.');
  if (!existsSync(nodeFolder()) || !existsSync(serverFolder())) {
    throw new ToolsError('VS Code’s server is not installed: run npx tsx test/support/vscode/install.ts.');
  }
  return { node: nodeIn(nodeFolder()), serverMain: serverMainIn(serverFolder()), chromium };
}

/** Node 24, installed if it was not. */
export async function installNode(say: (line: string) => void = console.log): Promise<string> {
  const folder = nodeFolder();
  if (!existsSync(folder)) {
    await whole(folder, say, (part) =>
      step(`Node ${nodeVersion} installed`, say, async () => {
        await npm(part, `node@${nodeVersion}`, ['node'], process.env);
        mustExist(nodeIn(part));
        headersIn(part);
      }),
    );
  }
  return nodeIn(folder);
}

/** Where all checkouts of this machine keep the tools. */
function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const fallback = windows ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  const base = env['ORCHESTRATOR_CACHE'] ?? fallback ?? path.join(homedir(), '.cache');
  return path.join(base, 'opencode-orchestrator-dev');
}

function nodeFolder(): string {
  return path.join(cacheFolder(), `node-${nodeVersion}`);
}

function serverFolder(): string {
  return path.join(cacheFolder(), `vscode-${codeServerVersion}`);
}

function nodeIn(folder: string): string {
  return path.join(folder, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
}

function serverMainIn(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/bin', '/snap/bin'];
  const applications = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome'];
  return [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...applications.map((name) => path.join('/Applications', name)),
  ].find((file) => existsSync(file));
}

async function installChromium(say: (line: string) => void): Promise<void> {
  if (findChromium() !== undefined) return;
  if (process.env['CHROMIUM_PATH']) throw new ToolsError('CHROMIUM_PATH names a file that is not there.');
  await installDebian('chromium', say);
}

/** Installs a Debian package, or says that a person has to. */
async function installDebian(name: string, say: (line: string) => void): Promise<void> {
  const debian = spawnSync('apt-get', ['--version']).status === 0;
  if (!debian || process.getuid?.() !== 0) {
    throw new ToolsError(`${name} is missing: install it${debian ? ` (apt-get install ${name})` : ''} and try again.`);
  }
  await step(`${name} installed from Debian`, say, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env }).catch(() => undefined);
    const failed = (error: unknown) => {
      throw new ToolsError(`${name} is missing and apt-get could not install it: ${lastLine(error)}`);
    };
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env }).catch(failed);
  });
}

/** Installs VS Code’s server; its native modules are built for and with the Node that runs it. */
async function installServer(part: string, say: (line: string) => void): Promise<void> {
  const bin = path.dirname(nodeIn(nodeFolder()));
  const env = {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: headersIn(nodeFolder()),
    JOBS: 'max',
  };
  say('vscode: installing VS Code’s server, once for this machine; its native modules take some minutes to build');
  await step(`VS Code’s server (code-server ${codeServerVersion}) installed`, say, async () => {
    await npm(part, `code-server@${codeServerVersion}`, ['code-server', 'argon2'], env);
    mustExist(serverMainIn(part));
  });
}

function mustExist(file: string): void {
  if (!existsSync(file)) throw new ToolsError(`the install left no ${path.basename(file)}.`);
}

async function installHeaders(say: (line: string) => void): Promise<void> {
  const places = ['/usr/include', '/usr/local/include'];
  if (places.some((place) => existsSync(path.join(place, 'gssapi', 'gssapi.h')))) return;
  await installDebian('libkrb5-dev', say);
}

/** The folder whose `include/node` native modules are built against. */
function headersIn(folder: string): string {
  const nested = path.join(folder, 'node_modules', 'node', 'node_modules');
  const names = existsSync(nested) ? readdirSync(nested) : [];
  const places = names.map((name) => path.join(nested, name));
  const found = places.find((place) => existsSync(path.join(place, 'include', 'node', 'common.gypi')));
  if (found !== undefined) return found;
  throw new ToolsError('the package `node` came without its headers, so VS Code’s server cannot be built.');
}

async function npm(folder: string, name: string, scripts: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const allowScripts = Object.fromEntries(scripts.map((script) => [script, true]));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'tools', private: true, allowScripts }));
  // What an npm that runs this says to its own scripts is about another folder and another Node.
  const foreign =
    /^npm_(?!config_)|^npm_config_(?:user_agent|npm_version|node_gyp|init_module|(?:local_|global_)?prefix)$/i;
  const clean = Object.fromEntries(Object.entries(env).filter(([key]) => !foreign.test(key)));
  const args = ['install', name, '--no-audit', '--no-fund', '--include=optional', '--ignore-scripts=false'];
  await run('npm', args, { cwd: folder, env: clean, log: path.join(folder, 'install.log') }).catch((error: unknown) => {
    throw new ToolsError(`npm could not install ${name}: ${lastLine(error)}`);
  });
}

/** Makes a folder that is there only when it is whole. One process does so at a time; the others wait for it. */
async function whole(
  folder: string,
  say: (line: string) => void,
  make: (part: string) => Promise<void>,
): Promise<void> {
  mkdirSync(path.dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  for (let told = false; !take(lock); told = true) {
    if (!told) say('vscode: another process installs it; waiting');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const part = `${folder}.part-${process.pid}`;
  try {
    removeParts(folder);
    if (existsSync(folder)) return;
    await make(part);
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
    rmSync(lock, { force: true });
  }
}

/** Whether the lock is ours now. One of a process that is gone is put away, under a name that only one can give it. */
function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const text = readFileSync(lock, 'utf8');
    // Without a number it was made just now, unless its maker was ended in that very moment.
    if (text === '' ? Date.now() - statSync(lock).mtimeMs < 10_000 : alive(Number(text))) return false;
    const away = `${lock}.${process.pid}`;
    renameSync(lock, away);
    rmSync(away, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}

/** What interrupted installs left; the lock is ours, so no other is under way. */
function removeParts(folder: string): void {
  const begin = `${path.basename(folder)}.part-`;
  for (const name of readdirSync(path.dirname(folder)).filter((entry) => entry.startsWith(begin))) {
    rmSync(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function step(name: string, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  const started = Date.now();
  await work();
  say(`vscode: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Takes all that it prints. */
  readonly log?: string;
}

/** Runs a program to its end; rejects with the end of its output. */
function run(command: string, args: readonly string[], { env, cwd, log }: RunOptions): Promise<void> {
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = log === undefined ? undefined : createWriteStream(log);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output = (output + data.toString()).slice(-20_000);
      file?.write(data);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      file?.end();
      if (code === 0) resolve();
      else reject(new Error(output));
    });
  });
}

/** The line of a program’s output that says most: the last that speaks of an error. */
function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error))
    .split('\n')
    .filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /error|not found|E:/i.test(line) && !/complete log/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 300);
}

async function main(): Promise<void> {
  try {
    const started = Date.now();
    await installTools();
    console.log(`vscode: ready (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (!(error instanceof ToolsError)) throw error;
    console.error(`vscode: ${error.message}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
