import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/scratch';
import { maxVsixBytes, packagedVsix } from '../support/vscode/package';
import { zipEntries } from '../support/vscode/zip';

/** All that may be in the package. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(?:package\.json|package\.nls(?:\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/media\/l10n\/bundle\.l10n(?:\.[\w-]+)?\.json$/,
  /^extension\/dist\/(?:extension\.cjs|workbench\.cjs|bridge\.mjs|supervisor\.mjs|cli\.mjs|webview\.js|webview\.css|codicon\.ttf)$/,
  /^extension\/media\/[\w./-]+\.(?:svg|png|md|jsonl)$/,
];

/** What the extension does not work without. */
const needed = [
  'package.json',
  'readme.md',
  'LICENSE.txt',
  'dist/extension.cjs',
  'dist/workbench.cjs',
  'dist/bridge.mjs',
  'dist/supervisor.mjs',
  'dist/webview.js',
];

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly contributes?: { readonly viewsContainers?: Record<string, { readonly icon: string }[]> };
}

describe('the packaged extension', function () {
  this.timeout(120_000);
  let file: string;
  let entries: Map<string, Buffer>;

  before(async () => {
    file = await packagedVsix();
    entries = zipEntries(readFileSync(file));
  });

  it(`has at most ${maxVsixBytes} bytes`, () => {
    assert.ok(statSync(file).size <= maxVsixBytes);
  });

  it('holds what is needed and nothing of the development', () => {
    const names = [...entries.keys()];
    for (const name of needed) assert.ok(names.includes(`extension/${name}`), `${name} is missing`);
    assert.deepEqual(
      names.filter((name) => !allowed.some((pattern) => pattern.test(name))),
      [],
    );
  });

  it('has every file that its manifest names', () => {
    const manifest = JSON.parse(text('extension/package.json')) as Manifest;
    const icons = Object.values(manifest.contributes?.viewsContainers ?? {}).flat();
    for (const name of [manifest.main, ...icons.map(({ icon }) => icon)]) {
      assert.ok(entries.has(path.posix.join('extension', name)), `${name} is missing`);
    }
    assert.equal(
      manifest.version,
      (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest).version,
    );
  });

  it('carries the build as it is, without maps and without a path of the machine that made it', () => {
    for (const name of ['extension.cjs', 'bridge.mjs', 'supervisor.mjs', 'cli.mjs', 'webview.js']) {
      const packed = text(`extension/dist/${name}`);
      assert.equal(packed, readFileSync(path.join(root, 'dist', name), 'utf8'), name);
      assert.ok(!packed.includes('sourceMappingURL'), name);
      assert.ok(!packed.includes(root), name);
    }
  });

  it('leaves the command line at work', () => {
    const said = execFileSync(process.execPath, [path.join(root, 'dist', 'cli.mjs'), '--version'], {
      encoding: 'utf8',
    });
    assert.match(said, /^\d+\.\d+\.\d+/);
  });

  function text(name: string): string {
    return entries.get(name)?.toString('utf8') ?? assert.fail(`${name} is missing`);
  }
});
