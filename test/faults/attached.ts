/** An OpenCode server as a person would start it, with the bridge, behind a line that can be disturbed. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { refuseInstalls, type NoInstall } from '../../src/opencode/noInstall';
import { bridge, opencode, type Scratch } from '../support/scratch';
import { openLine, type Line } from './line';
import { sendSignal } from './processes';

export const password = 'secret';

export interface Attached {
  readonly line: Line;
  /** The running server’s process; undefined while there is none. */
  readonly pid: () => number | undefined;
  /** Starts it again, on another port behind the same line. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a server and opens the line to it. */
export async function attachedServer(place: Scratch, env: NodeJS.ProcessEnv): Promise<Attached> {
  // Nothing is to be installed: OpenCode would wait for it before its first answer.
  const noInstall = await refuseInstalls(place.workspace, env);
  let server = await serve(place, env, noInstall.env);
  const line = await openLine(() => server.port);
  return {
    line,
    pid: () => (server.child.exitCode === null && server.child.signalCode === null ? server.child.pid : undefined),
    restart: async () => {
      server = await serve(place, env, noInstall.env);
    },
    end: async () => {
      if (server.child.pid !== undefined) sendSignal(-server.child.pid, 'SIGKILL');
      noInstall.close();
      await line.close();
    },
  };
}

async function serve(place: Scratch, env: NodeJS.ProcessEnv, noInstall: NoInstall['env']) {
  const child = spawn(opencode, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: place.workspace,
    env: {
      ...env,
      OPENCODE_SERVER_PASSWORD: password,
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ plugin: [pathToFileURL(bridge).href], snapshot: false, lsp: false }),
      ...noInstall,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.on('error', reject);
    child.on('exit', () => {
      reject(new Error(`The test’s OpenCode server ended: ${said}`));
    });
  });
  return { child, port };
}
