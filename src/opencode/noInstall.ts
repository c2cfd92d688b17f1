import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { emptyRegistry, registryVariable } from './emptyRegistry';

export interface NoInstall {
  /** Variables for the server’s environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Keeps OpenCode from installing its plugin package (63 MB, 6 to 16 s before the first turn) into the workspace’s `.opencode/`
 * and its own configuration folder, where nothing needs it: the bridge is self-contained. The package is looked for at a
 * registry of ours that has nothing, until `close`; the bridge then takes its place. Where a person’s own plugins or packages need the installation, it is left alone.
 */
export async function refuseInstalls(workspace: string, env: NodeJS.ProcessEnv): Promise<NoInstall> {
  if (configFolders(workspace, env).some(needsInstall)) return { env: {}, close: () => undefined };
  const registry = await emptyRegistry(0);
  return {
    env: { [registryVariable]: `http://127.0.0.1:${String(registry.port)}/` },
    close: () => {
      registry.close();
    },
  };
}

/** The folders that OpenCode takes plugins from, and installs into. */
function configFolders(workspace: string, env: NodeJS.ProcessEnv): string[] {
  const home = set(env['OPENCODE_TEST_HOME']) ?? homedir();
  const folders = [
    path.join(set(env['XDG_CONFIG_HOME']) ?? path.join(home, '.config'), 'opencode'),
    path.join(home, '.opencode'),
  ];
  const extra = set(env['OPENCODE_CONFIG_DIR']);
  if (extra !== undefined) folders.push(extra);
  for (let folder = workspace; ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, '.opencode'));
    if (path.dirname(folder) === folder) return folders;
  }
}

/** A variable that is set to nothing is not set, for OpenCode as well. */
function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function needsInstall(folder: string): boolean {
  if (!existsSync(folder) || existsSync(path.join(folder, 'node_modules'))) return false;
  const code = ['plugin', 'plugins', 'tool', 'tools'].some((name) => isFilled(path.join(folder, name)));
  return code || existsSync(path.join(folder, 'package.json'));
}

function isFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false; // absent, no folder, or not ours to read: OpenCode takes nothing from it either
  }
}
