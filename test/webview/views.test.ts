import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { violations } from './support/axe';
import { closeBrowser, pageMs } from './support/browser';
import { openDashboard, type Dashboard } from './support/dashboard';
import { openSite, type Site } from './support/site';
import { themeNames, type ThemeName } from './support/themes';
import { neverCut, views, widths } from './support/views';

const pictures = path.join(import.meta.dirname, '..', 'artefacts', 'webview');
const heights: Readonly<Record<number, number>> = { 320: 720, 360: 800, 920: 900, 1400: 900 };

after(closeBrowser);

describe('the dashboard’s views', function () {
  this.timeout(pageMs);
  let site: Site;
  before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await openSite();
  });
  after(() => site.close());

  for (const [name, view] of Object.entries(views)) {
    it(`${name}: drawn in four themes and four widths, with nothing that axe finds and nothing out of place`, async () => {
      const dashboard = await openDashboard(site, view.scene(), { saved: view.saved ?? {}, isFrozen: true });
      const cdp = await dashboard.page.context().newCDPSession(dashboard.page);
      const found: string[] = [];
      for (const theme of themeNames) {
        await dashboard.paint(theme);
        for (const width of view.widths ?? widths) {
          await dashboard.page.setViewportSize({ width, height: heights[width] ?? 900 });
          await dashboard.ask('view.settled()');
          const { data } = await cdp.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
          writeFileSync(path.join(pictures, `${name}-${theme}-${width}.png`), Buffer.from(data, 'base64'));
          const wrong = await lookAt(dashboard, theme, width);
          found.push(...wrong.map((line) => `${theme} ${width}: ${line}`));
        }
      }
      await dashboard.close();
      assert.deepEqual([...found, ...dashboard.faults], []);
    });
  }
});

/** What is wrong with a view. Its structure and its places are the same in every theme, so that one is looked at. */
async function lookAt(dashboard: Dashboard, theme: ThemeName, width: number): Promise<string[]> {
  if (theme !== themeNames[0]) return width === widths.at(-1) ? violations(dashboard, ['color-contrast']) : [];
  const wide = await dashboard.ask<string[]>('view.overflow()');
  const cut = await dashboard.ask<string[]>(`view.cut(${JSON.stringify(neverCut)})`);
  const wrong = width === 360 ? [] : await violations(dashboard);
  return [...wrong, ...wide.map((line) => `too wide: ${line}`), ...cut.map((line) => `cut: ${line}`)];
}
