import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MissionState } from '../../src/core/mission/state';
import { readJournal } from '../../src/persistence/journal';
import { journalPath, requestsDir } from '../../src/persistence/workspaceFiles';
import { diamond, fileTodo, scenarioOf, wide } from '../scenarios/shapes';
import { ofType, serversLeft, stateOnDisk } from '../support/e2e';
import { ended, onFolders, untilIn } from '../support/folders';
import type { Model } from '../support/model/model';
import { opencode, root, run, type Scratch } from '../support/scratch';

const script = fileURLToPath(new URL('../support/driverProcess.ts', import.meta.url));
/** How often a driver of these tests shows that it is alive: it counts as frozen after eight times that. Every day’s is 2,000. */
const beatMs = Number(process.env['DRIVER_BEAT_MS'] ?? 250);

interface DriverProcess {
  readonly child: ChildProcess;
  /** What it said on standard error, once it has ended. */
  readonly over: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** Drives a mission in a process of its own, as the command line does. */
function drive(place: Scratch, ...args: string[]): DriverProcess {
  const all = ['--import', 'tsx', script, String(beatMs), ...args, '--json', '--opencode', opencode];
  const child = spawn(process.execPath, [...all, '-C', place.workspace], { cwd: root, env: place.env });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdout.resume();
  const over = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    said: Buffer.concat(said).toString(),
  }));
  return { child, over };
}

/** Waits for a call of a role, or fails with what the driver said when it ended before. */
async function atWork(model: Model, { over }: DriverProcess, todo: string): Promise<void> {
  const early = over.then(({ said }) => Promise.reject(new Error(said)));
  await Promise.race([early, model.waitForCall({ role: 'worker', todo }, 90_000)]);
  early.catch(() => undefined); // it ends some time
}

/** Each worker and each reviewer was prompted exactly once. */
function assertPromptedOnce(model: Model, state: MissionState): void {
  for (const { id, attempts } of state.todos.values()) {
    assert.equal(attempts, 1, id);
    for (const role of ['worker', 'reviewer'] as const)
      assert.equal(model.turnsOf({ role, todo: id }).length, 1, `${role} of ${id}`);
  }
}

