import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stage } from '../../support/vscode/stage';

describe('what is packed', () => {
  let base: string;
  let from: string;
  let to: string;
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(from, name)), { recursive: true });
    writeFileSync(path.join(from, name), text);
  };

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'orchestrator-stage-'));
    from = path.join(base, 'from');
    to = path.join(base, 'to');
    for (const name of ['package.json', 'package.nls.json', 'dist/cli.mjs', 'src/cli.ts']) write(name, 'old');
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  it('is of one moment: a build that comes between begins the copy anew', async () => {
    let changes = 3;
    await stage(from, to, () => {
      if (changes > 0) write('dist/cli.mjs', `new ${'.'.repeat(changes)}`);
      if (changes > 0) write('dist/bridge.mjs', 'new');
      changes -= 1;
    });
    assert.equal(readFileSync(path.join(to, 'dist', 'cli.mjs'), 'utf8'), 'new .');
    assert.equal(readFileSync(path.join(to, 'dist', 'bridge.mjs'), 'utf8'), 'new');
  });

  it('is nothing but what the package may hold', async () => {
    await stage(from, to);
    assert.deepEqual(readdirSync(to).sort(), ['dist', 'package.json', 'package.nls.json']);
  });
});
