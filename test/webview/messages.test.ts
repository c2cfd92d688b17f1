import assert from 'node:assert/strict';
import type { HostMessage } from '../../src/protocol/hostMessages';
import { closeBrowser, pageMs } from './support/browser';
import { openDashboard, type Dashboard } from './support/dashboard';
import { scenes } from './support/missions';
import { snapshotOf, type Scene } from './support/scenes';
import { openSite, type Site } from './support/site';
import { sessionOf } from './support/story';

after(closeBrowser);

describe('the messages between host and dashboard', function () {
  this.timeout(pageMs);
  let site: Site;
  let scene: Scene;
  let dashboard: Dashboard;
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());
  beforeEach(async () => {
    scene = scenes['running']!();
    dashboard = await openDashboard(site, scene);
  });
  afterEach(() => dashboard.close());

  const row = (todo: string) => dashboard.page.getByRole('tree', { name: 'TODO' }).locator(`[data-row="${todo}"]`);
  const resyncs = () => dashboard.said.filter(({ type }) => type === 'resync').length;
  /** A patch with the tick of a TODO as the record that follows by `gap`. */
  const ticked = (todo: string, gap = 1): HostMessage => {
    const fact = {
      type: 'todos.edited',
      ...{ ticked: [todo], unticked: [], retitled: [], added: [], done: [], kept: [] },
    };
    return {
      type: 'patch',
      now: scene.now + 100,
      records: [{ seq: scene.records.length + gap, at: scene.now + 100, fact }],
      agents: [],
    };
  };

  it('begin with ready, which a snapshot answers', () => {
    assert.equal(dashboard.said[0]?.type, 'ready');
    assert.equal(dashboard.said.filter(({ type }) => type === 'ready').length, 1);
  });

  it('are taken record by record, and a person’s tick is marked as such', async () => {
    await dashboard.send(ticked('T12'));
    await row('T12').locator('.check-on').waitFor();
    assert.match((await row('T12').textContent()) ?? '', /ticked by you/);
    assert.equal(await row('T12').getAttribute('aria-checked'), 'true');
    assert.equal(resyncs(), 0);
  });

  it('are ignored where they are garbage', async () => {
    const before = await dashboard.ask('document.body.innerText');
    const garbage = [
      ...[null, 7, 'patch', [], {}, { type: 'patch' }, { type: 'unknown' }, { type: '__proto__' }],
      { type: 'patch', now: 'soon', records: [], agents: [] },
      { type: 'setup', now: 1, setup: { folder: 'x' } },
      { type: 'show', what: 'everything' },
      { type: 'snapshot', version: 999, now: 1, setup: scene.setup, state: null, feed: [], agents: [], chat: [] },
    ];
    for (const message of garbage) await dashboard.sendRaw(message);
    assert.equal(await dashboard.ask('document.body.innerText'), before);
    await dashboard.send(ticked('T12'));
    await row('T12').locator('.check-on').waitFor();
    assert.deepEqual(dashboard.faults, []);
  });

  it('lead to one resync where records are missing, after which all is there', async () => {
    let isSlow = true;
    const gaps = await openDashboard(site, scene, {}, ({ type }) =>
      type === 'resync' && isSlow ? 'silence' : undefined,
    );
    await gaps.send(ticked('T12', 3));
    await gaps.heard(({ type }) => type === 'resync');
    await gaps.send(ticked('T11', 4));
    await gaps.ask('view.painted()');
    assert.equal(gaps.said.filter(({ type }) => type === 'resync').length, 1);
    isSlow = false;
    await gaps.send(snapshotOf(scene));
    await gaps.send(ticked('T12'));
    await gaps.page.locator('[data-row="T12"] .check-on').waitFor();
    await gaps.close();
  });

  it('lead to a resync where a record is of no known kind', async () => {
    const records = [{ seq: scene.records.length + 1, at: scene.now, fact: { type: 'todo.vanished' } }];
    await dashboard.send({ type: 'patch', now: scene.now, records, agents: [] });
    await dashboard.heard(({ type }) => type === 'resync');
  });

  it('keep what the person chose and wrote when the page is loaded anew', async () => {
    await dashboard.page.getByRole('combobox').fill('half a note');
    await dashboard.page.getByRole('tree', { name: 'TODO' }).locator('[data-row="T7"]').click();
    await dashboard.send({ type: 'show', what: 'agent', id: sessionOf('w-T6-2') });
    await dashboard.page.getByText('Show in TODO').waitFor();
    const saved = await dashboard.ask<Record<string, unknown>>(`view.savedWith('agent', 'draft.compose')`);
    const again = await openDashboard(site, scene, { saved });
    assert.equal(await again.page.getByRole('combobox').innerText(), 'half a note');
    assert.ok(await again.page.getByText('Show in TODO').isVisible());
    await again.close();
  });

  it('say why something was refused, where it was asked', async () => {
    const refusing = await openDashboard(site, scene, {}, () => ({ ok: false, sentence: 'T12 is held.' }));
    await refusing.page.locator('[data-row="T12"] .check').click();
    await refusing.page.getByText('T12 is held.').waitFor();
    await refusing.page.getByRole('combobox').fill('A note.');
    await refusing.page.keyboard.press('Enter');
    await refusing.page.getByText('T12 is held.').nth(1).waitFor();
    assert.equal(await refusing.page.getByRole('combobox').innerText(), 'A note.');
    await refusing.close();
  });

  it('take a note out of its box when it is sent, so that a hidden page does not offer it again', async () => {
    const silent = await openDashboard(site, scene, {}, ({ type }) => (type === 'say' ? 'silence' : undefined));
    await silent.page.getByRole('combobox').fill('A note.');
    await silent.page.keyboard.press('Enter');
    const note = await silent.heard(({ type }) => type === 'say');
    assert.equal(await silent.page.getByRole('combobox').innerText(), '');
    // Nothing is given time to be written: the page may be gone in a moment.
    const saved = await silent.ask<Record<string, unknown>>('view.saved()');
    assert.ok(note.type === 'say');
    const again = await openDashboard(site, scene, { saved });
    assert.equal(await again.page.getByRole('combobox').innerText(), '');
    await again.send({ type: 'done', id: note.id, ok: true });
    assert.equal(await again.page.getByRole('combobox').innerText(), '');
    await again.close();
    const refused = await openDashboard(site, scene, { saved });
    await refused.send({ type: 'done', id: note.id, ok: false, sentence: 'The disk is full.' });
    assert.ok(await refused.page.getByText('The disk is full.').isVisible());
    assert.equal(await refused.page.getByRole('combobox').innerText(), 'A note.');
    await refused.close();
    await silent.close();
  });

  it('tell the next window to which folder the page belongs', async () => {
    const saved = await dashboard.ask<Record<string, unknown>>(`view.savedWith('folder')`);
    assert.equal(saved['folder'], scene.setup.folder.key);
  });
});
