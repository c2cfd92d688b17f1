import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { opencode, type Scratch } from '../scratch';
import { endAll, familyOf, killAll, markedWith } from './processes';
import type { Tools } from './install';

/** The names of VS Code’s built-in colour themes that pictures are taken in. */
export type Theme =
  'Default Dark Modern' | 'Default Light Modern' | 'Default High Contrast' | 'Default High Contrast Light';

/** What the server is started with. */
export interface ServerOptions {
  readonly place: Scratch;
  readonly tools: Tools;
  readonly vsix?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly machineSettings?: Readonly<Record<string, unknown>> | undefined;
  readonly theme?: Theme | undefined;
  readonly trust?: boolean | undefined;
  /** Whether the helper extension is there. */
  readonly helper: boolean;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A running VS Code server. */
export interface Server {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Where it keeps its data: settings, logs, extensions. */
  readonly data: string;
  /** What it printed, for the message of a failure. */
  output(): string;
  /** The extension’s log, all of its windows’ after each other. */
  log(): string;
  /** The processes that it, its extension hosts and whatever those started still have. */
  processes(): number[];
  /** Ends it with every one of those. */
  close(): Promise<void>;
}

const startMs = 60_000;
/** In a group of its own, so that Ctrl-C reaches only us: what runs in the editor is to be ended in order. */
const detached = process.platform !== 'win32';
/** An extension that does nothing. */
export const emptyExtension = 'orchestrator-test.empty';
const helperFolder = fileURLToPath(new URL('driver', import.meta.url));
/** The helper, one that does nothing and one that shows a blank page, to compare with. */
const helpers = [
  { id: 'orchestrator-test.driver', folder: helperFolder },
  { id: emptyExtension, folder: path.join(helperFolder, 'empty') },
  { id: 'orchestrator-test.blank', folder: path.join(helperFolder, 'blank') },
];
const helperVersion = '0.0.1';

/** The settings of every editor here: quiet, still and without what only a person who works here for long needs. */
export const ownSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.startupPrompt': 'never',
  'editor.cursorBlinking': 'solid',
};

/** Starts VS Code’s server on a free port of loopback. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { place, tools, trust } = options;
  const data = path.join(place.base, 'vscode');
  const extensions = path.join(data, 'extensions');
  mkdirSync(extensions, { recursive: true });
  writeSettings(data, options);
  if (options.helper) addHelpers(extensions);
  const env = environment(place, options.env);
  if (options.vsix !== undefined) installVsix(tools, data, extensions, options.vsix, env);
  const args = [
    ...[tools.serverMain, '--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
    ...['--accept-server-license-terms', '--enable-smoke-test-driver', '--telemetry-level', 'off'],
    ...['--server-data-dir', data, '--extensions-dir', extensions],
    ...(trust === false ? [] : ['--disable-workspace-trust']),
  ];
  const child = spawn(tools.node, args, { cwd: place.base, env, stdio: ['ignore', 'pipe', 'pipe'], detached });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-50_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const everyone = (): number[] => [...new Set([...familyOf([child.pid]), ...markedWith(marker(place))])];
  // Not left behind either when this process ends without having closed it.
  const onExit = (): void => killAll(everyone());
  process.on('exit', onExit);
  const close = async (): Promise<void> => {
    process.off('exit', onExit);
    const first = everyone();
    await endAll(() => [...new Set([...familyOf(first), ...everyone()])]);
  };
  try {
    const port = await portOf(child, () => output);
    return {
      port,
      origin: `http://127.0.0.1:${port}`,
      data,
      output: () => output,
      log: () => extensionLog(data),
      processes: everyone,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How a process shows that it comes from this scratch folder: part of the environment that all of them inherit. */
export function marker(place: Scratch): string {
  return `ORCHESTRATOR_TEST_PLACE=${place.base}`;
}

/** What an editor and all that it starts run with. */
export function environment(place: Scratch, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  // Without the variables of an editor or an npm that this runs in; and no login shell is asked for its environment.
  const foreign = /^(?:VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|ORCHESTRATOR_)/;
  const own = Object.fromEntries(Object.entries(place.env).filter(([name]) => !foreign.test(name)));
  return { ...own, VSCODE_CLI: '1', ORCHESTRATOR_TEST_PLACE: place.base, ...env };
}

function writeSettings(
  data: string,
  { settings, machineSettings, theme = 'Default Dark Modern' }: ServerOptions,
): void {
  const write = (scope: string, values: object): void => {
    const folder = path.join(data, 'data', scope);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(values, undefined, 2));
  };
  write('User', { ...ownSettings, 'workbench.colorTheme': theme, ...settings });
  write('Machine', { 'orchestrator.opencode.path': opencode, ...machineSettings });
}

/** Puts the helpers among the installed extensions: only one extension can be under development at a time. */
export function addHelpers(extensions: string): void {
  const entries = helpers.map(({ id, folder: from }) => {
    const name = `${id}-${helperVersion}`;
    const folder = path.join(extensions, name);
    cpSync(from, folder, { recursive: true });
    return {
      identifier: { id },
      version: helperVersion,
      location: { $mid: 1, path: folder, scheme: 'file' },
      relativeLocation: name,
    };
  });
  writeFileSync(path.join(extensions, 'extensions.json'), JSON.stringify(entries));
}

function installVsix(tools: Tools, data: string, extensions: string, vsix: string, env: NodeJS.ProcessEnv): void {
  const places = ['--server-data-dir', data, '--extensions-dir', extensions];
  const args = [tools.serverMain, '--accept-server-license-terms', ...places, '--install-extension', vsix];
  const ran = spawnSync(tools.node, args, { env, encoding: 'utf8', timeout: startMs });
  if (ran.status !== 0) throw new Error(`${path.basename(vsix)} could not be installed: ${ran.stdout}${ran.stderr}`);
}

function portOf(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`VS Code’s server ${why}: ${output()}`));
    };
    const timer = setTimeout(() => failed(`did not listen within ${startMs / 1000} s`), startMs);
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code) => failed(`ended with ${code ?? 'a signal'}`));
    child.stdout?.on('data', () => {
      const port = /Extension host agent listening on (\d+)/.exec(output())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

function extensionLog(data: string): string {
  const logs = path.join(data, 'data', 'logs');
  if (!existsSync(logs)) return '';
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('opencode-orchestrator') && name.endsWith('.log'))
    .sort()
    .map((name) => readFileSync(path.join(logs, name), 'utf8'))
    .join('');
}