function serverPid(place: Scratch): number {
  const file = path.join(place.base, 'state', 'opencode-orchestrator', 'servers', serversLeft(place)[0] ?? '');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const journalOf = (place: Scratch, id: string) => readJournal(journalPath(place.workspace, id));

describe('two drivers, one mission (P9)', function () {
  this.timeout(300_000);

  it('one of two windows that watch goes on when the terminal is killed; every attempt is prompted once', async () => {
    await onFolders(diamond({ latencyMs: 300, todos: { T2: { latencyMs: 3_000 } } }), async (stage) => {
      const { model, place, folder } = stage;
      const driver = drive(place, 'task', 'Outlive your terminal');
      await atWork(model, driver, 'T2');
      const windows = [folder(), folder()];
      for (const window of windows) await window.look();
      for (const window of windows) await untilIn(window, (state, mode) => mode === 'watches' && state !== undefined);
      const killedAt = performance.now();
      driver.child.kill('SIGKILL');
      const heir = await Promise.race(
        windows.map((window) => untilIn(window, (_, mode) => (mode === 'drives' ? window : undefined))),
      );
      assert.ok(performance.now() - killedAt < 8_000, 'within seconds');
      const [other] = windows.filter((window) => window !== heir);
      assert.ok(other);
      await untilIn(other, (_, mode) => mode === 'watches');
      const state = await ended(heir, 'sealed');
      await ended(other, 'sealed');
      assertPromptedOnce(model, state);
      assert.equal(ofType(heir.records, 'mission.resumed').filter((fact) => fact.adopted).length, 1);
      const { records, end } = await journalOf(place, state.mission);
      assert.deepEqual(
        [...new Set(records.map(({ epoch }) => epoch))],
        [1, 3],
        'the one that was killed left its lock',
      );
      assert.equal(end.stale, 0);
      assert.deepEqual(stateOnDisk(place, state.mission), state);
    });
  });

  it('a window goes on when the driver is frozen; woken, that one touches nothing, says so, and ends with 2', async () => {
    await onFolders(diamond({ latencyMs: 300 }), async ({ model, place, folder }) => {
      const release = model.hold({ role: 'worker', todo: 'T2' });
      const driver = drive(place, 'task', 'Outlive a frozen process');
      await atWork(model, driver, 'T2');
      await untilQuiet(model);
      const window = folder();
      await window.look();
      await untilIn(window, (state, mode) => mode === 'watches' && state?.todos.get('T3')?.state === 'done');
      const pid = serverPid(place);
      driver.child.kill('SIGSTOP');
      await untilIn(window, (_, mode) => mode === 'drives');
      await untilIn(window, () => ofType(window.records, 'mission.resumed').length === 1);
      const size = readFileSync(journalPath(place.workspace, window.mission?.mission ?? '')).length;
      // A minute with the beat of every day.
      await sleep(beatMs * 30);
      driver.child.kill('SIGCONT');
      const { code, said } = await driver.over;
      assert.equal(code, 2, said);
      assert.equal(said.match(/has taken this mission over/g)?.length, 1, said);
      assert.match(said, new RegExp(`process ${String(process.pid)}`));
      assert.ok(isAlive(pid), 'the server is the successor’s');
      assert.equal(serverPid(place), pid);
      const after = readFileSync(journalPath(place.workspace, window.mission?.mission ?? '')).length;
      assert.ok(after >= size);
      assert.equal(model.inFlight, 1, 'no agent was aborted');
      release();
      const state = await ended(window, 'sealed');
      assertPromptedOnce(model, state);
      const { records, end } = await journalOf(place, state.mission);
      assert.deepEqual([...new Set(records.map(({ epoch }) => epoch))], [1, 3]);
      assert.equal(end.stale, 0);
      assert.deepEqual(stateOnDisk(place, state.mission), state);
    });
  });

  it('a window that watches passes on a pause, a note, an edit, a limit and an answer; and shows what came of it', async () => {
    const asking = scenarioOf([fileTodo('T1'), fileTodo('T2')], {
      latencyMs: 300,
      todos: { T1: { steps: [{ bash: 'echo may I' }, { write: { file: 'out/T1.txt', content: 'T1' } }] } },
    });
    await onFolders(
      asking,
      async ({ model, place, folder }) => {
        const driver = folder();
        await driver.start('Be steered from elsewhere');
        const window = folder();
        await window.look();
        const ask = await untilIn(window, (state) => [...(state?.asks.values() ?? [])][0]);
        await window.pause('a person');
        assert.match(driver.mission?.paused?.by ?? '', /^a person, process \d+$/);
        await window.note('Be quick.');
        await untilIn(driver, () => ofType(driver.records, 'note.added')[0]?.text === 'Be quick.');
        const draft = { id: 'H1', title: 'By hand', detail: 'It.', files: ['out/h.txt'], after: [] };
        assert.deepEqual(await window.edit({ type: 'add', draft }), { ok: true });
        assert.deepEqual(await window.edit({ type: 'tick', todo: 'H1', done: true }), { ok: true });
        assert.equal(driver.mission?.todos.get('H1')?.state, 'done');
        assert.match(JSON.stringify(await window.edit({ type: 'cancel', todo: 'nobody' })), /no TODO/);
        assert.deepEqual(await window.change(['limits.maxIterations=31'], 'a person'), { ok: true });
        assert.equal(driver.mission.settings['limits.maxIterations'], 31);
        const other = await window.change(['opencode.path=/evil'], 'a person');
        assert.match(other.ok ? '' : other.sentence, /Only limits and budgets/);
        await window.reply(ask.id, { type: 'permission', reply: 'always' });
        assert.equal(window.mission?.asks.has(ask.id), false);
        await window.unpause('a person');
        const forget = window.listen({
          changed: () => undefined,
          signalled: () => undefined,
          recorded: (records) => {
            for (const { ask: id } of ofType(records, 'ask.opened'))
              void window.reply(id, { type: 'permission', reply: 'always' }).catch(() => undefined);
          },
        });
        await Promise.all([ended(driver, 'sealed'), ended(window, 'sealed')]);
        forget();
        assert.ok(model.callsOf({ role: 'worker', todo: 'T1' }).length > 1);
        const requests = requestsDir(place.workspace, driver.mission.mission);
        assert.deepEqual(readdirSync(requests), [], 'no request is left');
      },
      { permission: { bash: 'ask' } },
    );
  });
});

/** Waits until the model has nothing to do but what is held. */
async function untilQuiet(model: Model): Promise<void> {
  await model.waitFor(() => model.inFlight === 1, 60_000);
}

describe('a folder that people change in mid-mission', function () {
  this.timeout(300_000);

  it('renamed: agents and server are ended, nothing is made anew; back in its place the mission goes on', async () => {
    await onFolders(wide(2, { latencyMs: 200 }), async ({ model, place }) => {
      const release = model.hold({ role: 'worker' });
      const driver = drive(place, 'task', 'Survive a new name');
      await atWork(model, driver, 'T1');
      const pid = serverPid(place);
      const away = path.join(place.base, 'elsewhere');
      renameSync(place.workspace, away);
      const { code, said } = await driver.over;
      assert.equal(code, 2, said);
      assert.equal(said.match(/was renamed or removed while its mission ran/g)?.length, 1, said);
      assert.equal(isAlive(pid), false, 'the server is ended');
      assert.deepEqual(serversLeft(place), []);
      assert.equal(model.inFlight, 0, 'no agent is at work');
      assert.equal(existsSync(place.workspace), false, 'nothing is made anew');
      renameSync(away, place.workspace);
      release();
      const again = await run(place, ['resume', '--json', '--opencode', opencode]);
      assert.equal(again.code, 0, again.stderr);
      const state = stateOnDisk(place, String(again.result['mission']));
      for (const todo of state.todos.values()) assert.equal(todo.attempts, 1, todo.id);
    });
  });

  it('removed: agents and server are ended, and nothing is made anew', async () => {
    await onFolders(wide(2), async ({ model, place, folder }) => {
      model.hold({ role: 'worker' });
      const window = folder([], { beatMs });
      await window.start('Survive nothing');
      await model.waitFor(() => model.callsOf({ role: 'worker' }).length === 2, 60_000);
      const pid = serverPid(place);
      rmSync(place.workspace, { recursive: true, force: true });
      await untilIn(window, (_, mode) => mode === 'over');
      assert.match(window.trouble ?? '', /was renamed or removed while its mission ran/);
      assert.equal(isAlive(pid), false, 'the server is ended');
      assert.equal(model.inFlight, 0, 'no agent is at work');
      await sleep(1_000);
      assert.equal(existsSync(place.workspace), false, 'nothing is made anew');
    });
  });

  it('another checkout: what git removes is shown again, what it brings back unticks nothing, a stranger’s file is kept', async () => {
    await onFolders(diamond({ latencyMs: 200 }), async ({ model, place, folder }) => {
      const window = folder();
      const held = model.hold({ role: 'worker', todo: 'T2' });
      await window.start('Survive a checkout');
      const todo = '.opencode/todo.md';
      await until(() => read(place, todo).includes('**T2**'));
      place.git('checkout', '-q', '-b', 'early');
      place.git('add', '-f', todo, '.opencode/work-log.md');
      place.git('commit', '-q', '-m', 'Early');
      await untilIn(window, (state) => state?.todos.get('T3')?.state === 'done');
      await until(() => read(place, todo).includes('[x] **T3**'));
      place.git('checkout', '-q', '-f', 'main');
      await until(() => read(place, todo).includes('[x] **T3**'));
      place.git('checkout', 'early', '--', '.opencode');
      await until(() => read(place, todo).includes('[x] **T3**'));
      place.write(
        todo,
        '<!-- opencode-orchestrator mission: m-of-somebody seq: 3 -->\n# TODO\n\n- [x] **T2** Theirs\n',
      );
      await until(() => read(place, todo).includes('[x] **T3**'));
      held();
      const state = await ended(window, 'sealed');
      assertPromptedOnce(model, state);
      assert.deepEqual([...state.todos.keys()], ['T1', 'T2', 'T3', 'T4']);
      assert.equal(state.todos.get('T2')?.title, 'Write out/T2.txt');
      assert.equal(ofType(window.records, 'todos.edited').length, 0);
      const archive = path.join(place.workspace, '.opencode', 'orchestrator', 'archive');
      const kept = readdirSync(archive).map((name) => readFileSync(path.join(archive, name), 'utf8'));
      assert.ok(kept.some((text) => text.includes('Theirs')));
    });
  });

  it('todo.md saved in two halves, and again and again while it is written: each edit is taken once, no half of one', async () => {
    await onFolders(wide(6, { latencyMs: 700 }), async ({ model, place, folder }) => {
      const window = folder(['limits.parallelSessions=2']);
      const todo = '.opencode/todo.md';
      const held = model.hold({ role: 'worker', todo: 'T6' });
      await window.start('Be edited');
      await until(() => read(place, todo).includes('**T6**'));
      for (let round = 1; round <= 3; round += 1) {
        await sleep(400);
        const text = `${place.read(todo)}- [x] Thing ${String(round)}\n`;
        place.write(todo, text.slice(0, text.indexOf('**T2**') + 12));
        await sleep(120);
        place.write(todo, text);
        await untilIn(window, (state) =>
          [...(state?.todos.values() ?? [])].some((it) => it.title === `Thing ${String(round)}`),
        );
      }
      held();
      const state = await ended(window, 'sealed');
      const titles = [...state.todos.values()].map(({ title }) => title);
      const ours = [1, 2, 3, 4, 5, 6].map((n) => `Write out/T${String(n)}.txt`);
      assert.deepEqual(titles, [...ours, 'Thing 1', 'Thing 2', 'Thing 3']);
      assert.deepEqual(state.kept, []);
    });
  });
});

/** A file’s text; empty while it is away. */
function read(place: Scratch, file: string): string {
  return existsSync(path.join(place.workspace, file)) ? place.read(file) : '';
}

/** Waits until something on disk holds; rejects after 60 s. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    assert.ok(waited < 60_000, `Not seen: ${String(holds)}`);
    await sleep(50);
  }
}
