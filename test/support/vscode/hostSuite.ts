import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { HostResult } from '../../integration/host/index';
import { root, type Scratch } from '../scratch';
import { openBrowser } from './browser';
import { windowUrl } from './editor';
import { findTools } from './install';
import { startServer } from './server';

/** How a run in the extension host ended. */
export interface HostRun {
  /** 0 when every test passed. */
  readonly code: number;
  readonly results: readonly HostResult[];
  /** What was printed and logged. */
  readonly output: string;
}

const source = path.join(root, 'test', 'integration', 'host');
const limitMs = 300_000;

/** Bundles the host tests into a folder of their own below .cache, from where they find mocha. */
export async function bundleHostTests(): Promise<{ entry: string; remove: () => void }> {
  const cache = path.join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(path.join(cache, 'host-'));
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.host.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: ['index.ts', ...names].map((name) => path.join(source, name)),
    outdir,
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return { entry: path.join(outdir, 'index.cjs'), remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

/** Runs the host tests in VS Code’s own server, the scratch workspace open, the extension from the checkout. */
export async function runHostTests(place: Scratch): Promise<HostRun> {
  const tools = findTools();
  const bundle = await bundleHostTests();
  const report = path.join(place.base, 'host-results.json');
  const server = await startServer({ place, tools, helper: false, env: { ORCHESTRATOR_HOST_RESULTS: report } });
  const browser = await openBrowser(tools).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await browser.page.goto(windowUrl(server, { place }, [['extensionTestsPath', bundle.entry]]));
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the host tests did not end in ${limitMs / 1000} s`)), limitMs);
    });
    const code = await Promise.race([browser.exitCode, late]);
    return { code, results: readResults(report), output: browser.log().join('\n') };
  } catch (error) {
    const told = [...browser.log().slice(-30), server.output().slice(-2_000)].join('\n');
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${told}`, { cause: error });
  } finally {
    clearTimeout(timer);
    await browser.close();
    await server.close();
    bundle.remove();
  }
}

/** The results that a run left; none when it never came so far. */
export function readResults(file: string): HostResult[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as HostResult[]) : [];
}
