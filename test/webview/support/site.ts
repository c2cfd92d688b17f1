import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { protocolVersion } from '../../../src/protocol/hostMessages';
import { dashboardPage } from '../../../src/vscode/dashboard/html';

const dist = process.env['ORCHESTRATOR_WEBVIEW'] ?? path.join(import.meta.dirname, '..', '..', '..', 'dist');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};

/** The dashboard’s own page under its own content security policy, on this machine alone. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built dashboard as the extension does, from a folder with its bundles. */
export async function openSite(folder = dist): Promise<Site> {
  const server = createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path.join(folder, name);
    const type = types[path.extname(name)];
    if (name === '') response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageOf(server));
    else if (type === undefined || !existsSync(file)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: addressOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function pageOf(server: Server): string {
  const source = addressOf(server);
  return dashboardPage({
    source,
    nonce: 'bm9uY2U',
    script: `${source}/webview.js`,
    styles: [`${source}/webview.css`],
    title: 'OpenCode Orchestrator',
    language: 'en',
    version: protocolVersion,
    translations: undefined,
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
