import assert from 'node:assert/strict';
import { filesIn, projectFiles } from './projectFiles';
import { importCycles, importsOf, layerFaults, specifiersOf, type LayerTable } from './rules';
import table from './layers.json';

const layers: LayerTable = table;
const example = (sources: Record<string, string>) =>
  importsOf(Object.entries(sources).map(([path, text]) => ({ path, text })));

describe('layers', () => {
  const shipped = filesIn(projectFiles(), ['src', 'webview'], ['.ts', '.tsx']);

  it('import only what the table allows', () => {
    assert.ok(shipped.length > 0);
    assert.deepEqual(layerFaults(importsOf(shipped), layers), []);
  });

  it('have no import cycle between files', () => {
    assert.deepEqual(importCycles(importsOf(shipped)), []);
  });
});

describe('the layer rules', () => {
  it('see every way to import', () => {
    const text = `import a from 'a'; import type { B } from 'b'; export { c } from 'c'; const d = await import('d');
      type E = import('e').E; const f = require('f'); import 'g';`;
    assert.deepEqual(specifiersOf(text), ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  const refused: Record<string, [path: string, specifier: string]> = {
    'core → runtime': ['src/core/a.ts', '../runtime/loop'],
    'core → Node': ['src/core/a.ts', 'node:fs'],
    'core → another package': ['src/core/a.ts', 'cross-spawn'],
    'persistence → runtime beside its ports': ['src/persistence/a.ts', '../runtime/loop'],
    'opencode → runtime beside its ports': ['src/opencode/a.ts', '../runtime/portsOfCall'],
    'runtime → an adapter': ['src/runtime/a.ts', '../opencode/server'],
    'runtime → OpenCode’s SDK': ['src/runtime/a.ts', '@opencode-ai/sdk/v2/client'],
    'bridge → runtime': ['src/bridge/a.ts', '../runtime/ports'],
    'protocol → runtime': ['src/protocol/a.ts', '../runtime/ports'],
    'cli → vscode': ['src/cli/a.ts', '../vscode/b'],
    'cli → the module vscode': ['src/cli/a.ts', 'vscode'],
    'vscode → cli': ['src/vscode/a.ts', '../cli/main'],
    'vscode → extension': ['src/vscode/a.ts', '../extension'],
    'webview → runtime': ['webview/features/a.tsx', '../../src/runtime/ports'],
    'webview → Node': ['webview/a.tsx', 'node:path'],
    'src → webview': ['src/vscode/a.ts', '../../webview/main'],
    'src → test': ['src/core/deep/a.ts', '../../../test/support/clock'],
    'a folder that is no layer': ['src/helpers/a.ts', '../core/b'],
    'a file extension': ['src/core/a.ts', './b.js'],
  };
  for (const [title, [path, specifier]] of Object.entries(refused)) {
    it(`refuse ${title}`, () => {
      assert.equal(layerFaults(example({ [path]: `import x from '${specifier}';` }), layers).length, 1);
    });
  }

  it('allow what the house needs', () => {
    const good = example({
      'src/core/mission/a.ts': `import * as z from 'zod'; import { b } from '../todo/b';`,
      'src/persistence/a.ts': `import { p } from '../runtime/ports'; import fs from 'node:fs'; import '../core/b';`,
      'src/opencode/a.ts': `import { c } from '@opencode-ai/sdk/v2/client'; import '../runtime/ports/clock';`,
      'src/bridge/plugin.ts': `import '../persistence/a'; import '../core/b';`,
      'src/cli/main.ts': `import '../runtime/a'; import '../opencode/a'; import '../host/drive';`,
      'src/vscode/panel.ts': `import * as vscode from 'vscode'; import '../protocol/a';`,
      'src/extension.ts': `import './vscode/panel'; import 'vscode';`,
      'webview/main.tsx': `import 'react'; import '../src/core/b'; import '../src/protocol/a'; import './app';`,
    });
    assert.deepEqual(layerFaults(good, layers), []);
  });

  it('find a cycle, also one of types', () => {
    const bad = example({
      'src/core/a.ts': `import { b } from './b';`,
      'src/core/b.ts': `import type { C } from './deep/c';`,
      'src/core/deep/c.ts': `export { a } from '../a';`,
      'src/core/d.ts': `import './a';`,
    });
    assert.deepEqual(importCycles(bad), [['src/core/a.ts', 'src/core/b.ts', 'src/core/deep/c.ts', 'src/core/a.ts']]);
  });
});
