import assert from 'node:assert/strict';
import { closeBrowser, pageMs } from './support/browser';
import type { Answers, Dashboard } from './support/dashboard';
import { scenes } from './support/missions';
import { opening } from './support/opened';

after(closeBrowser);

describe('the empty state of the dashboard', function () {
  this.timeout(pageMs);
  const show = opening();

  const open = async (name: 'found' | 'notFound', answers?: Answers) => {
    const dashboard = await show(scenes[name]!(), {}, answers);
    return { ...dashboard, field: dashboard.page.getByRole('textbox', { name: 'Mission' }) };
  };
  const started = ({ said }: Dashboard) => said.flatMap((message) => (message.type === 'start' ? [message.text] : []));

  it('starts a mission with Ctrl+Enter, as it was written, and empties the field once it began', async () => {
    const page = await open('found');
    await page.field.fill('  Line one.\n\nLine two.  ');
    await page.field.press('Enter');
    await page.field.press('Control+Enter');
    await page.heard(({ type }) => type === 'start');
    await page.page.getByRole('button', { name: 'Start Mission' }).waitFor();
    assert.deepEqual(
      started(page).map((text) => text.trim()),
      ['Line one.\n\nLine two.'],
    );
    assert.equal(await page.field.inputValue(), '');
  });

  it('keeps the text where the host refuses it, and says why beside the field', async () => {
    const page = await open('found', ({ type }) =>
      type === 'start' ? { ok: false, sentence: 'Another window runs this mission.' } : undefined,
    );
    await page.field.fill('Do it.');
    await page.page.getByRole('button', { name: 'Start Mission' }).click();
    await page.page.getByRole('alert').filter({ hasText: 'Another window runs this mission.' }).waitFor();
    assert.equal(await page.field.inputValue(), 'Do it.');
    assert.equal(await page.field.getAttribute('aria-invalid'), 'true');
  });

  it('is emptied of a mission that began while the page was hidden', async () => {
    const page = await open('found', ({ type }) => (type === 'start' ? 'silence' : undefined));
    await page.field.fill('Do it.');
    await page.field.press('Control+Enter');
    const start = await page.heard(({ type }) => type === 'start');
    assert.ok(start.type === 'start');
    const saved = await page.ask<Record<string, unknown>>('view.saved()');
    const again = await show(scenes['found']!(), { saved });
    const field = again.page.getByRole('textbox', { name: 'Mission' });
    assert.equal(await field.inputValue(), 'Do it.');
    await again.send({ type: 'done', id: start.id, ok: true });
    assert.equal(await field.inputValue(), '');
  });

  it('starts nothing twice while the host has not answered', async () => {
    const page = await open('found', ({ type }) => (type === 'start' ? 'silence' : undefined));
    await page.field.fill('Do it.');
    await page.field.press('Control+Enter');
    await page.page.getByRole('button', { name: 'Starting…' }).waitFor();
    await page.field.press('Control+Enter');
    await page.field.press('Control+Enter');
    assert.deepEqual(started(page), ['Do it.']);
  });

  it('says what is missing where nothing was written', async () => {
    const page = await open('found');
    await page.page.getByRole('button', { name: 'Start Mission' }).click();
    await page.page.getByText('Say what the mission is.').waitFor();
    assert.deepEqual(started(page), []);
    assert.equal(await page.ask('view.focused()'), 'textarea: Mission');
  });

  it('takes text while OpenCode is missing, starts nothing, and keeps it when OpenCode is found', async () => {
    const page = await open('notFound');
    assert.ok(await page.page.getByText('OpenCode was not found.', { exact: true }).isVisible());
    await page.field.fill('Do it.');
    await page.field.press('Control+Enter');
    assert.ok(await page.page.getByRole('button', { name: 'Start Mission' }).isDisabled());
    for (const name of ['Install OpenCode', 'Set Path…', 'Use a Server…', 'Look Again'])
      await page.page.getByRole('button', { name }).click();
    const acts = ['installOpenCode', 'setOpenCodePath', 'useServer', 'lookAgain'].map((type) => ({ type }));
    assert.deepEqual(page.acts(), acts);
    const { setup, now } = scenes['found']!();
    await page.send({ type: 'setup', now, setup });
    assert.equal(await page.field.inputValue(), 'Do it.');
    assert.deepEqual(started(page), []);
    await page.field.press('Control+Enter');
    await page.heard(({ type }) => type === 'start');
  });

  it('takes the focus and a text when the host wants it, after what was written already', async () => {
    const page = await open('found');
    await page.field.fill('My own words.');
    await page.page.getByRole('button', { name: 'Start Mission' }).focus();
    await page.send({ type: 'show', what: 'mission', text: 'About the selection.' });
    assert.equal(await page.ask('view.focused()'), 'textarea: Mission');
    assert.equal(await page.field.inputValue(), 'My own words.\n\nAbout the selection.');
  });

  it('leads to the folder, the limits and the demo', async () => {
    const page = await open('found');
    for (const name of ['Change Folder', 'Set Budget…', 'Change limits…', 'Play the demo mission'])
      await page.page.getByRole('button', { name }).click();
    assert.deepEqual(page.acts(), [
      { type: 'changeFolder' },
      { type: 'openSettings', setting: 'budget.usd' },
      { type: 'openSettings', setting: '' },
      { type: 'playDemo' },
    ]);
  });
});
