import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { settingsSchema, type SettingKey } from '../../src/core/mission/settings';
import { viewCommands } from '../../src/vscode/views/commands';
import { bundleFile, stringsUsed } from '../support/l10n';
import { root } from '../support/scratch';

interface Menu {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Property {
  readonly scope: string;
  readonly order: number;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly l10n: string;
  readonly capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly views: Readonly<Record<string, readonly { id: string; icon: string }[]>>;
    readonly viewsContainers: { activitybar: readonly { id: string; icon: string }[] };
    readonly viewsWelcome: readonly { view: string; contents: string; when: string }[];
    readonly configuration: readonly { title: string; properties: Readonly<Record<string, Property>> }[];
    readonly walkthroughs: readonly { description: string; steps: readonly { media: { markdown: string } }[] }[];
    readonly keybindings?: unknown;
  };
}

const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const ids = contributes.commands.map(({ command }) => command);
const properties = Object.assign({}, ...contributes.configuration.map((section) => section.properties)) as Readonly<
  Record<string, Property>
>;
const textOf = (placeholder: string): string => texts[placeholder.slice(1, -1)] ?? assert.fail(placeholder);

describe('the manifest', () => {
  it('has the commands of the contract under their titles', () => {
    const titles = new Map(contributes.commands.map(({ command, title }) => [command, textOf(title)]));
    const wanted = ['startMission', 'stopMission', 'pauseMission', 'resumeMission', 'sendNote'];
    for (const name of [...wanted, 'openDashboard', 'openTranscript', 'showLog']) {
      assert.ok(titles.has(`orchestrator.${name}`), name);
    }
    assert.equal(titles.get('orchestrator.startMission'), 'Start Mission');
    for (const { category } of contributes.commands) assert.equal(textOf(category), 'Orchestrator');
    assert.equal(new Set(ids).size, ids.length);
  });

  it('has container, views and panel of the contract', () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      ['orchestrator'],
    );
    assert.deepEqual(
      contributes.views['orchestrator']?.map(({ id }) => id),
      ['orchestrator.todo', 'orchestrator.needsYou', 'orchestrator.missions'],
    );
    assert.deepEqual(manifest.activationEvents, [
      'workspaceContains:.opencode/orchestrator',
      'onWebviewPanel:orchestrator.dashboard',
      'onFileSystem:orchestrator-transcript',
      'onFileSystem:orchestrator-tree',
    ]);
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.equal(contributes.keybindings, undefined);
  });

  it('has every command of the views where the views want it', () => {
    for (const { command, title, icon, menus, palette } of viewCommands) {
      const entry = contributes.commands.find((item) => item.command === command) ?? assert.fail(command);
      assert.equal(textOf(entry.title), title);
      assert.equal(entry.icon, icon === undefined ? undefined : `$(${icon})`);
      for (const { menu, when, group } of menus) {
        const found = contributes.menus[menu]?.some(
          (item) => item.command === command && item.when === when && item.group === group,
        );
        assert.ok(found, `${command} in ${menu}, ${group}`);
      }
      const hidden = contributes.menus['commandPalette']?.find((item) => item.command === command)?.when === 'false';
      assert.equal(hidden, !palette, command);
    }
  });

  it('names in its menus and welcome texts only what there is', () => {
    const known = new Set([...ids, ...['todo', 'needsYou', 'missions'].map((view) => `orchestrator.${view}.focus`)]);
    for (const [menu, items] of Object.entries(contributes.menus)) {
      for (const { command } of items) assert.ok(known.has(command), `${command} in ${menu}`);
    }
    for (const text of Object.values(texts)) {
      for (const [, command] of text.matchAll(/\(command:([\w.]+)\)/g)) {
        assert.ok(known.has(command ?? '') || /^(?:vscode|workbench)\./.test(command ?? ''), command);
      }
    }
  });

  it('keeps at most three actions in a row of a view', () => {
    for (const view of ['todo', 'needsYou', 'missions']) {
      const rows = contributes.menus['view/item/context']?.filter(
        ({ when, group }) => when?.includes(`orchestrator.${view} `) && group?.startsWith('inline'),
      );
      // Two that never show together share a place.
      assert.ok(new Set(rows?.map(({ group }) => group)).size <= 3, view);
    }
  });

  it('gives every placeholder its text, and has no text without a use', () => {
    const used = new Set([...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(Object.keys(texts).sort(), [...used].sort());
  });

  it('has the files that it names', () => {
    const files = [
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
      path.join(manifest.l10n, 'bundle.l10n.json'),
    ];
    for (const file of files) assert.ok(existsSync(path.join(root, file)), file);
    for (const { steps, description } of contributes.walkthroughs) {
      assert.ok(steps.length <= 5);
      // VS Code cuts it after three narrow lines.
      assert.ok(textOf(description).length <= 66, textOf(description));
    }
    assert.deepEqual(
      readdirSync(path.join(root, 'media', 'walkthrough')).length,
      contributes.walkthroughs.flatMap(({ steps }) => steps).length,
    );
  });

  it('gives every view a welcome without a folder, without trust, and without anything to show', () => {
    for (const { id } of contributes.views['orchestrator'] ?? []) {
      const whens = contributes.viewsWelcome.filter(({ view }) => view === id).map(({ when }) => when);
      assert.ok(whens.some((when) => when === 'workspaceFolderCount == 0'));
      assert.ok(whens.some((when) => when.startsWith('!isWorkspaceTrusted')));
      assert.ok(whens.some((when) => when.startsWith('isWorkspaceTrusted')));
    }
  });
});

