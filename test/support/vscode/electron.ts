/**
 * `npm run test:electron`: the host tests in the desktop VS Code that @vscode/test-electron downloads (or that VSCODE_PATH
 * names). Ends with 0 when all passed, 1 when one failed and 2 when there is no VS Code to be had.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { diamond } from '../../scenarios/shapes';
import { opencode, root, scratch, scriptedModel, type Scratch } from '../scratch';
import { bundleHostTests, readResults } from './hostSuite';

const none = 2;

async function main(): Promise<number> {
  const executable = await editor();
  if (executable === undefined) return none;
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return onVirtualDisplay(executable);
  }
  const place = scratch();
  const model = await scriptedModel(place, diamond());
  const bundle = await bundleHostTests();
  try {
    return await run(executable, place, bundle.entry);
  } finally {
    bundle.remove();
    await model.close();
    place.remove();
  }
}

/** The desktop VS Code; undefined when it can not be had. */
async function editor(): Promise<string | undefined> {
  const named = process.env['VSCODE_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    console.error('test:electron: VSCODE_PATH names a file that is not there.');
    return undefined;
  }
  try {
    const cachePath = path.join(root, '.vscode-test');
    return await downloadAndUnzipVSCode({ version: 'stable', cachePath, reporter: new SilentReporter() });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.error(
      `test:electron: VS Code could not be downloaded (${why}); npm test runs the same tests in VS Code’s own server.`,
    );
    return undefined;
  }
}

/** The same again with a display of its own. */
function onVirtualDisplay(executable: string): number {
  const args = ['-a', process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
  const env = { ...process.env, VSCODE_PATH: executable };
  const ran = spawnSync('xvfb-run', args, { stdio: 'inherit', env });
  if (ran.error === undefined) return ran.status ?? 1;
  console.error('test:electron: there is no display, and xvfb-run is not installed (apt-get install xvfb).');
  return none;
}

async function run(executable: string, place: Scratch, entry: string): Promise<number> {
  const data = path.join(place.base, 'vscode');
  mkdirSync(path.join(data, 'User'), { recursive: true });
  const settings = { 'orchestrator.opencode.path': opencode, 'telemetry.telemetryLevel': 'off', 'update.mode': 'none' };
  writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify(settings));
  const report = path.join(place.base, 'host-results.json');
  const failed = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: entry,
    extensionTestsEnv: { ...place.env, ORCHESTRATOR_HOST_RESULTS: report },
    launchArgs: [
      ...[place.workspace, '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-gpu'],
      ...['--user-data-dir', data, '--extensions-dir', path.join(data, 'extensions')],
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const results = readResults(report);
  for (const { title, ms, error } of results) {
    console.log(
      `${error === undefined ? 'ok  ' : 'FAIL'} ${title} (${ms} ms)${error === undefined ? '' : `\n${error}`}`,
    );
  }
  if (failed !== undefined) console.error(`test:electron: ${failed}`);
  const passed = results.filter(({ error }) => error === undefined).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  return failed === undefined && passed > 0 ? 0 : 1;
}

process.exitCode = await main();
