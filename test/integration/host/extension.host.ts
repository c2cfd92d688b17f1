import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

const id = 'opencode-orchestrator.opencode-orchestrator';

describe('the extension in its host', () => {
  it('is there under its name', () => {
    assert.ok(vscode.extensions.getExtension(id));
  });

  it('brings the files that it needs at run time', () => {
    const folder = vscode.extensions.getExtension(id)?.extensionPath ?? assert.fail('the extension is missing');
    for (const file of ['extension.cjs', 'bridge.mjs', 'webview.js']) {
      assert.ok(existsSync(path.join(folder, 'dist', file)), file);
    }
  });

  it('activates', async () => {
    const extension = vscode.extensions.getExtension(id) ?? assert.fail('the extension is missing');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
