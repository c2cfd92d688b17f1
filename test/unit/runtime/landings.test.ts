import assert from 'node:assert/strict';
import type { FileChange } from '../../../src/core/todo/changes';
import type { WorktreesPort } from '../../../src/runtime/ports';
import { ofType } from '../../support/e2e';
import { FakeBackend, type FakePrompt } from '../../support/fakeBackend';
import { answer, fakeMission, goodAgents, HostKilled, todos, type FakeOptions } from '../../support/fakeMission';
import { ManualClock } from '../../support/manualClock';

type Files = Map<string, string>;

/** A folder and worktrees in memory; `fails` says what rejects, and how often. */
function fakeWorktrees(fails: { place?: string; merge?: string; late?: number } = {}) {
  const kept: ReadonlyMap<string, string>[] = [];
  const folder: Files = new Map([['shared.ts', 'as it was']]);
  const apart = new Map<string, { readonly files: Files; readonly base: string; checkout?: string }>();
  const removed: string[] = [];
  const keep = (files: ReadonlyMap<string, string>): string => {
    const text = JSON.stringify([...files].sort());
    const same = kept.findIndex((tree) => JSON.stringify([...tree].sort()) === text);
    return (same >= 0 ? same : kept.push(new Map(files)) - 1).toString(16).padStart(40, '0');
  };
  const of = (tree: string): ReadonlyMap<string, string> => kept[Number.parseInt(tree, 16)] ?? new Map();
  const port: WorktreesPort = {
    directory: (todo) => `/apart/${todo}`,
    place(todo, known) {
      if (fails.place !== undefined) return Promise.reject(new Error(fails.place));
      const made = apart.get(todo) ?? { files: new Map(folder), base: keep(folder) };
      apart.set(todo, made);
      if (known?.checkout !== undefined && made.checkout !== known.checkout) {
        made.files.clear();
        for (const [path, text] of of(known.checkout)) made.files.set(path, text);
        made.checkout = known.checkout;
      }
      return Promise.resolve({ base: made.base, folder: made.base });
    },
    merge(todo, base, suspects) {
      if (fails.merge !== undefined) return Promise.reject(new Error(fails.merge));
      const mine = apart.get(todo)?.files ?? new Map<string, string>();
      const [before, merged, conflicts] = [of(base), new Map(folder), [] as string[]];
      for (const [path, text] of mine) {
        if (text === before.get(path) || text === folder.get(path)) continue;
        const isFree = folder.get(path) === before.get(path);
        if (!isFree) conflicts.push(path);
        merged.set(path, isFree ? text : `<<<<<<< ${folder.get(path) ?? ''} ======= ${text} >>>>>>>`);
      }
      const unresolved = suspects.filter((path) => mine.get(path)?.startsWith('<<<<<<<'));
      return Promise.resolve({ tree: keep(merged), conflicts, folder: keep(folder), theirs: keep(mine), unresolved });
    },
    changes(from, to) {
      const changed = [...of(to)].filter(([path, text]) => of(from).get(path) !== text);
      return Promise.resolve(changed.map(([path]): FileChange => ({ path, kind: 'modified', added: 1, removed: 1 })));
    },
    write(_from, to) {
      if ((fails.late ?? 0) > 0) {
        fails.late = (fails.late ?? 0) - 1;
        return Promise.resolve(['shared.ts']);
      }
      for (const [path, text] of of(to)) folder.set(path, text);
      return Promise.resolve([]);
    },
    commit: () => Promise.resolve(undefined),
    remove(todo) {
      apart.delete(todo);
      removed.push(todo);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...apart.keys()]),
  };
  return { port, folder, apart, removed };
}

const two = { ...todos({ T1: [], T2: [] }), check: 'true' };
const settings = { isolation: 'worktree' } as const;

