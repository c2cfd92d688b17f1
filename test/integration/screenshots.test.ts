import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import type { Editor } from '../support/vscode/editor';
import type { Theme } from '../support/vscode/server';
import {
  agentRow,
  assertSealed,
  dashboard,
  dashboardFrame,
  headerSays,
  inWindow,
  patienceMs,
  showViews,
  startMission,
  testMs,
  todoRow,
  treeRow,
  until,
} from '../support/vscode/steps';

interface Look {
  readonly name: string;
  readonly theme: Theme;
  readonly workbench: string;
  readonly body: string;
}

const looks: readonly Look[] = [
  { name: 'dark', theme: 'Default Dark Modern', workbench: '.vs-dark', body: 'vscode-dark' },
  { name: 'light', theme: 'Default Light Modern', workbench: '.vs', body: 'vscode-light' },
  { name: 'contrast', theme: 'Default High Contrast', workbench: '.hc-black', body: 'vscode-high-contrast' },
];

/** Of the dashboard’s panel, in pixels. */
const widths = [320, 1400];
const height = 900;
/** Of a picture that shows anything at all. */
const leastBytes = 8_000;

const { check: _, ...unchecked } = { ...fileTodo('T2'), title: 'Describe the tokens in the README' };

describe('pictures of the views', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: scenarioOf(
      [
        { ...fileTodo('T1'), title: 'Token store with expiry' },
        unchecked,
        { ...fileTodo('T3'), title: 'Rotate keys without a restart' },
        { ...fileTodo('T4'), title: 'Audit what reads the old cookie, in every package and in the tests' },
        { ...fileTodo('T5'), title: 'Sign and verify' },
        { ...fileTodo('T6', ['T3', 'T5']), title: 'Keep the old cookie readable for one release' },
        { ...fileTodo('T7', ['T6']), title: 'Remove sessions from the server' },
      ],
      {
        commander: [
          {
            summary: 'First a plan.',
            actions: [
              { type: 'plan', brief: 'Side by side.' },
              { type: 'ask', question: 'How long may the old cookie be read?', options: ['one release', 'a month'] },
            ],
          },
          'default',
        ],
        todos: {
          T3: {
            report: { status: 'blocked', reason: 'The key of the old server is missing' },
            attempts: { '2': { report: {} } },
          },
          T4: { steps: [{ bash: 'git log -1' }, { write: { file: 'out/T4.txt', content: 'T4\n' } }] },
        },
      },
    ),
    config: { permission: { bash: { '*': 'allow', 'git log*': 'ask' } } },
  });

  it('the walkthrough and the empty dashboard', async () => {
    const { editor } = window();
    await editor.execute(
      'workbench.action.openWalkthrough',
      'opencode-orchestrator.opencode-orchestrator#start',
      false,
    );
    await editor.page.getByText('Your First Mission').first().waitFor({ timeout: patienceMs });
    for (const look of looks) {
      await paint(editor, look);
      await picture(editor, `walkthrough-${look.name}`);
    }
    await editor.execute('workbench.action.closeAllEditors');
    await editor.run('Orchestrator: Open Dashboard');
    await dashboard(editor).getByRole('heading', { name: 'Start a mission' }).waitFor({ timeout: patienceMs });
    await dashboard(editor).getByText('OpenCode', { exact: false }).first().waitFor();
    await pictures(editor, 'empty');
  });

  it('a mission at work: the dashboard, the TODO view and Needs You', async () => {
    const { editor, model } = window();
    const release = model.hold({ role: 'worker', todo: 'T5' });
    const mission = await startMission(window(), 'Replace server sessions with short-lived tokens');
    await todoRow(editor, 'T1', true).waitFor({ timeout: patienceMs });
    await todoRow(editor, 'T2', true).waitFor({ timeout: patienceMs });
    await agentRow(editor, /T4.*waiting: permission/s).waitFor({ timeout: patienceMs });
    await agentRow(editor, /T5.*running/s).waitFor({ timeout: patienceMs });
    await todoRow(editor, 'T3').getByText('blocked', { exact: true }).waitFor({ timeout: patienceMs });
    await pictures(editor, 'mission');

    await editor.resize(1400, height);
    await showViews(editor);
    await treeRow(editor, 'Needs You', 'git log -1').waitFor();
    await treeRow(editor, 'TODO', 'T7').waitFor();
    for (const look of looks) {
      await paint(editor, look);
      await picture(editor, `views-${look.name}`);
    }

    release();
    await editor.run('Orchestrator: Allow Once');
    await editor.run('Orchestrator: Answer…');
    await editor.answer('one release');
    await headerSays(editor, 'Sealed');
    await assertSealed(window().place, mission);
    await pictures(editor, 'sealed');
  });
});

/** The dashboard in every theme and at every width, without the side bar. */
async function pictures(editor: Editor, view: string): Promise<void> {
  await editor.execute('workbench.action.closeSidebar');
  for (const width of widths) {
    await widen(editor, width);
    for (const look of looks) {
      await paint(editor, look);
      await dashboard(editor).locator(`body.${look.body}`).waitFor();
      await picture(editor, `${view}-${look.name}-${width}`);
    }
    const [wide, over] = await overflow(editor);
    assert.ok(Math.abs(wide - width) <= 2, `${view}: the panel is ${wide} px wide, wanted are ${width}`);
    assert.equal(over, 0, `${view} at ${width} px: the page is wider than its panel by ${over} px`);
  }
}

async function widen(editor: Editor, width: number): Promise<void> {
  const [before] = await overflow(editor);
  const size = editor.page.viewportSize();
  await editor.resize((size?.width ?? 0) - before + width, height);
  await until(`the panel is ${width} px wide`, async () => Math.abs((await overflow(editor))[0] - width) <= 2, 10_000);
}

/** How wide the page is, and by how much what is in it is wider. */
async function overflow(editor: Editor): Promise<[width: number, over: number]> {
  const frame = await dashboardFrame(editor);
  return await frame.evaluate<[number, number]>(
    '[innerWidth, Math.max(0, document.documentElement.scrollWidth - innerWidth)]',
  );
}

async function paint(editor: Editor, { theme, workbench }: Look): Promise<void> {
  await editor.configure('workbench.colorTheme', theme);
  await editor.page.locator(`.monaco-workbench${workbench}`).waitFor();
}

async function picture(editor: Editor, name: string): Promise<void> {
  await editor.execute('notifications.clearAll');
  const file = await editor.screenshot(`vscode/${name}`);
  assert.ok(statSync(file).size > leastBytes, `${name} shows something`);
}
