import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

const mostMs = 50;
const rounds = 7;

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function ours(): vscode.Extension<unknown> {
  return vscode.extensions.getExtension('opencode-orchestrator.opencode-orchestrator') ?? assert.fail('it is missing');
}

/** The quickest of some loads of a module that nothing has loaded before: what else the machine does is not counted. */
function loadMs(file: string): number {
  const load = createRequire(file);
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    Reflect.deleteProperty(load.cache, load.resolve(file));
    const before = performance.now();
    load(file);
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

describe('activation', () => {
  it(`loads in less than ${mostMs} ms more than an empty extension, and nothing heavy with it`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'orchestrator-empty-'));
    try {
      const empty = path.join(folder, 'extension.cjs');
      writeFileSync(empty, `const vscode = require('node:path'); exports.activate = () => undefined;\n`);
      const main = path.join(ours().extensionPath, 'dist', 'extension.cjs');
      const workbench = path.join(ours().extensionPath, 'dist', 'workbench.cjs');
      const { cache } = createRequire(main);
      const wasThere = Object.hasOwn(cache, workbench);
      const cost = loadMs(main) - loadMs(empty);
      assert.ok(cost < mostMs, `${cost.toFixed(1)} ms`);
      assert.equal(Object.hasOwn(cache, workbench), wasThere, 'the workbench is loaded later');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('returns the exports of the contract at once, and calls nothing that waits', async () => {
    const before = performance.now();
    const exports = (await ours().activate()) as { missions: () => unknown[]; onDidChange: unknown };
    const took = performance.now() - before;
    assert.deepEqual(exports.missions(), []);
    assert.equal(typeof exports.onDidChange, 'function');
    // With VS Code’s own part of it and on a busy machine.
    assert.ok(took < 2_000, `${took.toFixed(0)} ms`);
  });

  it('registers every command of the manifest', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const { contributes } = ours().packageJSON as Manifest;
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('puts every part up: no command of the manifest is without what it does', async () => {
    await vscode.commands.executeCommand('orchestrator.showLog');
    await vscode.commands.executeCommand('orchestrator.groupTodosByState');
    await vscode.commands.executeCommand('orchestrator.refreshMissions');
  });
});
