import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backgroundCommands } from '../../../src/background/commands';
import { commandMark } from '../../../src/background/killTree';
import { commandId, type Command } from '../../../src/core/commands/model';
import { acquireLock, type Lock } from '../../../src/persistence/lock';
import { commandFile, readStarted, readTail } from '../../../src/persistence/commandFiles';
import { processesWith } from '../../../src/persistence/markedProcesses';
import { commandDir, ensureMissionDir, lockPath } from '../../../src/persistence/workspaceFiles';
import type { CommandsPort } from '../../../src/runtime/ports';

const mission = 'm-1';
const supervisor = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'supervisor.mjs');

describe('background commands in real processes', function () {
  this.timeout(60_000);
  let base: string;
  let lock: Lock;
  let port: CommandsPort;
  let away: AbortController;
  let count = 0;
  const ids: string[] = [];

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
    await ensureMissionDir(base, mission);
    lock = await acquireLock(lockPath(base), mission);
    away = new AbortController();
    port = portOf(away.signal);
  });
  afterEach(async () => {
    for (const id of ids.splice(0)) await port.kill(id).catch(() => undefined); // one that was never begun
    away.abort();
    await lock.release();
    rmSync(base, { recursive: true, force: true });
  });

  const portOf = (signal: AbortSignal) =>
    backgroundCommands({ workspace: base, mission, supervisor, env: { ...process.env, XDG_STATE_HOME: base }, signal });

  function command(line: string, timeoutMs = 50_000): Command {
    const id = commandId('test', base, String((count += 1)));
    ids.push(id);
    return { id, command: line, label: '', timeoutMs, by: 'worker', state: 'running', orderedAt: 0 };
  }
  const dirOf = (id: string) => commandDir(base, mission, id);
  const marked = (id: string) => processesWith(`${commandMark}=${id}`);
  async function output(id: string, what: RegExp): Promise<string> {
    for (const begun = Date.now(); ; await sleep(50)) {
      const tail = await readTail(dirOf(id), 2_000);
      if (what.test(tail)) return tail;
      assert.ok(Date.now() - begun < 20_000, `never wrote ${String(what)}, but ${tail}`);
    }
  }

  it('tells the exit code and the end of what was written, in the workspace folder, with nothing to read from', async () => {
    const ended = await port.run(command('pwd; cat; echo to stderr >&2; exit 3'));
    assert.deepEqual([ended?.how, ended?.exitCode], ['exited', 3]);
    assert.equal(ended?.tail, `${base}\nto stderr\n`);
    assert.equal(ended.bytes, ended.tail.length);
  });

  it('names the signal that ended it, and a command that is not found by the shell’s own 127', async () => {
    const died = await port.run(command('kill -KILL $$'));
    assert.deepEqual([died?.how, died?.signal], ['signalled', 'SIGKILL']);
    const missing = await port.run(command('no-such-command-anywhere'));
    assert.deepEqual([missing?.how, missing?.exitCode], ['exited', 127]);
    assert.match(missing?.tail ?? '', /not found/);
  });

  it('ends one that never ends at its time-out, and one that is killed, with all that it started', async () => {
    const late = command('sleep 600', 1_000);
    assert.equal((await port.run(late))?.how, 'timedOut');
    // A grandchild in the group, and one that has left it.
    const family = command(`trap '' TERM; sleep 601 & setsid sleep 602 & echo ready; wait`);
    const running = port.run(family);
    await output(family.id, /ready/);
    // One that is just becoming another program shows no environment for a moment.
    for (const begun = Date.now(); (await marked(family.id)).length < 3; await sleep(50))
      assert.ok(Date.now() - begun < 20_000, 'the shell, and two that it started');
    await port.kill(family.id);
    assert.equal((await running)?.how, 'killed');
    assert.deepEqual(await marked(family.id), []);
  });

  it('leaves nothing running behind a shell that has ended', async () => {
    const careless = command('sleep 603 & setsid sleep 604 & exit 0');
    const ended = await port.run(careless);
    assert.equal(ended?.exitCode, 0);
    assert.deepEqual(await marked(careless.id), []);
  });

  it('keeps the end of a flood: 60 MB cost a few on disk, and the reader a few thousand bytes', async () => {
    const flood = command('yes 0123456789012345678901234567890 | head -c 60000000; echo; echo the end');
    const ended = await port.run(flood);
    assert.equal(ended?.exitCode, 0);
    assert.match(ended.tail, /the end\n$/);
    assert.ok(ended.tail.length <= 2_000);
    const kept = (['output', 'older'] as const).map((name) => statSync(commandFile(dirOf(flood.id), name)).size);
    assert.ok(kept.reduce((sum, size) => sum + size, 0) <= 6 * 1024 * 1024, `kept ${String(kept)}`);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal((await readTail(dirOf(flood.id), 64 * 1024)).length, 64 * 1024);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024);
  });

  it('goes on while nobody watches, is watched again, and is never run twice', async () => {
    const once = command('echo run >> runs.txt; echo ready; sleep 1; exit 4');
    const first = port.run(once);
    await output(once.id, /ready/);
    away.abort();
    assert.equal(await first, undefined);
    away = new AbortController();
    port = portOf(away.signal);
    assert.equal((await port.run(once))?.exitCode, 4);
    assert.equal((await port.watch(once.id))?.exitCode, 4);
    assert.equal(statSync(path.join(base, 'runs.txt')).size, 'run\n'.length);
  });

  it('is lost, with all that it started, when its supervisor is killed', async () => {
    const orphan = command('echo ready; sleep 605');
    const running = port.run(orphan);
    await output(orphan.id, /ready/);
    const { pid } = (await readStarted(dirOf(orphan.id))) ?? assert.fail('no supervisor');
    process.kill(pid, 'SIGKILL');
    const ended = await running;
    assert.deepEqual([ended?.how, ended?.tail], ['lost', 'ready\n']);
    assert.deepEqual(await marked(orphan.id), []);
  });

  it('could not be started when the process that wrote it down never came to it', async () => {
    assert.equal((await port.watch(commandId('never')))?.how, 'unstartable');
  });

  it('is ended when neither the driver nor the server is left', async () => {
    // The driver is another process here, and dies.
    await lock.release();
    const driver = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    const holder = { pid: driver.pid, mission, token: 'x', startedAt: Date.now() };
    writeFileSync(lockPath(base), JSON.stringify(holder));
    const left = command('echo ready; sleep 606');
    const running = port.run(left);
    await output(left.id, /ready/);
    driver.kill('SIGKILL');
    const ended = await running;
    assert.equal(ended?.how, 'lost');
    assert.deepEqual(await marked(left.id), []);
    rmSync(lockPath(base), { force: true });
    lock = await acquireLock(lockPath(base), mission);
  });

  it('says of one whose supervisor does not come up that it could not be started', async () => {
    const nowhere = backgroundCommands({
      ...{ workspace: base, mission, supervisor: '/nowhere/supervisor.mjs', signal: away.signal },
      env: process.env,
    });
    const ended = await nowhere.run(command('true'));
    assert.deepEqual([ended?.how, ended?.exitCode], ['unstartable', null]);
  });
});
