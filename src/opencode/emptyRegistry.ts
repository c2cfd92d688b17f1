import http from 'node:http';

/** The variable that says where OpenCode’s plugin package comes from, and nothing else. */
export const registryVariable = 'npm_config_@opencode-ai:registry';

export interface EmptyRegistry {
  readonly port: number;
  close(): void;
}

/** A registry on loopback that has no package; it keeps no process alive. Rejects when the port is taken; 0 is any that is free. */
export async function emptyRegistry(port: number): Promise<EmptyRegistry> {
  const server = http.createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
