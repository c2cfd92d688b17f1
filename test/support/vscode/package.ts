/**
 * `npm run package`: builds opencode-orchestrator-<version>.vsix in the checkout. It holds what .vscodeignore lets through, no
 * dependencies (all is bundled in dist/), and at most 1 MB.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scratch';
import { installNode } from './install';
import { stage } from './stage';

/** What the package may weigh. */
export const maxVsixBytes = 1_000_000;

/** The Node that vsce wants. */
const wantedNode = 22;
let packaged: Promise<string> | undefined;

/** The package that tests install, made once a process from dist/ as it is; its path. */
export function packagedVsix(): Promise<string> {
  packaged ??= packageVsix(path.join(root, '.cache', 'test.vsix'));
  return packaged;
}

/** Packages dist/ as it is into a file; returns its path. Throws when it grew too large or vsce refuses. */
export async function packageVsix(out: string): Promise<string> {
  const current = Number(process.versions.node.split('.')[0]) >= wantedNode;
  const node = current ? process.execPath : await installNode();
  const part = `${out}.${process.pid}.part`;
  mkdirSync(path.dirname(out), { recursive: true });
  const flags = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--no-git-tag-version',
  ];
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const staged = mkdtempSync(path.join(tmpdir(), 'orchestrator-package-'));
  try {
    await stage(root, staged);
    // The build has been done; vsce would ask questions when it may.
    const args = [vsce, 'package', ...flags, '--out', part];
    const ran = spawnSync(node, args, { cwd: staged, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (ran.status !== 0) throw new Error(`vsce could not make the package: ${ran.stdout}${ran.stderr}`);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  const { size } = statSync(part);
  if (size > maxVsixBytes) throw new Error(`the package has ${size} bytes, ${maxVsixBytes} are allowed: ${part}`);
  renameSync(part, out);
  return out;
}

async function main(): Promise<void> {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, string>;
  try {
    const file = await packageVsix(path.join(root, `${name}-${version}.vsix`));
    console.log(`package: ${path.basename(file)}, ${statSync(file).size} bytes`);
  } catch (error) {
    console.error(`package: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
