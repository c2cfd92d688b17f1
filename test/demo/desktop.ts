import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { opencode, type Scratch } from '../support/scratch';
import { startDriver } from '../support/vscode/driver';
import { endAll, markedWith } from '../support/vscode/processes';
import { addHelpers, environment, marker, ownSettings } from '../support/vscode/server';
import type { DemoWindow } from './editorDemo';

const windows = process.platform === 'win32';

/** The `code` on the PATH, when it can show itself: there is a display. */
export function desktopCode(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const shown = process.platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
  if (!shown) return undefined;
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, windows ? 'code.cmd' : 'code'))
    .find((file) => existsSync(file));
}

/** Opens the desktop’s VS Code with a profile of its own, the packaged extension in it. */
export async function openDesktop(code: string, place: Scratch, vsix: string): Promise<DemoWindow> {
  const data = path.join(place.base, 'vscode');
  const extensions = path.join(data, 'extensions');
  mkdirSync(path.join(data, 'User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  const settings = { ...ownSettings, 'orchestrator.opencode.path': opencode };
  writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify(settings, undefined, 2));
  addHelpers(extensions);
  const driver = await startDriver();
  const env = { ...environment(place), ...driver.env };
  const profile = ['--user-data-dir', data, '--extensions-dir', extensions];
  const options = { env, shell: windows, encoding: 'utf8' } as const;
  const installed = spawnSync(code, [...profile, '--install-extension', vsix], options);
  if (installed.status !== 0) {
    await driver.close();
    throw new Error(`the desktop’s VS Code did not take the extension: ${installed.stdout}${installed.stderr}`);
  }
  const flags = ['--new-window', '--wait', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'];
  const child = spawn(code, [...profile, ...flags, place.workspace], { env, shell: windows, stdio: 'ignore' });
  return {
    where: 'in a window of the desktop’s VS Code, with a profile of its own',
    execute: (command, ...args) => driver.ask('execute', { command, args }),
    picture: async () => undefined,
    trouble: async () => 'see the window',
    gone: new Promise((resolve) => child.on('error', () => resolve()).on('close', () => resolve())),
    close: async () => {
      await driver.close();
      await endAll(() => (windows ? [] : markedWith(marker(place))));
      child.kill();
    },
  };
}
