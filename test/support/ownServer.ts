import { spawn } from 'node:child_process';
import { opencode, type Scratch } from './scratch';

export interface OwnServer {
  readonly url: string;
  /** Its process; undefined once it has ended. */
  readonly pid: () => number | undefined;
  end(): Promise<void>;
}

/** Starts an OpenCode server as a person would; without `OPENCODE_SERVER_PASSWORD` in `env` it lets anybody in. */
export async function ownServer(
  place: Scratch,
  config: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): Promise<OwnServer> {
  const child = spawn(opencode, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: place.workspace,
    env: {
      ...place.env,
      OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
      // Nothing is to be installed: OpenCode would wait for it before its first answer.
      'npm_config_@opencode-ai:registry': 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (http:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => {
      reject(new Error(`opencode ended: ${said}`));
    });
  });
  const end = async (): Promise<void> => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  };
  return { url, pid: () => (child.exitCode === null && child.signalCode === null ? child.pid : undefined), end };
}
