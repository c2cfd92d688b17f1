import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { diamond } from '../scenarios/shapes';
import { serversLeft } from '../support/e2e';
import {
  dashboard,
  inWindow,
  messages,
  missionProcesses,
  missions,
  showViews,
  testMs,
  until,
} from '../support/vscode/steps';

const why = 'This folder is not trusted, so nothing starts here.';

/** What OpenCode would run as soon as it looks at the folder. */
const plugin = `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('../../ran.txt', import.meta.url), 'the plugin was run');
export const Plugin = async () => ({});
`;

const mcp = ['node', '-e', "require('fs').writeFileSync('mcp-ran.txt', 'the command was run')"];

describe('a workspace that is not trusted', function () {
  this.timeout(testMs);
  const window = inWindow({
    scenario: diamond(),
    trust: false,
    prepare: (place) => {
      place.write('.opencode/plugins/x.js', plugin);
      place.write('.opencode/opencode.json', JSON.stringify({ mcp: { x: { type: 'local', command: mcp } } }));
      // An unfinished mission of whoever made the folder: nobody takes it up.
      place.write('.opencode/orchestrator/m-20260101-000000-abcdef/journal.jsonl', '{"v":1}\n');
    },
  });

  it('starts nothing, asks nobody anything, and the views say why', async () => {
    const { editor, model, place } = window();
    await showViews(editor);
    const pane = editor.page.locator('.pane').filter({ has: editor.page.locator('.pane-header', { hasText: 'TODO' }) });
    await pane.getByText(why).waitFor();
    await pane.getByRole('button', { name: 'Manage Trust' }).waitFor();

    await editor.run('Orchestrator: Start Mission');
    await until('a message says why', async () => (await messages(editor)).some((text) => text.includes(why)));
    assert.equal(await editor.page.locator('.quick-input-widget:visible').count(), 0, 'no mission is asked for');
    await editor.run('Orchestrator: Open Dashboard');
    await dashboard(editor).getByText(why).first().waitFor();
    await editor.run('Orchestrator: Look for OpenCode Again');
    await editor.execute('orchestrator.startMission', 'From another extension');

    assert.deepEqual(missionProcesses(editor), [], 'no server is started');
    assert.deepEqual(serversLeft(place), []);
    assert.equal(model.calls.length, 0, 'no model is asked');
    assert.equal(existsSync(path.join(place.workspace, 'ran.txt')), false, 'the folder’s plugin is not run');
    assert.equal(existsSync(path.join(place.workspace, 'mcp-ran.txt')), false, 'the folder’s MCP command is not run');
    assert.deepEqual(missions(place), ['m-20260101-000000-abcdef'], 'no mission is made');
    assert.equal(await editor.statusItem('Stop').count(), 0);
  });

  it('is asked about trust by the button of the view', async () => {
    const { editor } = window();
    const pane = editor.page.locator('.pane').filter({ has: editor.page.locator('.pane-header', { hasText: 'TODO' }) });
    await pane.getByRole('button', { name: 'Manage Trust' }).click();
    await editor.page.getByText('You are in Restricted Mode').waitFor();
  });
});
