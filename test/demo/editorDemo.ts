import { exitCodes, exitOf } from '../../src/cli/exitCodes';
import { stopMission } from '../../src/host/stop';
import { bridge, type Scratch } from '../support/scratch';
import { openEditor } from '../support/vscode/editor';
import { installTools } from '../support/vscode/install';
import { packagedVsix } from '../support/vscode/package';
import { desktopCode, openDesktop } from './desktop';
import { tell, type Told } from './follow';

/** A VS Code in which the demo runs. */
export interface DemoWindow {
  /** Completes “The mission runs …”. */
  readonly where: string;
  execute(command: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Saves a picture of the window and returns its path, where that is possible. */
  picture(): Promise<string | undefined>;
  /** What the window says about what went wrong. */
  trouble(): Promise<string>;
  /** Resolves when a person has closed the window. */
  readonly gone: Promise<void>;
  close(): Promise<void>;
}

/** Runs the demo mission in a real VS Code and tells it here; returns the mission’s exit code. */
export async function editorDemo(place: Scratch, mission: string): Promise<number> {
  const stays = process.stdout.isTTY;
  const window = await openWindow(place);
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Error('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const told = tell(process.stdout, process.env);
  try {
    told.line(`The mission runs ${window.where}`);
    const code = await runMission(window, place, mission, told, interrupt.signal);
    const picture = await window.picture();
    if (picture !== undefined) console.log(`\nA picture of it: ${picture}`);
    if (stays && !interrupt.signal.aborted) {
      console.log('VS Code stays open until Ctrl-C.');
      await Promise.race([window.gone, aborted(interrupt.signal)]);
    }
    return code;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
    told.close();
    await window.close();
  }
}

async function runMission(
  window: DemoWindow,
  place: Scratch,
  mission: string,
  told: Told,
  interrupt: AbortSignal,
): Promise<number> {
  const over = new AbortController();
  const ended = told.toEnd(place.workspace, over.signal);
  const failed = (async () => {
    const id = await window.execute('orchestrator.startMission', mission);
    if (typeof id !== 'string') throw new Error(`the extension did not start the mission: ${await window.trouble()}`);
    await window.execute('orchestrator.openDashboard');
    await Promise.race([window.gone, aborted(over.signal)]);
    throw new Error('the window was closed before the mission ended');
  })();
  const interrupted = (async () => {
    await aborted(AbortSignal.any([interrupt, over.signal]));
    if (over.signal.aborted) return;
    told.line('The mission is being stopped; everything is confirmed idle first.');
    // Its driver is the extension, which takes the request from the workspace as from any other process.
    await stopMission(
      { directory: place.workspace, bridge, env: place.env, by: 'the demo', log: (line) => told.line(line) },
      undefined,
    );
    await aborted(over.signal);
  })();
  try {
    return exitOf(await Promise.race([ended, failed, interrupted.then(() => ended)]));
  } catch (error) {
    if (!interrupt.aborted) throw error;
    console.log('Stopped before the mission began.');
    return exitCodes.stopped;
  } finally {
    over.abort(new Error('the demo is over'));
    await Promise.allSettled([ended, failed, interrupted]);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function openWindow(place: Scratch): Promise<DemoWindow> {
  const vsix = await packagedVsix();
  const code = desktopCode();
  if (code !== undefined) return await openDesktop(code, place, vsix);
  await installTools();
  const opened = await openEditor({ place, vsix });
  const { editor } = opened;
  return {
    where: `in VS Code’s server, driven by Chromium; look on at ${editor.server.origin}/?folder=${place.workspace}`,
    execute: (command, ...args) => editor.execute(command, ...args),
    picture: async () => {
      await editor.page.waitForTimeout(1_500); // until the last of it is drawn
      return await editor.screenshot('demo');
    },
    trouble: async () => (await editor.notifications()).join(' ') || 'it says nothing about it.',
    gone: new Promise(() => undefined),
    close: () => opened.close(),
  };
}
