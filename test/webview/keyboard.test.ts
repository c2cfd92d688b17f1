import assert from 'node:assert/strict';
import { closeBrowser, pageMs } from './support/browser';
import { openDashboard, type Dashboard } from './support/dashboard';
import { scenes } from './support/missions';
import { openSite, type Site } from './support/site';
import { sessionOf } from './support/story';

after(closeBrowser);

describe('the dashboard by keyboard alone', function () {
  this.timeout(pageMs);
  let site: Site;
  let dashboard: Dashboard;
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());
  beforeEach(async () => {
    dashboard = await openDashboard(site, scenes['running']!());
  });
  afterEach(() => dashboard.close());

  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await dashboard.page.keyboard.press(key);
    await dashboard.ask('view.painted()');
  };
  const focused = () => dashboard.ask<string>('view.focused()');
  /** Goes on with the Tab key until the focus is where a pattern says. */
  const tabTo = async (where: RegExp, back = false) => {
    const seen: string[] = [];
    for (let stop = 0; stop < 20; stop += 1) {
      await press(back ? 'Shift+Tab' : 'Tab');
      const now = await focused();
      if (where.test(now)) return;
      seen.push(now.slice(0, 60));
    }
    assert.fail(`The Tab key never came to ${String(where)}, but to: ${seen.join(' | ')}`);
  };

  it('comes to every part with the Tab key, each of which is one stop or two, and out again', async () => {
    const stops: string[] = [];
    for (let count = 0; count < 24; count += 1) {
      await press('Tab');
      const now = (await focused()).slice(0, 60);
      if (now === '' || stops.includes(now)) break;
      stops.push(now);
    }
    const parts = [
      /button: Pause/,
      /button: Allow Once/,
      /tab: Agents/,
      /row: /,
      /button: Filter Notifications/,
      /treeitem: .*T9 rate-limited/,
      /button: Filter TODOs/,
      /treeitem: T1, List every place/,
      /combobox: /,
    ];
    for (const part of parts) {
      assert.ok(
        stops.some((stop) => part.test(stop)),
        `${String(part)} is no stop of: ${stops.join(' | ')}`,
      );
    }
    assert.ok(stops.length <= 18, stops.join(' | '));
  });

  it('ticks and unticks a TODO with Space, by the name that a screen reader says', async () => {
    await tabTo(/treeitem: T1, List every place that reads the session, done \(verified\), exit 0/);
    await press('Space');
    await press('End');
    assert.match(await focused(), /treeitem: T12, End to end: .*, queued, after T4 to T9, check npm run e2e/);
    await press('Space');
    await dashboard.heard(({ type }) => type === 'act');
    assert.deepEqual(dashboard.acts(), [
      { type: 'edit', edit: { type: 'tick', todo: 'T1', done: false } },
      { type: 'edit', edit: { type: 'tick', todo: 'T12', done: true } },
    ]);
  });

  it('finds a TODO by its letters, opens its files, its transcript and its menu', async () => {
    await tabTo(/treeitem: T1,/);
    await press('t', '7');
    assert.match(await focused(), /treeitem: T7, .* waiting: permission/);
    await press('Enter', 'Control+Enter', 'Shift+F10');
    assert.match(await focused(), /menuitem: Tick as Done/);
    const items = await dashboard.page.getByRole('menuitem').allTextContents();
    assert.deepEqual(
      items.map((item) => item.trim()),
      [
        'Tick as Done',
        'Open Changes',
        'Open Transcript',
        'Send Note…',
        'Retry',
        'Cancel',
        'Revert Changes',
        'Edit…',
        'Add Check…',
        'Move Up',
        'Move Down',
      ],
    );
    await press('m', 'Enter');
    assert.match(await focused(), /treeitem: T7,/);
    assert.deepEqual(dashboard.acts(), [
      { type: 'openTodoFiles', todo: 'T7' },
      { type: 'openTranscript', session: sessionOf('w-T7-1') },
      { type: 'edit', edit: { type: 'move', todo: 'T7', before: 'T6' } },
    ]);
  });

  it('goes to a row’s actions with → and back with ←, and to the next TODO that needs the person', async () => {
    await tabTo(/treeitem: T1,/);
    await press('Alt+ArrowDown');
    assert.match(await focused(), /treeitem: T7,/);
    await press('ArrowRight', 'ArrowRight');
    assert.match(await focused(), /button: Open Changes/);
    await press('Enter', 'ArrowLeft', 'ArrowLeft');
    assert.match(await focused(), /treeitem: T7,/);
    assert.deepEqual(dashboard.acts(), [{ type: 'openTodoFiles', todo: 'T7' }]);
  });

  it('opens an agent’s details with Enter and returns to its row with Esc', async () => {
    await tabTo(/^row: /);
    await press('t', '6');
    const row = await focused();
    assert.match(row, /^row: .*T6/);
    await press('Enter');
    await dashboard.heard((message) => message.type === 'watch' && message.session === sessionOf('w-T6-2'));
    assert.equal(await dashboard.page.getByText('Show in TODO').count(), 1);
    await press('Escape');
    assert.equal(await dashboard.page.getByText('Show in TODO').count(), 0);
    assert.match(await focused(), /^row: .*T6/);
  });

  it('answers an ask, but not within the first half second', async () => {
    const scene = scenes['running']!();
    const isAsk = ({ fact }: (typeof scene.records)[number]) => fact.type === 'ask.opened';
    const calm = scene.records
      .filter((record) => !isAsk(record))
      .map((record, index) => ({ ...record, seq: index + 1 }));
    const asking = await openDashboard(site, { ...scene, records: calm }, { isManual: true });
    const { clock, keyboard } = asking.page;
    await clock.pauseAt(scene.now + 60_000);
    const asked = scene.records.filter(isAsk).map((record) => ({ ...record, seq: calm.length + 1 }));
    await asking.send({ type: 'patch', now: scene.now, records: asked, agents: [] });
    await asking.send({ type: 'show', what: 'ask' });
    assert.match(await asking.ask<string>('view.focused()'), /button: Allow Once/);
    await clock.runFor(450);
    await keyboard.press('Enter');
    assert.deepEqual(asking.acts(), []);
    await clock.runFor(100);
    await keyboard.press('Enter');
    await asking.heard(({ type }) => type === 'act');
    const reply = { type: 'permission', reply: 'once' };
    assert.deepEqual(asking.acts(), [{ type: 'answer', ask: 'per_1', reply }]);
    await asking.close();
  });

  it('sends a note, and takes the last one back with ↑', async () => {
    await tabTo(/^combobox: /, true);
    await dashboard.page.keyboard.type('Keep the cookie.');
    await press('Enter');
    const said = await dashboard.heard(({ type }) => type === 'say');
    assert.equal(said.type === 'say' ? said.text : '', 'Keep the cookie.');
    const box = dashboard.page.getByRole('combobox');
    await dashboard.page.locator('.message-placeholder').waitFor();
    await press('ArrowUp');
    assert.equal(await box.innerText(), 'Keep the cookie.');
  });

  it('opens and closes a digest, and does a notification’s own action with Enter', async () => {
    await tabTo(/treeitem: .*T9 rate-limited/);
    const rows = dashboard.page.getByRole('log').getByRole('treeitem');
    const before = await rows.count();
    const digest = dashboard.page.getByRole('log').getByRole('treeitem', { name: /8 updates/ });
    await digest.focus();
    await press('ArrowRight');
    assert.equal(await digest.getAttribute('aria-expanded'), 'true');
    assert.ok((await rows.count()) > before);
    await press('ArrowDown');
    assert.equal(await dashboard.ask('document.activeElement.getAttribute("aria-level")'), '2');
    await press('ArrowLeft', 'ArrowLeft');
    assert.equal(await digest.getAttribute('aria-expanded'), 'false');
    await rows.filter({ hasText: 'Review of T6 failed' }).focus();
    await press('Enter');
    await dashboard.heard(({ type }) => type === 'act');
    assert.deepEqual(dashboard.acts(), [{ type: 'openIssues' }]);
  });
});
