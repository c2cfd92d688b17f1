/** An OpenCode server as a person would start it, with the bridge, behind a line that can be disturbed. */
import { pathToFileURL } from 'node:url';
import { refuseInstalls, type NoInstall } from '../../src/opencode/noInstall';
import { ownServer, type OwnServer } from '../support/ownServer';
import { bridge, type Scratch } from '../support/scratch';
import { openLine, type Line, type Watch } from './line';
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

/** Starts a server and opens the line to it, which `watch` sees. */
export async function attachedServer(place: Scratch, env: NodeJS.ProcessEnv, watch?: Watch): Promise<Attached> {
  // Nothing is to be installed: OpenCode would wait for it before its first answer.
  const noInstall = await refuseInstalls(place.workspace, env);
  let server = await serve(place, env, noInstall.env);
  const line = await openLine(() => Number(new URL(server.url).port), watch);
  return {
    line,
    pid: () => server.pid(),
    restart: async () => {
      server = await serve(place, env, noInstall.env);
    },
    end: async () => {
      const pid = server.pid();
      if (pid !== undefined) sendSignal(-pid, 'SIGKILL');
      noInstall.close();
      await line.close();
    },
  };
}

function serve(place: Scratch, env: NodeJS.ProcessEnv, noInstall: NoInstall['env']): Promise<OwnServer> {
  const config = { plugin: [pathToFileURL(bridge).href], snapshot: false, lsp: false };
  return ownServer(place, config, { ...env, OPENCODE_SERVER_PASSWORD: password, ...noInstall });
}
