import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registryVariable } from '../../../src/opencode/emptyRegistry';
import { refuseInstalls } from '../../../src/opencode/noInstall';
import { nodeFetch } from '../../../src/opencode/nodeFetch';

describe('keeping OpenCode from installing its plugin package', () => {
  let base: string;
  let workspace: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
    workspace = path.join(base, 'code', 'repo');
    mkdirSync(workspace, { recursive: true });
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  const env = (): NodeJS.ProcessEnv => ({
    OPENCODE_TEST_HOME: path.join(base, 'home'),
    XDG_CONFIG_HOME: path.join(base, 'config'),
    OPENCODE_CONFIG_DIR: path.join(base, 'extra'),
  });

  /** Makes files, those that end in `/` as empty folders, relative to the scratch folder. */
  function make(...files: string[]): void {
    for (const file of files) {
      const full = path.join(base, file);
      if (file.endsWith('/')) mkdirSync(full, { recursive: true });
      else {
        mkdirSync(path.dirname(full), { recursive: true });
        writeFileSync(full, '{}');
      }
    }
  }

  async function refuses(variables = env()): Promise<boolean> {
    const made = await refuseInstalls(workspace, variables);
    made.close();
    const names = Object.keys(made.env);
    assert.ok(names.length === 0 || (names.length === 1 && names[0] === registryVariable));
    return names.length === 1;
  }

  const opencode = 'code/repo/.opencode';
  const unneeded: [string, string[]][] = [
    ['nothing is there', []],
    ['there are only our own records', [`${opencode}/orchestrator/m-1/journal.jsonl`, `${opencode}/todo.md`]],
    ['there are agents and commands in Markdown', [`${opencode}/agent/a.md`, `${opencode}/command/c.md`]],
    ['a folder for plugins is empty', [`${opencode}/plugin/`, `${opencode}/tools/`]],
    ['everything is installed already', [`${opencode}/package.json`, `${opencode}/node_modules/`]],
    ['the packages are the project’s own', ['code/repo/package.json', 'code/repo/plugin/a.js']],
  ];
  for (const [when, files] of unneeded) {
    it(`refuses when ${when}`, async () => {
      make(...files);
      assert.equal(await refuses(), true);
    });
  }

  const needed: [string, string][] = [
    ['a plugin', `${opencode}/plugin/a.js`],
    ['a plugin in the other folder', `${opencode}/plugins/a.ts`],
    ['a tool', `${opencode}/tool/a.ts`],
    ['a tool in the other folder', `${opencode}/tools/a.ts`],
    ['packages', `${opencode}/package.json`],
    ['a plugin in a folder above', 'code/.opencode/plugin/a.js'],
    ['a plugin in the global configuration', 'config/opencode/plugin/a.js'],
    ['packages in the global configuration', 'config/opencode/package.json'],
    ['a tool in the home folder', 'home/.opencode/tool/a.ts'],
    ['a plugin in the folder that a variable names', 'extra/plugin/a.js'],
  ];
  for (const [what, file] of needed) {
    it(`leaves the installation alone where a person has ${what}`, async () => {
      make(file);
      assert.equal(await refuses(), false);
    });
  }

  it('looks where OpenCode looks when the variable for the configuration is set to nothing', async () => {
    make('home/.config/opencode/plugin/a.js');
    const { OPENCODE_TEST_HOME } = env();
    assert.equal(await refuses({ OPENCODE_TEST_HOME }), false);
    assert.equal(await refuses({ OPENCODE_TEST_HOME, XDG_CONFIG_HOME: '' }), false);
  });

  it('is not stopped by a file where a folder is expected', async () => {
    make(`${opencode}/plugin`, 'home/.opencode', 'config/opencode');
    assert.equal(typeof (await refuses()), 'boolean');
  });

  it('has a registry of its own that has nothing, until it is closed', async () => {
    const made = await refuseInstalls(workspace, env());
    const registry = made.env[registryVariable] ?? '';
    assert.match(registry, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const name of ['@opencode-ai%2fplugin', '@opencode-ai/plugin/-/plugin-1.0.0.tgz']) {
      const response = await nodeFetch(registry + name);
      assert.equal(response.status, 404);
      await response.json();
    }
    made.close();
    await assert.rejects(nodeFetch(registry));
  });
});
