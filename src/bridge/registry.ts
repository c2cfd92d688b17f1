import { emptyRegistry, registryVariable } from '../opencode/emptyRegistry';

const againMs = 100;
let begun = false;

/**
 * Takes over the empty registry that the host has opened for the server’s start: OpenCode asks it again for each folder that it
 * opens, long after that host may be gone, and nobody else is to answer at its port.
 */
export function keepRegistry(env: NodeJS.ProcessEnv = process.env): void {
  const port = Number(/^http:\/\/127\.0\.0\.1:(\d+)\/$/.exec(env[registryVariable] ?? '')?.[1]);
  if (begun || !(port > 0)) return;
  begun = true;
  const listen = (): void => {
    // Taken as long as the host’s own is open.
    emptyRegistry(port).catch(() => setTimeout(listen, againMs).unref());
  };
  listen();
}