/** Workers that write into their worktree. */
function writers(apart: ReadonlyMap<string, { files: Files }>, text: (prompt: FakePrompt) => Record<string, string>) {
  return (prompt: FakePrompt) => {
    if (prompt.role !== 'worker') return undefined;
    assert.equal(prompt.order.directory, `/apart/${prompt.order.todo ?? ''}`);
    for (const [path, said] of Object.entries(text(prompt))) apart.get(prompt.order.todo ?? '')?.files.set(path, said);
    return answer({ status: 'done', summary: 'did it', files: [] });
  };
}

/** Slower the later the TODO, so that they come to the queue in order. */
const latencyMs = ({ order }: FakePrompt): number => (order.todo === 'T2' ? 3_000 : 1_000);

function run(options: FakeOptions & { readonly worktrees: WorktreesPort }) {
  return fakeMission({ plan: two, settings, latencyMs, ...options });
}

describe('what works apart and lands', () => {
  it('is in the folder before it is done; then its worktree goes, and OpenCode hears of the folder alone', async () => {
    const { port, folder, apart, removed } = fakeWorktrees();
    const mission = run({
      worktrees: port,
      agent: writers(apart, ({ order: { todo = '' } }) => ({ [`src/${todo}.ts`]: todo })),
    });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.equal(folder.get('src/T1.ts'), 'T1');
    assert.equal(folder.get('src/T2.ts'), 'T2');
    assert.deepEqual(removed.sort(), ['T1', 'T2']);
    assert.deepEqual([...mission.backend.heard], []);
    assert.deepEqual(
      state.todos.get('T2')?.changes?.files.map(({ path }) => path),
      ['src/T2.ts'],
      'its own, not T1’s',
    );
    const order = mission.records.map(({ fact }) => fact.type);
    assert.ok(order.indexOf('landing.began') < order.indexOf('todo.landed'));
  });

  it('that changed more than it names is told for certain, and the mission’s review decides', async () => {
    const { port, apart } = fakeWorktrees();
    const agent = writers(apart, ({ order: { todo = '' } }): Record<string, string> =>
      todo === 'T1' ? { 'src/T1.ts': 'x', 'lock.json': '{}' } : { 'src/T2.ts': 'x' },
    );
    const mission = run({ worktrees: port, agent });
    const state = await mission.run();
    assert.deepEqual(
      ofType(mission.records, 'files.strayed').map(({ files, todos: of }) => [files, of]),
      [[['lock.json'], ['T1']]],
    );
    assert.equal(state.end?.state, 'sealed');
  });

  it('is not checked again by itself where the mission’s review does that', async () => {
    const { port, folder, apart } = fakeWorktrees();
    const plan = { ...two, todos: two.todos.map((todo) => ({ ...todo, check: 'true' })) };
    const agent = writers(apart, ({ order: { todo = '' } }) => ({ [`src/${todo}.ts`]: todo }));
    for (const [review, reviews] of [
      ['each', 3],
      ['mission', 0],
    ] as const) {
      folder.clear();
      const mission = run({ worktrees: port, plan, agent, settings: { ...settings, review } });
      const state = await mission.run();
      assert.equal(state.end?.state, 'sealed');
      assert.ok([...state.todos.values()].every(({ verified }) => verified));
      assert.equal(ofType(mission.records, 'todo.reviewed').length, reviews, review);
    }
  });

  it('costs an attempt where its worktree cannot be made, with the reason, and fails in the end', async () => {
    const { port } = fakeWorktrees({ place: 'isolationSetup ended with exit code 3: no' });
    const mission = run({
      worktrees: port,
      settings: { ...settings, 'limits.recoveryAttempts': 1, 'limits.maxIterations': 2 },
    });
    const state = await mission.run();
    const { state: how, reason } = state.todos.get('T1') ?? {};
    assert.equal(how, 'failed');
    assert.match(reason ?? '', /The turn could not be started: isolationSetup ended with exit code 3: no/);
  });

  it('is blocked with the reason where it cannot be merged; nothing is lost', async () => {
    const { port, apart } = fakeWorktrees({ merge: 'There is no git on the PATH.' });
    const mission = run({ worktrees: port, settings: { ...settings, 'limits.maxIterations': 2 } });
    const state = await mission.run();
    assert.equal(state.todos.get('T1')?.state, 'blocked');
    assert.equal(state.todos.get('T1')?.reason, 'There is no git on the PATH.');
    assert.ok(apart.has('T1'));
  });

  it('is written again when a file changes at that very moment, and given up when that never ends', async () => {
    for (const [late, how] of [
      [3, 'done'],
      [100, 'blocked'],
    ] as const) {
      const { port, apart } = fakeWorktrees({ late });
      const agent = writers(apart, ({ order: { todo = '' } }) => ({ [`src/${todo}.ts`]: todo }));
      const state = await run({ worktrees: port, agent, settings: { ...settings, 'limits.maxIterations': 2 } }).run();
      assert.equal(state.todos.get('T1')?.state, how);
    }
  });

  it('waits while somebody in the folder is at work on a file of it', async () => {
    const { port, folder, apart } = fakeWorktrees();
    const plan = {
      ...todos({ T1: [], T2: [] }),
      todos: todos({ T1: [], T2: [] }).todos.map((todo) => ({
        ...todo,
        files: ['shared.ts'],
        isolate: todo.id === 'T1',
      })),
    };
    let duringT2: string | undefined;
    const agent = (prompt: FakePrompt) => {
      if (prompt.role !== 'worker') return undefined;
      if (prompt.order.todo === 'T1') apart.get('T1')?.files.set('shared.ts', 'T1’s');
      else duringT2 = folder.get('shared.ts');
      return answer({ status: 'done', summary: 'did it', files: [] });
    };
    const mission = fakeMission({
      plan,
      agent,
      worktrees: port,
      latencyMs: ({ order }) => (order.todo === 'T2' ? 20_000 : 500),
    });
    const state = await mission.run();
    assert.equal(duringT2, 'as it was', 'T2 has seen no half of T1');
    assert.equal(folder.get('shared.ts'), 'T1’s');
    assert.equal(state.end?.state, 'sealed');
    const at = (type: string, todo: string): number =>
      mission.records.find(({ fact }) => fact.type === type && 'todo' in fact && fact.todo === todo)?.at ?? 0;
    assert.ok(at('todo.landed', 'T1') >= at('todo.reviewed', 'T2'));
  });

  it('comes to the same end wherever the host is killed', async () => {
    const clean = fakeWorktrees();
    const text = ({ order: { todo = '', attempt } }: FakePrompt) => ({
      'shared.ts': attempt > 1 ? 'both' : todo,
      [`src/${todo}.ts`]: todo,
    });
    const whole = run({ worktrees: clean.port, agent: writers(clean.apart, text) });
    await whole.run();
    assert.equal(clean.folder.get('shared.ts'), 'both');
    const moments = (['flushed', 'next'] as const).flatMap((when) =>
      whole.records.slice(5).map(({ seq }) => ({ seq: seq - 1, when })),
    );
    for (const killAt of moments) {
      const killed = `killed at ${JSON.stringify(killAt)}`;
      const { port, folder, apart } = fakeWorktrees();
      const clock = new ManualClock();
      const workers = writers(apart, text);
      const good = goodAgents(two);
      const backend = new FakeBackend(clock, (prompt) => workers(prompt) ?? good(prompt), latencyMs);
      const parts = { worktrees: port, clock, backend };
      const first = run({ ...parts, killAt });
      await assert.rejects(first.run(), HostKilled);
      const state = await run({ ...parts, past: first.records, files: first.files }).run();
      assert.equal(state.end?.state, 'sealed', killed);
      assert.deepEqual(Object.fromEntries(folder), Object.fromEntries(clean.folder), killed);
      assert.equal(apart.size, 0, killed);
      for (const { id, changes } of state.todos.values())
        assert.ok(
          changes?.files.some(({ path }) => path === `src/${id}.ts`),
          `${id}’s changes are told, ${killed}`,
        );
    }
  });
});
