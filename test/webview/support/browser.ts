import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { findTools } from '../../support/vscode/install';

const args = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];
let shared: Promise<Browser> | undefined;

/** How long a test on a page may take on a machine that does other work as well, in milliseconds. */
export const pageMs = 240_000;

/** One Chromium for all tests of the run; a missing one is an error of one line. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= launch();
  return shared;
}

/** Ends it. */
export async function closeBrowser(): Promise<void> {
  const running = shared;
  shared = undefined;
  await (await running)?.close();
}

async function launch(): Promise<Browser> {
  const bundle = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'webview.js');
  if (!existsSync(bundle)) throw new Error('dist/webview.js is missing: run npm run build.');
  return chromium.launch({ executablePath: chromiumPath(), args });
}

function chromiumPath(): string {
  const named = process.env['CHROMIUM_PATH'] ?? '';
  const found = [named, '/usr/bin/chromium'].find((file) => file !== '' && existsSync(file));
  return found ?? findTools().chromium;
}
