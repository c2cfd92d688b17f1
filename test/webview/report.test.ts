import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildReport } from '../../src/core/report/build';
import { reportHtml } from '../../src/core/report/html';
import type { Recorded } from '../../src/core/mission/facts';
import { crowd, input, recordsOf } from '../unit/core/report/missions';
import { pageFaults } from './support/axe';
import { closeBrowser, pageMs, sharedBrowser } from './support/browser';
import { sealedStory } from './support/tokens';

const pictures = path.join(import.meta.dirname, '..', 'artefacts', 'webview');

const missions: Readonly<Record<string, () => readonly Recorded[]>> = {
  sealed: () => sealedStory().records(),
  crowd: () => crowd(60, 30),
  unfinished: () => recordsOf('server-never-ended'),
};

after(closeBrowser);

describe('the report as a page', function () {
  this.timeout(pageMs);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'orchestrator-report-'));
    mkdirSync(pictures, { recursive: true });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, records] of Object.entries(missions)) {
    it(`${name}: light and dark, wide and narrow, asks for nothing, and axe finds nothing`, async () => {
      const file = path.join(folder, `${name}.html`);
      writeFileSync(file, reportHtml(buildReport(records(), input)));
      const browser = await sharedBrowser();
      const found: string[] = [];
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['light', 360],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        page.on('console', (message) => found.push(`console: ${message.text()}`));
        page.on('pageerror', (error) => found.push(`error: ${error.message}`));
        page.on('request', (request) => {
          if (request.url() !== pathToFileURL(file).href) found.push(`asks for ${request.url()}`);
        });
        await page.goto(pathToFileURL(file).href);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        if (wide !== width) found.push(`${width}: ${String(wide)} wide`);
        await page.screenshot({ path: path.join(pictures, `report-${name}-${colorScheme}-${width}.png`) });
        // Its structure is the same in every theme and width.
        const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
        const wrong = width === 360 ? [] : await pageFaults(page, rules);
        found.push(...wrong.map((line) => `${colorScheme} ${width}: ${line}`));
        await page.close();
      }
      assert.deepEqual(found, []);
    });
  }
});