describe('the settings in the manifest', () => {
  it('are those of a mission, and no other', () => {
    const keys = Object.keys(settingsSchema.shape).map((key) => `orchestrator.${key}`);
    assert.deepEqual(Object.keys(properties).sort(), keys.sort());
  });

  for (const key of Object.keys(settingsSchema.shape) as SettingKey[]) {
    it(`${key} has the schema’s type, default and range, and is described`, () => {
      const property = properties[`orchestrator.${key}`] ?? assert.fail(key);
      const schema = z.toJSONSchema(settingsSchema.shape[key]);
      for (const name of [
        'type',
        'default',
        'minimum',
        'maximum',
        'exclusiveMinimum',
        'pattern',
        'enum',
        'maxLength',
      ]) {
        const [said, real] = [property, schema].map((all) => (all as Record<string, unknown>)[name]);
        assert.deepEqual(said, real, name);
      }
      const text = textOf(property.markdownDescription ?? property.description ?? '');
      assert.ok(text.length >= 20, text);
      const words = property.markdownEnumDescriptions ?? property.enumDescriptions ?? [];
      assert.equal(words.length, property.enum?.length ?? 0);
      words.forEach(textOf);
    });
  }

  it('that name a program or a server belong to the machine, and a workspace cannot set them', () => {
    for (const key of ['opencode.path', 'server.url'])
      assert.equal(properties[`orchestrator.${key}`]?.scope, 'machine');
  });

  it('count for nothing in a workspace without trust, but for how much is announced', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.deepEqual(
      Object.keys(properties)
        .filter((key) => !restrictedConfigurations.includes(key))
        .sort(),
      ['orchestrator.notifications'],
    );
  });
});

describe('the translations', () => {
  it('begin with exactly the strings that the editor’s side shows', () => {
    const { strings, faults } = stringsUsed();
    assert.deepEqual(faults, []);
    const bundle = JSON.parse(readFileSync(bundleFile, 'utf8')) as Record<string, string>;
    assert.deepEqual(Object.keys(bundle).sort(), strings, 'run npx tsx test/support/l10n.ts');
    for (const [key, text] of Object.entries(bundle)) assert.equal(text, key);
  });
});
