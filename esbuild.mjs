// Builds dist/. With `--prepare` (npm's lifecycle script) it also serves an install of this folder that brought no
// development dependencies: left out on purpose, nothing is built; not there yet (`npm install FOLDER`), they are fetched.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const started = performance.now();

/** Gives ES modules the names that bundled CommonJS packages expect, under names that no source file declares. */
const esm = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: {
    js: [
      `import { createRequire as __createRequire } from 'node:module';`,
      `import { fileURLToPath as __fileURLToPath } from 'node:url';`,
      `const require = __createRequire(import.meta.url);`,
      `const __moduleFile = __fileURLToPath(import.meta.url);`,
      `const __moduleFolder = __fileURLToPath(new URL('.', import.meta.url)).replace(/[\\\\/]$/, '');`,
    ].join('\n'),
  },
  define: { __filename: '__moduleFile', __dirname: '__moduleFolder' },
};

/** Gives CommonJS what the shared sources read from `import.meta`. */
const cjs = {
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  // VS Code gives the module vscode to require() alone.
  supported: { 'dynamic-import': false },
  banner: { js: `const __moduleUrl = require('node:url').pathToFileURL(__filename).href;` },
  define: {
    'import.meta.url': '__moduleUrl',
    'import.meta.filename': '__filename',
    'import.meta.dirname': '__dirname',
  },
};

/** Leaves `import('./workbench')` to the time when it runs. */
const workbenchApart = {
  name: 'workbench apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/workbench$/ }, () => ({ path: './workbench.cjs', external: true }));
  },
};

const bundles = [
  // Activation reads and compiles the small one only; the other is loaded a moment later.
  {
    out: 'dist/extension.cjs',
    entry: 'src/extension.ts',
    options: { ...cjs, external: ['vscode', './workbench.cjs'], plugins: [workbenchApart] },
  },
  {
    out: 'dist/workbench.cjs',
    entry: 'src/vscode/workbench.ts',
    options: { ...cjs, external: ['vscode'], minifyWhitespace: true },
  },
  { out: 'dist/cli.mjs', entry: 'src/cli/main.ts', options: esm, executable: true },
  { out: 'dist/supervisor.mjs', entry: 'src/background/supervisor.ts', options: esm },
  // OpenCode calls every export of a plugin module as a plugin, so there may be one only.
  { out: 'dist/bridge.mjs', entry: 'src/bridge/plugin.ts', options: esm, exports: 1 },
  {
    out: 'dist/webview.js',
    entry: 'webview/main.tsx',
    options: {
      format: 'iife',
      platform: 'browser',
      target: 'chrome128',
      minify: true,
      define: { 'process.env.NODE_ENV': '"production"' },
      // The styles that main.tsx imports become dist/webview.css, with codicon.ttf beside it: the page may load both.
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
    },
  },
];

async function loadEsbuild() {
  try {
    return await import('esbuild');
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
  if (!process.argv.includes('--prepare')) stop('esbuild is not installed; run npm ci');
  if (/\bdev\b/.test(process.env.npm_config_omit ?? '') || process.env.NODE_ENV === 'production') {
    console.log('build: nothing done, the development dependencies are left out of this install');
    process.exit(0);
  }
  fetchDependencies();
  return import('esbuild');
}

function fetchDependencies() {
  // The settings of the npm that runs this (--global, --prefix) are not meant for this folder.
  const foreign = /^npm_config_(?:global|location|prefix|local_prefix|global_prefix|workspace|save.*|omit|dry_run)$/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, env, encoding: 'utf8', shell: !npm && process.platform === 'win32' };
  const ran = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
  if (ran.status !== 0) stop(`the development dependencies could not be fetched; run npm ci in ${root}\n${ran.stderr}`);
}

function stop(sentence) {
  console.error(`build: ${sentence}`);
  process.exit(1);
}

/** One line: where and what, for the first of the compiler's messages. */
function sentence({ text, location }) {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

/** What is wrong with a bundle that compiled, or undefined. */
function fault(bundle, output) {
  const foreign = output.imports
    .filter(({ external, path }) => external && !allowedOutside(bundle, path))
    .map(({ path }) => path);
  if (foreign.length > 0) return `it is not self-contained, it imports ${foreign.join(', ')}`;
  if (bundle.exports !== undefined && output.exports.length !== bundle.exports) {
    return `it must have ${bundle.exports} export, it has: ${output.exports.join(', ') || 'none'}`;
  }
  return undefined;
}

function allowedOutside(bundle, path) {
  if (bundle.options.external?.includes(path)) return true;
  return bundle.options.platform === 'node' && (path.startsWith('node:') || builtinModules.includes(path));
}

/** Written beside its place and renamed, so that a program that runs from dist/ never reads half a file. */
function write(bundle, contents) {
  const file = join(root, bundle.out);
  const part = `${file}.${process.pid}.part`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(part, contents);
  chmodSync(part, bundle.executable ? 0o755 : 0o644);
  renameSync(part, file);
}

/** Builds one bundle and returns the one line that says why it failed, or undefined. */
async function build(esbuild, bundle) {
  if (!existsSync(join(root, bundle.entry))) return `${bundle.entry} is missing`;
  let result;
  try {
    result = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [bundle.entry],
      outfile: bundle.out,
      bundle: true,
      write: false,
      metafile: true,
      charset: 'utf8',
      legalComments: 'eof',
      logLevel: 'silent',
      jsx: 'automatic',
      ...bundle.options,
    });
  } catch (error) {
    const more = (error.errors?.length ?? 0) - 1;
    return (error.errors?.[0] ? sentence(error.errors[0]) : String(error)) + (more > 0 ? ` (and ${more} more)` : '');
  }
  for (const warning of result.warnings) console.error(`build: ${bundle.out}: warning: ${sentence(warning)}`);
  const wrong = fault(bundle, result.metafile.outputs[bundle.out]);
  if (wrong) return wrong;
  for (const { path, text, contents } of result.outputFiles) {
    const main = basename(path) === basename(bundle.out);
    if (!main) write({ out: relative(root, path) }, contents);
    else write(bundle, bundle.executable && !text.startsWith('#!') ? `#!/usr/bin/env node\n${text}` : text);
  }
  return undefined;
}

const esbuild = await loadEsbuild();
const faults = await Promise.all(bundles.map((bundle) => build(esbuild, bundle)));
faults.forEach((line, index) => {
  if (line !== undefined) console.error(`build: ${bundles[index].out} failed: ${line}`);
});
if (faults.some((line) => line !== undefined)) process.exitCode = 1;
else console.log(`build: ${bundles.map(({ out }) => out).join(', ')} in ${Math.round(performance.now() - started)} ms`);
