import assert from 'node:assert/strict';
import { closeBrowser, pageMs } from './support/browser';
import type { Dashboard } from './support/dashboard';
import { many, scenes } from './support/missions';
import { opening } from './support/opened';
import { neverCut } from './support/views';

/** The widest family that test machines have, in place of the theme’s. */
const wideFonts = { text: '"DejaVu Sans", Verdana, sans-serif', code: '"DejaVu Sans Mono", monospace' };

after(closeBrowser);

describe('the dashboard’s parts', function () {
  this.timeout(pageMs);
  const open = opening();
  const choose = async ({ page }: Dashboard, button: string, item: string) => {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('menuitemradio', { name: item, exact: true }).click();
  };

  it('keep only the rows in sight of 1,000 TODOs in the page, and reach the last one', async () => {
    const { page, ask } = await open(many(1000, 50));
    const rows = page.getByRole('tree', { name: 'TODO' }).getByRole('treeitem');
    assert.ok((await rows.count()) < 60, String(await rows.count()));
    await rows.first().focus();
    await page.keyboard.press('End');
    const last = page.locator('[data-row="T1000"]:focus');
    await last.waitFor();
    assert.equal(await last.getAttribute('aria-posinset'), '1000');
    assert.equal(await last.getAttribute('aria-setsize'), '1000');
    assert.ok((await rows.count()) < 60);
    assert.ok((await ask<number>('document.querySelectorAll("*").length')) < 5_000);
  });

  it('tick a TODO by its box with the pointer, and nothing else', async () => {
    const dashboard = await open(scenes['running']!());
    await dashboard.page.locator('[data-row="T5"] .check').click();
    await dashboard.heard(({ type }) => type === 'act');
    assert.deepEqual(dashboard.acts(), [{ type: 'edit', edit: { type: 'tick', todo: 'T5', done: true } }]);
  });

  it('show background commands: how each stands, the end of what one writes, and what can be done about it', async () => {
    const dashboard = await open(scenes['commands']!());
    const { page } = dashboard;
    const part = page.getByRole('region', { name: 'Background Commands' });
    assert.deepEqual(await part.locator('.command-name').allTextContents(), [
      ...['the API server', 'the handbook', 'tail -f /var/log/api.log'],
      ...['npx playwright test --project=chromium --reporter=line', 'npm run build'],
    ]);
    assert.match(await part.locator('.command-words').nth(2).innerText(), /timed out after 1m 00s/);
    await part.getByText('1 running, 1 queued').waitFor();
    await part.getByRole('button', { name: /^the API server running for/ }).click();
    await dashboard.heard((message) => message.type === 'watch' && message.session === 'bg-00000001');
    const text = '<b>listening</b>\n\u202Eon 3000';
    const entries = [{ id: 'bg-00000001', at: 0, kind: 'text' as const, text }];
    await dashboard.send({ type: 'transcript', session: 'bg-00000001', entries, total: 1, busy: false });
    const output = part.getByRole('log', { name: 'Output of the API server' });
    await output.getByText('<b>listening</b>').waitFor();
    await part.getByRole('button', { name: 'Kill the API server' }).click();
    await part.getByRole('button', { name: 'Run npm run build Again' }).click();
    await part.getByRole('button', { name: 'Open the Output of npm run build' }).click();
    assert.deepEqual(dashboard.acts(), [
      { type: 'killCommand', command: 'bg-00000001' },
      { type: 'runCommandAgain', command: 'bg-00000004' },
      { type: 'openOutput', command: 'bg-00000004' },
    ]);
    await part.getByRole('button', { name: /^the API server running for/ }).click();
    await dashboard.heard((message) => message.type === 'watch' && message.session === null);
  });

  it('filter the TODOs, say what filters them, and show all again', async () => {
    const dashboard = await open(scenes['waiting']!());
    const ids = () => dashboard.page.getByRole('tree', { name: 'TODO' }).locator('.todo-id').allTextContents();
    await choose(dashboard, 'Filter TODOs', 'Needs You');
    assert.deepEqual(await ids(), ['T7', 'T9', 'T11']);
    await choose(dashboard, 'Filter TODOs', 'Done, Unverified');
    assert.deepEqual(await ids(), ['T3']);
    await choose(dashboard, 'Filter TODOs', 'Failed or Blocked');
    await dashboard.page.getByText('No TODO is failed or blocked.').waitFor();
    await dashboard.page.getByRole('button', { name: 'Show All' }).click();
    assert.equal((await ids()).length, 12);
  });

  it('filter the notifications and clear those that were read', async () => {
    const dashboard = await open(scenes['waiting']!());
    const log = dashboard.page.getByRole('log').getByRole('treeitem');
    await choose(dashboard, 'Filter Notifications', 'Needs You');
    assert.deepEqual(await log.count(), 3);
    await choose(dashboard, 'Filter Notifications', 'Bad News');
    assert.deepEqual(await log.count(), 1);
    await dashboard.page.getByRole('button', { name: 'Clear Read' }).click();
    await dashboard.page.getByText('No bad news.').waitFor();
    await choose(dashboard, 'Filter Notifications', 'All');
    await dashboard.page.getByText('Everything is read.').waitFor();
    await dashboard.page.getByRole('button', { name: 'Notification Settings' }).click();
    assert.deepEqual(dashboard.acts(), [{ type: 'openSettings', setting: 'notifications' }]);
  });

  it('say what holds a mission up, the gravest first, with its buttons, and drop what is no act', async () => {
    const scene = scenes['failed']!();
    const odd = { label: 'Format Disk', act: { type: 'formatDisk' } };
    const notices = scene.setup.notices.map((notice) => ({ ...notice, actions: [...notice.actions, odd] })).reverse();
    const dashboard = await open({ ...scene, setup: { ...scene.setup, notices } });
    const bar = dashboard.page.getByRole('region', { name: 'Notices' });
    assert.deepEqual(await bar.getByRole('button').allTextContents(), ['Show Log', 'Open']);
    await bar.getByRole('button', { name: 'Show Log' }).click();
    assert.deepEqual(dashboard.acts(), [{ type: 'showLog' }]);
  });

  it('prove a sealed mission: sums that add up, and the exceptions as plainly', async () => {
    const dashboard = await open(scenes['sealed']!(), { saved: { tab: 'proof' } });
    const grid = dashboard.page.getByRole('grid', { name: 'Proof' });
    assert.equal(await grid.getAttribute('aria-rowcount'), '16');
    assert.match((await grid.getByRole('row').last().textContent()) ?? '', /^Total29 sessions, at most 8 at once/);
    const exceptions = dashboard.page.getByRole('region', { name: 'Before You Merge' });
    assert.match((await exceptions.textContent()) ?? '', /T3 is done but unverified: it has no check\./);
    await exceptions.getByRole('button', { name: 'Add Check: T3' }).click();
    await grid.locator('[data-row="T4"]').focus();
    await dashboard.page.keyboard.press('Enter');
    assert.deepEqual(dashboard.acts(), [
      { type: 'addCheck', todo: 'T3' },
      { type: 'openTranscript', session: 'ses_r-T4-1' },
    ]);
  });

  for (const [name, ending] of [
    ['stopped', 'The mission is not sealed: it was stopped.'],
    ['exhausted', 'The mission is not sealed: it came to a limit.'],
    ['failed', 'The mission is not sealed: it failed.'],
  ] as const) {
    it(`show what is proven of a mission that is ${name}, and first what it is not`, async () => {
      const { page } = await open(scenes[name]!());
      assert.equal(await page.getByRole('tab', { name: 'Agents' }).getAttribute('aria-selected'), 'true');
      await page.getByRole('tab', { name: 'Proof' }).click();
      const grid = page.getByRole('grid', { name: 'Proof' });
      assert.match((await grid.locator('[data-row="T2"]').textContent()) ?? '', /done \(verified\).*exit 0/);
      assert.match(
        (await grid.getByText('Mission review').locator('../..').textContent()) ?? '',
        /not run · check npm/,
      );
      const cautions = page.getByRole('region', { name: 'Before You Merge' }).getByRole('listitem');
      assert.equal(await cautions.first().innerText(), ending);
      assert.ok(await page.getByRole('region', { name: 'What the Commander Said Last' }).isVisible());
    });
  }

  it('have no proof to show while a mission runs, or where nothing was ever planned', async () => {
    const planning = scenes['planning']!();
    const at = planning.now;
    const end = { seq: planning.records.length + 1, at, fact: { type: 'mission.ended', state: 'failed', reason: '' } };
    const failed = { ...planning, records: [...planning.records, end as (typeof planning.records)[number]] };
    for (const scene of [scenes['running']!(), failed]) {
      const { page } = await open(scene, { saved: { tab: 'proof' } });
      assert.equal(await page.getByRole('tab', { name: 'Proof' }).count(), 0);
      assert.ok(await page.getByRole('treegrid').isVisible());
    }
  });

  it('count no TODO that is cancelled, and say so', async () => {
    const scene = scenes['running']!();
    const dashboard = await open(scene);
    const { page, ask } = dashboard;
    const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };
    const fact = { type: 'todos.edited', ...none, cancelled: ['T12'] };
    const records = [{ seq: scene.records.length + 1, at: scene.now, fact }];
    await dashboard.send({ type: 'patch', now: scene.now, records, agents: [] });
    await page.getByText('3 of 11 done').waitFor();
    const bar = page.getByRole('progressbar');
    assert.equal(await bar.getAttribute('aria-valuemax'), '11');
    assert.match((await page.getByRole('banner').textContent()) ?? '', /8 left.*1 cancelled/);
    assert.match((await page.getByRole('region', { name: 'TODO' }).textContent()) ?? '', /^TODO3 of 11/);
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('tab', { name: /TODO.*3.11/ }).waitFor();
    assert.deepEqual(await ask('view.overflow()'), []);
  });

  for (const width of [320, 1400])
    it(`shorten a long command in its middle, and show all of it to who wants to see it, at ${width}`, async () => {
      const { page, ask } = await open(scenes['longCommand']!(), { width });
      const strip = page.getByRole('region', { name: 'Needs you' });
      const short = await strip.locator('.ask-command').innerText();
      assert.ok(short.length <= 160, short);
      assert.match(short, /^for file in src\/auth\/part-0\.ts .*….*"\$file"; done$/);
      const scrolls =
        '[...document.querySelectorAll(".strip, .strip *")].some((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY === "auto")';
      assert.equal(await ask(scrolls), false);
      await strip.getByRole('button', { name: 'Show All' }).click();
      const whole = await strip.getByRole('group', { name: 'What is asked for' }).innerText();
      assert.equal(whole.match(/part-\d+/g)?.length, 60);
      await strip.getByRole('button', { name: 'Show Less' }).click();
      assert.equal(await strip.locator('.ask-command').innerText(), short);
    });

  it('put the sign of an ask beside its first line, however many lines there are', async () => {
    for (const width of [320, 1400]) {
      const { page } = await open(scenes['question']!(), { width });
      const sign = await page.locator('.strip > .icon').boundingBox();
      const line = await page.locator('.ask-line').boundingBox();
      assert.ok(sign && line && Math.abs(sign.y - line.y) <= 4, JSON.stringify({ width, sign, line }));
      assert.match(await page.locator('.ask-line').innerText(), /asks: “How long may an access token live\?”$/);
    }
  });

  for (const [width, tab] of [
    [300, 'agents'],
    [300, 'todo'],
    [300, 'feed'],
    [920, 'agents'],
    [1400, 'agents'],
  ] as const) {
    it(`cut no state, number, button or id in a wide fallback font at ${width} (${tab})`, async () => {
      const dashboard = await open(scenes['running']!(), { width, fonts: wideFonts, saved: { tab } });
      assert.deepEqual(await dashboard.ask(`view.cut(${JSON.stringify(neverCut)})`), []);
      assert.deepEqual(await dashboard.ask('view.overflow()'), []);
    });
  }

  it('let one icon turn, and nothing move where that is not wanted', async () => {
    const moving = await open(scenes['running']!(), { reducedMotion: false });
    assert.equal((await moving.ask<string[]>('view.turning()')).length, 1);
    const still = await open(scenes['running']!());
    assert.deepEqual(await still.ask('view.motions()'), []);
    const resting = await open(scenes['sealed']!(), { reducedMotion: false });
    assert.deepEqual(await resting.ask('view.turning()'), []);
  });

  it('tell a screen reader one thing every 5 s at most, in one live region', async () => {
    const scene = scenes['running']!();
    const dashboard = await open(scene, { isManual: true });
    const { clock } = dashboard.page;
    await clock.pauseAt(scene.now + 10_000);
    assert.equal(await dashboard.ask('view.listen()'), 1);
    let seq = scene.records.length;
    for (let step = 1; step <= 40; step += 1) {
      const todo = `T${(step % 3) + 10}`;
      const isDone = Math.floor(step / 3) % 2 === 0;
      const fact = {
        ...{ type: 'todos.edited', retitled: [], added: [], done: [], kept: [] },
        ...{ ticked: isDone ? [todo] : [], unticked: isDone ? [] : [todo] },
      };
      const at = scene.now + 10_000 + step * 500;
      seq += 1;
      await dashboard.send({ type: 'patch', now: at, records: [{ seq, at, fact }], agents: [] });
      await clock.runFor(500);
    }
    await dashboard.ask('view.painted()');
    const said = await dashboard.ask<[number, string][]>('view.said');
    assert.ok(said.length >= 2, JSON.stringify(said));
    // React puts a text in up to one step of the clock later than it was due.
    for (const [index, [at]] of said.entries())
      if (index > 0) assert.ok(at - said[index - 1]![0] >= 5_000 - 500, JSON.stringify(said));
  });

  it('rest while the panel is hidden, and are right at once when it is shown again', async () => {
    const scene = scenes['running']!();
    const dashboard = await open(scene, { isManual: true });
    const { clock } = dashboard.page;
    const elapsed = dashboard.page.getByRole('banner');
    await clock.pauseAt(scene.now + 5_000);
    await clock.runFor(1_000);
    await dashboard.ask('view.show(false)');
    const before = await elapsed.textContent();
    await clock.runFor(30_000);
    await dashboard.ask('view.painted()');
    assert.equal(await elapsed.textContent(), before);
    await dashboard.ask('view.show(true)');
    await dashboard.ask('view.painted()');
    assert.match((await elapsed.textContent()) ?? '', /24m [34]\ds/);
  });
});
