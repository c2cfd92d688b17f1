// Makes a fresh clone ready: tools, dependencies, build. One line a step; `npm test` and `npm start` run it first.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const marker = join(root, 'node_modules', '.package-lock-hash');
const wanted = [20, 19];
const windows = process.platform === 'win32';

function stop(sentence) {
  console.error(`setup: ${sentence}`);
  process.exit(1);
}

function run(command, args, options = {}) {
  const ran = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  return {
    ok: ran.status === 0,
    output: `${ran.stdout ?? ''}${ran.stderr ?? ''}${ran.error ? ran.error.message : ''}`,
  };
}

/** Runs a step, says how long it took, or stops with the sentence that the step returns. */
function step(name, work) {
  const started = Date.now();
  const failure = work();
  if (failure !== undefined) stop(failure);
  console.log(`setup: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function tail(output, lines = 15) {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  stop(`Node.js ${wanted.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

function checkGit() {
  if (run('git', ['--version']).ok) return;
  const debian = process.getuid?.() === 0 && run('apt-get', ['--version']).ok;
  if (!debian) stop('git is not installed or not on the PATH; install it and try again.');
  step('git installed from Debian', () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-q'], { env });
    const { ok, output } = run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'git'], { env });
    return ok ? undefined : `${tail(output)}\nsetup: git is missing and apt-get could not install it.`;
  });
}

/** What node_modules must match: the lock file on this platform. */
function lockHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function installDependencies() {
  // Without install scripts, as newer versions of npm do anyway: what they would do is checked and done below.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const { ok, output } = run('npm', args, { shell: windows });
  return ok ? undefined : `${tail(output)}\nsetup: npm ci failed (see above), so the dependencies are not installed.`;
}

function checkOpenCode() {
  const binary = join(root, 'node_modules', '.bin', windows ? 'opencode.cmd' : 'opencode');
  const version = () => run(binary, ['--version'], { shell: windows });
  if (version().ok) return undefined;
  const post = run(process.execPath, [join('node_modules', 'opencode-ai', 'postinstall.mjs')]);
  const again = version();
  return again.ok ? undefined : `${tail(post.output + again.output)}\nsetup: OpenCode does not start on this machine.`;
}

checkNode();
checkGit();
const hash = lockHash();
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== hash) {
  step('dependencies installed', installDependencies);
  step('OpenCode starts', checkOpenCode);
  writeFileSync(marker, hash);
}
step('built', () => {
  const { ok, output } = run(process.execPath, ['esbuild.mjs']);
  return ok ? undefined : `the build failed:\n${tail(output)}`;
});
