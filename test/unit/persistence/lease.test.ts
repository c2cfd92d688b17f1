import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import {
  readLease,
  removeLease,
  serverLogPath,
  serversDir,
  writeLease,
  type StatePlace,
} from '../../../src/persistence/lease';
import { isRunning, processStartOf } from '../../../src/persistence/processes';
import { inFolder } from './journalTools';
import { deadPid, end } from './rivals';

async function inPlace(act: (workspace: string, place: StatePlace) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const workspace = join(await realpath(folder), 'workspace');
    await mkdir(workspace);
    const state = join(folder, 'state');
    const env = { XDG_STATE_HOME: state, LOCALAPPDATA: state };
    await act(workspace, { platform: process.platform, env, home: folder });
  });
}

const leaseOf = (workspace: string, pid = process.pid) => ({
  pid,
  url: 'http://127.0.0.1:4096',
  username: 'opencode',
  password: 'secret',
  workspace,
  version: '1.18.33',
  log: join(workspace, 'x.log'),
  startedAt: 1_700_000_000_000,
});

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('server lease', () => {
  it('comes back as it was written, with the start time of its process, until it is removed', () =>
    inPlace(async (workspace, place) => {
      assert.equal(await readLease(workspace, place), undefined);
      await writeLease(leaseOf(workspace), place);
      const processStart = await processStartOf(process.pid);
      assert.deepEqual(await readLease(workspace, place), {
        ...leaseOf(workspace),
        ...(processStart && { processStart }),
      });
      await removeLease(workspace, undefined, place);
      assert.equal(await readLease(workspace, place), undefined);
      assert.deepEqual(await readdir(serversDir(place)), []);
    }));

  it('is outside the workspace, one for each real folder', () =>
    inPlace(async (workspace, place) => {
      await writeLease(leaseOf(workspace), place);
      const [file = ''] = await readdir(serversDir(place));
      assert.match(file, /^[0-9a-f]{24}\.json$/);
      assert.ok(relative(workspace, serversDir(place)).startsWith('..'));
      assert.equal(await serverLogPath(workspace, place), join(serversDir(place), file.replace('.json', '.log')));
      const link = join(dirname(workspace), 'link');
      await symlink(workspace, link, 'junction');
      assert.equal((await readLease(link, place))?.pid, process.pid);
      assert.equal(await readLease(dirname(workspace), place), undefined);
    }));

  // The profile folder is private there: not on Windows.
  if (process.platform !== 'win32') {
    it('is readable by its user only, also where something wider was before', async () => {
      await inPlace(async (workspace, place) => {
        await mkdir(serversDir(place), { recursive: true });
        await chmod(serversDir(place), 0o755);
        await writeLease(leaseOf(workspace), place);
        const file = join(serversDir(place), (await readdir(serversDir(place)))[0] ?? '');
        assert.deepEqual([await modeOf(serversDir(place)), await modeOf(file)], ['700', '600']);
        await chmod(file, 0o644);
        await writeLease(leaseOf(workspace), place);
        assert.equal(await modeOf(file), '600');
      });
    });
  }

  it('of a process that ended, or whose number another one has, is none', () =>
    inPlace(async (workspace, place) => {
      await writeLease(leaseOf(workspace, await deadPid()), place);
      assert.equal(await readLease(workspace, place), undefined);
      await writeLease(leaseOf(workspace), place);
      const path = join(serversDir(place), (await readdir(serversDir(place)))[0] ?? '');
      const text = await readFile(path, 'utf8');
      if (!text.includes('processStart')) return; // Windows
      await writeFile(path, text.replace(/("processStart": ")/, '$1not '));
      assert.equal(await readLease(workspace, place), undefined);
    }));

  it('that is corrupt, or of another workspace, is none', () =>
    inPlace(async (workspace, place) => {
      await writeLease(leaseOf(workspace), place);
      const path = join(serversDir(place), (await readdir(serversDir(place)))[0] ?? '');
      const good = JSON.parse(await readFile(path, 'utf8')) as object;
      const wrong = [
        { pid: 0 },
        { pid: -1 },
        { url: 'file:///etc/passwd' },
        { url: 'x' },
        { password: 1 },
        { workspace: '/' },
      ];
      for (const change of wrong) {
        await writeFile(path, JSON.stringify({ ...good, ...change }));
        assert.equal(await readLease(workspace, place), undefined, JSON.stringify(change));
      }
      await writeFile(path, JSON.stringify(good).slice(0, -5));
      assert.equal(await readLease(workspace, place), undefined);
      await writeFile(path, JSON.stringify(good));
      assert.ok(await readLease(workspace, place));
    }));

  it('of the server that came after is not removed for the one before', () =>
    inPlace(async (workspace, place) => {
      await writeLease(leaseOf(workspace), place);
      await removeLease(workspace, process.pid + 1, place);
      assert.ok(await readLease(workspace, place));
      await removeLease(workspace, process.pid, place);
      assert.deepEqual(await readdir(serversDir(place)), []);
    }));

  it('stands in each system’s own place', () => {
    const home = join('/', 'home', 'u');
    const at = (platform: NodeJS.Platform, env: StatePlace['env']) =>
      relative(home, serversDir({ platform, env, home }));
    const tail = join('opencode-orchestrator', 'servers');
    assert.equal(at('linux', {}), join('.local', 'state', tail));
    assert.equal(at('linux', { XDG_STATE_HOME: join(home, 'state') }), join('state', tail));
    assert.equal(at('linux', { XDG_STATE_HOME: 'relative' }), join('.local', 'state', tail));
    assert.equal(at('darwin', {}), join('Library', 'Application Support', tail));
    assert.equal(at('win32', { LOCALAPPDATA: join(home, 'L') }), join('L', tail));
    assert.equal(at('win32', {}), join('AppData', 'Local', tail));
  });
});

describe('isRunning', () => {
  it('knows a live process from one that ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    const processStart = await processStartOf(pid);
    assert.ok(await isRunning({ pid, processStart }));
    assert.ok(await isRunning({ pid }));
    await end(child);
    assert.equal(await isRunning({ pid, processStart }), false);
    assert.equal(await isRunning({ pid }), false);
  });

  if (process.platform === 'linux') {
    it('takes a dead process that nobody collected for dead', async () => {
      // The shell becomes a program that never asks for its child.
      const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 30'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const pid = Number(String((await parent.stdout[Symbol.asyncIterator]().next()).value));
        const stateOf = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.[0];
        while ((await stateOf()) !== 'Z') await new Promise((resolve) => setTimeout(resolve, 10));
        assert.ok(process.kill(pid, 0));
        assert.equal(await isRunning({ pid }), false);
      } finally {
        await end(parent);
      }
    });
  }
});
