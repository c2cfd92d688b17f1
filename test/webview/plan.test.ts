import assert from 'node:assert/strict';
import path from 'node:path';
import { defaultSettings } from '../../src/core/mission/settings';
import { closeBrowser, pageMs } from './support/browser';
import { scenes } from './support/missions';
import { opening } from './support/opened';
import { sceneOf } from './support/scenes';
import { Story } from './support/story';

const pictures = path.join(import.meta.dirname, '..', 'artefacts', 'webview');

after(closeBrowser);

describe('a plan that waits for approval', function () {
  this.timeout(pageMs);
  const open = opening();

  it('is edited in place: words, files, dependencies, order, what is removed and what is added', async () => {
    const dashboard = await open(scenes['plan']!());
    const { page } = dashboard;
    const plan = page.getByRole('list', { name: 'Plan' });
    assert.equal(await plan.getByRole('listitem').count(), 12);
    const title = page.getByRole('textbox', { name: 'Title of T2' });
    await title.fill('Sign and verify');
    await title.press('Enter');
    await page.getByRole('button', { name: 'Show the Details of T2' }).click();
    const item = plan.getByRole('listitem').nth(1);
    await item.getByLabel('Files').fill('src/a.ts, src/b.ts');
    await item.getByLabel('Waits for').fill('');
    await item.getByLabel('Check').focus();
    await page.getByRole('button', { name: 'Move T2 Up' }).click();
    await title.press('Alt+ArrowDown');
    await page.getByRole('button', { name: 'Remove T12' }).click();
    const fresh = page.getByRole('textbox', { name: 'Title of a new TODO' });
    await fresh.fill('Tell the users');
    await fresh.press('Enter');
    await dashboard.heard(
      (message) => message.type === 'act' && message.act.type === 'edit' && message.act.edit.type === 'add',
    );
    const draft = { title: 'Tell the users', detail: 'Tell the users', files: [], after: [] };
    assert.deepEqual(
      dashboard.acts().map((act) => (act.type === 'edit' ? act.edit : act)),
      [
        { type: 'change', change: { id: 'T2', title: 'Sign and verify' } },
        { type: 'change', change: { id: 'T2', files: ['src/a.ts', 'src/b.ts'] } },
        { type: 'change', change: { id: 'T2', after: [] } },
        { type: 'move', todo: 'T2', before: 'T1' },
        { type: 'move', todo: 'T2', before: 'T4' },
        { type: 'cancel', todo: 'T12' },
        { type: 'add', draft },
      ],
    );
    // The answer comes a moment after the question was heard.
    await page.waitForFunction(`document.querySelector('[aria-label="Title of a new TODO"]').value === ''`);
  });

  it('says who will take turns, since they name the same file, and who works alone', async () => {
    const plan = (files: Readonly<Record<string, readonly string[]>>) =>
      new Story('Keep notes', '14:00:18', { ...defaultSettings, planApproval: true })
        .commander(1, { from: '14:00:18', to: '14:00:50' }, undefined, { plan: 'Plan it.' })
        .planner(
          { from: '14:00:51', to: '14:02:30' },
          Object.entries(files).map(([id, named]) => ({ id, title: `Do ${id}`, detail: '', files: named, after: [] })),
        )
        .records();
    const shared = 'src/<b>a</b>.ts';
    const { page } = await open(sceneOf(plan({ T1: [shared], T2: [shared, 'src/b.ts'], T3: [] }), '14:02:40'));
    const lines = page.getByRole('list', { name: 'One after the other' });
    assert.deepEqual(await lines.getByRole('listitem').allTextContents(), [
      `T1 and T2 take turns: both name ${shared}.`,
      'T3 works alone: it names no file.',
    ]);
    await page.screenshot({ path: path.join(pictures, 'plan-turns.png') });
    const quiet = await open(sceneOf(plan({ T1: ['a'], T2: ['b'] }), '14:02:40'));
    assert.equal(await quiet.page.getByRole('list', { name: 'One after the other' }).count(), 0);
  });

  it('keeps what was typed when it is refused, says why, and keeps it over a reload of the page', async () => {
    const sentence = 'The TODOs would wait for each other in a cycle: T1 → T2 → T1.';
    const dashboard = await open(scenes['plan']!(), {}, (message) =>
      message.type === 'act' ? { ok: false, sentence } : undefined,
    );
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Show the Details of T1', exact: true }).click();
    const item = page.getByRole('list', { name: 'Plan' }).getByRole('listitem').first();
    const waits = item.getByLabel('Waits for');
    await waits.fill('T2');
    await waits.press('Enter');
    await item.getByRole('alert').getByText(sentence).waitFor();
    assert.equal(await waits.inputValue(), 'T2');
    await waits.press('Escape');
    assert.equal(await waits.inputValue(), '');
    const again = await open(scenes['plan']!(), {
      saved: { 'plan.T1.title': 'Half a ti', 'draft.planComment': 'T3 is' },
    });
    assert.equal(await again.page.getByRole('textbox', { name: 'Title of T1', exact: true }).inputValue(), 'Half a ti');
    assert.equal(await again.page.getByRole('textbox', { name: 'What should be different' }).inputValue(), 'T3 is');
  });

  it('is approved, or sent back with a comment that leaves it open', async () => {
    const dashboard = await open(scenes['plan']!(), { isManual: true });
    const { page } = dashboard;
    // Nobody means a button that was not there a moment ago.
    await page.clock.runFor(1_000);
    const comment = page.getByRole('textbox', { name: 'What should be different' });
    assert.ok(await page.getByRole('button', { name: 'Send Back' }).isDisabled());
    await comment.fill('T3 and T4 are one.');
    await page.getByRole('button', { name: 'Send Back' }).click();
    await page.getByText('Sent back: the Commander has it changed.').waitFor();
    assert.equal(await comment.inputValue(), '');
    await page.getByRole('button', { name: 'Approve Plan' }).click();
    await dashboard.heard(({ type }) => type === 'act' && dashboard.acts().length === 2);
    assert.deepEqual(dashboard.acts(), [
      { type: 'answer', ask: 'plan', reply: { type: 'reject', message: 'T3 and T4 are one.' } },
      { type: 'answer', ask: 'plan', reply: { type: 'commander', answer: 'Approved.' } },
    ]);
  });
});
