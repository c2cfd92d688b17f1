// npm test: setup, typecheck, lint, then every mocha test in one process, and `N passed, N failed` as the last line.
// `npm test -- --grep x`, `npm test -- test/unit/core` or a glob: only those tests, without typecheck and lint.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const order = ['arch', 'unit', 'contract', 'webview', 'integration', 'e2e', 'faults'];
const flagsWithValue = ['--grep', '-g', '--fgrep', '-f', '--timeout', '-t', '--slow', '-s', '--retries'];
const total = { passed: 0, failed: 0, skipped: 0 };

/** Splits the command line into mocha's flags and the paths or globs that choose files. */
function parse(args) {
  const flags = [];
  const paths = [];
  for (let i = 0; i < args.length; i++) {
    if (!args[i].startsWith('-')) paths.push(args[i]);
    else if (flagsWithValue.includes(args[i])) flags.push(args[i], args[++i] ?? '');
    else flags.push(args[i]);
  }
  return { flags, paths };
}

/** `*` and `?` stay within a folder, `**` crosses folders; a folder stands for all that is in it. */
function matcher(pattern) {
  const glob = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (mark) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[mark]);
  return new RegExp(`^${source}(?:$|/)`);
}

/** Every test file, the quick folders first. */
function testFiles() {
  const rank = (file) => (order.indexOf(file.split('/')[1]) + order.length + 1) % (order.length + 1);
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.test\.tsx?$/.test(name) && !name.startsWith('test/artefacts/'))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Runs a program to its end; with `quiet`, its output is returned instead of shown. */
function run(command, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      ...options,
    });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ ok: false, output: output + error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

async function check(name) {
  const started = Date.now();
  const npm = process.env.npm_execpath;
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { ok, output } = await run(command, [...before, 'run', '--silent', name], {
    quiet: true,
    shell: !npm && process.platform === 'win32',
  });
  total[ok ? 'passed' : 'failed']++;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
}

async function mocha(files, flags) {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-tests-'));
  const report = join(folder, 'totals.json');
  const { ok } = await run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...flags, ...files], {
    env: { ...process.env, ORCHESTRATOR_TEST_TOTALS: report },
  });
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  rmSync(folder, { recursive: true, force: true });
  for (const key of Object.keys(total)) total[key] += counts?.[key] ?? 0;
  if (!counts) fail('mocha ended before it had a result.');
  else if (counts.passed + counts.failed + counts.skipped === 0) fail('no test was run.');
  else if (!ok && counts.failed === 0) fail('mocha failed although no test did.');
}

function fail(sentence) {
  total.failed++;
  console.log(`FAIL ${sentence}`);
}

/** Whether a test file needs a real VS Code or its browser. */
function needsEditor(file) {
  return (
    /^test\/(?:integration|webview)\//.test(file) || readFileSync(join(root, file), 'utf8').includes('support/vscode/')
  );
}

/** Brings VS Code where a test needs it; the files that can be run then. */
async function withEditor(files) {
  if (!files.some(needsEditor)) return files;
  const { ok } = await run(process.execPath, ['--import', 'tsx', 'test/support/vscode/install.ts']);
  if (ok) return files;
  const left = files.filter((file) => !needsEditor(file));
  fail(`VS Code is not there (see above), so ${files.length - left.length} test files were not run.`);
  return left;
}

async function all() {
  const { flags, paths } = parse(process.argv.slice(2));
  const setup = await run(process.execPath, ['test/support/setup.mjs']);
  if (!setup.ok) return fail('setup, so nothing else was run.');
  const chosen = paths.map(matcher);
  const files = testFiles().filter((file) => chosen.length === 0 || chosen.some((pattern) => pattern.test(file)));
  if (files.length === 0) return fail(`no test file matches ${paths.join(' ') || 'test/**/*.test.ts'}`);
  const some = flags.length + paths.length > 0;
  if (some) console.log('only the chosen tests: typecheck and lint are left out');
  const [runnable] = await Promise.all([withEditor(files), ...(some ? [] : [check('typecheck'), check('lint')])]);
  if (runnable.length > 0) await mocha(runnable, flags);
}

await all();
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;
