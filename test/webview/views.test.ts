import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { violations } from './support/axe';
import { closeBrowser } from './support/browser';
import { openDashboard } from './support/dashboard';
import { openSite, type Site } from './support/site';
import { themeNames } from './support/themes';
import { views, widths } from './support/views';

const pictures = path.join(import.meta.dirname, '..', 'artefacts', 'webview');
const heights: Readonly<Record<number, number>> = { 320: 720, 360: 800, 920: 900, 1400: 900 };
/** Where colours are looked at in the other themes; the structure is the first theme’s. */
const contrastWidths = [360, 1400];

after(closeBrowser);

describe('the dashboard’s views', () => {
  let site: Site;
  before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await openSite();
  });
  after(() => site.close());

  for (const [name, view] of Object.entries(views)) {
    it(`${name}: drawn in four themes and four widths, with nothing that axe finds and nothing out of place`, async () => {
      const dashboard = await openDashboard(site, view.scene(), { saved: view.saved ?? {}, isFrozen: true });
      const found: string[] = [];
      for (const theme of themeNames) {
        await dashboard.paint(theme);
        for (const width of view.widths ?? widths) {
          const at = `${theme} ${width}`;
          await dashboard.page.setViewportSize({ width, height: heights[width] ?? 900 });
          await dashboard.ask('view.settled()');
          await dashboard.page.screenshot({ path: path.join(pictures, `${name}-${theme}-${width}.png`) });
          const isFirst = theme === themeNames[0];
          const rules = isFirst ? undefined : ['color-contrast'];
          const wrong = isFirst || contrastWidths.includes(width) ? await violations(dashboard, rules) : [];
          const wide = isFirst ? await dashboard.ask<string[]>('view.overflow()') : [];
          found.push(...wrong.map((line) => `${at}: ${line}`), ...wide.map((line) => `${at}: too wide: ${line}`));
        }
      }
      await dashboard.close();
      assert.deepEqual([...new Set([...found, ...dashboard.faults])], []);
    });
  }
});
