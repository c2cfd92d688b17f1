import { chromium, type Page } from 'playwright-core';
import type { Tools } from './install';

/** The size of a window’s page in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** A page in a Chromium of its own. */
export interface Browser {
  readonly page: Page;
  /** The exit code that a test module in the extension host ended with. */
  readonly exitCode: Promise<number>;
  /** What the workbench and, in a run of a test module, its extension host logged. */
  log(): readonly string[];
  close(): Promise<void>;
}

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/** Opens Chromium without a window of its own; `say` gets what a test module in the extension host prints. */
export async function openBrowser(
  tools: Tools,
  viewport: Viewport = { width: 1400, height: 900 },
  say: (line: string) => void = () => undefined,
): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: tools.chromium, args: flags, handleSIGINT: false });
  try {
    const context = await browser.newContext({ viewport });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const lines: string[] = [];
    page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
    page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
    await page.exposeFunction('codeAutomationLog', (type: string, values: readonly unknown[]) => {
      if (type !== 'error' && type !== 'warn') say(values.map(String).join(' '));
      lines.push(`${type}: ${values.map(String).join(' ')}`);
    });
    const exitCode = new Promise<number>((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
    });
    return { page, exitCode, log: () => lines, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
