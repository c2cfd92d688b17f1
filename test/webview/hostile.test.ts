import assert from 'node:assert/strict';
import { closeBrowser, pageMs } from './support/browser';
import { openDashboard } from './support/dashboard';
import { hostileScene, long, markup } from './support/hostile';
import { openSite, type Site } from './support/site';
import { sessionOf } from './support/story';
import { widths } from './support/views';

/** What the page would show if a text were taken for more than text. */
const alive = `({
  pwned: globalThis.pwned ?? null,
  images: document.images.length,
  scripts: document.scripts.length,
  links: [...document.querySelectorAll('a, [href], iframe, object, embed')].map((element) => element.outerHTML.slice(0, 80)),
})`;

after(closeBrowser);

describe('hostile text in the dashboard', function () {
  this.timeout(pageMs);
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());

  for (const tab of ['agents', 'todo', 'feed'] as const) {
    it(`is shown as text and keeps to its place, with ${tab} in front`, async () => {
      const dashboard = await openDashboard(site, hostileScene(), { saved: { tab } });
      for (const width of widths) {
        await dashboard.page.setViewportSize({ width, height: 800 });
        await dashboard.ask('view.settled()');
        assert.deepEqual(await dashboard.ask('view.overflow()'), [], `at ${width}`);
        const links = { pwned: null, images: 0, scripts: 1 };
        const { links: found, ...rest } = await dashboard.ask<typeof links & { links: string[] }>(alive);
        assert.deepEqual(rest, links, `at ${width}`);
        assert.deepEqual(
          found.filter((html) => !html.startsWith('<link rel="stylesheet"')),
          [],
        );
      }
      await dashboard.close();
      assert.deepEqual(dashboard.faults, []);
    });
  }

  it('is shown as text in an agent’s details and its transcript', async () => {
    const dashboard = await openDashboard(site, hostileScene(), { saved: { agent: sessionOf('w-T2-1') } });
    const kinds = ['prompt', 'text', 'reasoning', 'tool', 'error'] as const;
    await dashboard.send({
      type: 'transcript',
      session: sessionOf('w-T2-1'),
      entries: kinds.map((kind, index) => ({
        ...{ id: String(index), at: 1, kind, text: `${markup} ${long}` },
        ...(kind === 'tool' ? { tool: markup, status: 'completed' as const } : {}),
      })),
      total: 5,
      busy: true,
    });
    assert.ok(await dashboard.page.getByText(markup).first().isVisible());
    for (const width of widths) {
      await dashboard.page.setViewportSize({ width, height: 800 });
      await dashboard.ask('view.settled()');
      assert.deepEqual(await dashboard.ask('view.overflow()'), [], `at ${width}`);
    }
    assert.equal(await dashboard.ask('globalThis.pwned ?? null'), null);
    await dashboard.close();
    assert.deepEqual(dashboard.faults, []);
  });

  it('says a TODO’s title letter by letter as it is', async () => {
    const dashboard = await openDashboard(site, hostileScene());
    const title = dashboard.page.getByRole('tree', { name: 'TODO' }).locator('[data-row="T1"] .todo-title');
    assert.equal(await title.textContent(), markup);
    await dashboard.close();
  });
});
