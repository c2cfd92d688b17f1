import assert from 'node:assert/strict';
import type { FileChange } from '../../../src/core/todo/changes';
import type { TreesPort } from '../../../src/runtime/ports';
import { ofType } from '../../support/e2e';
import type { FakePrompt } from '../../support/fakeBackend';
import { answer, fail, fakeMission, HostKilled, todos } from '../../support/fakeMission';

/** Files by path, and trees of them. */
function fakeDisk() {
  const files = new Map<string, string>();
  const taken: ReadonlyMap<string, string>[] = [];
  const of = (id: string): ReadonlyMap<string, string> => taken[Number.parseInt(id, 16)] ?? new Map();
  const trees: TreesPort = {
    take: () => {
      const same = taken.findIndex((tree) => JSON.stringify([...tree]) === JSON.stringify([...files]));
      const at = same >= 0 ? same : taken.push(new Map(files)) - 1;
      return Promise.resolve(at.toString(16).padStart(40, '0'));
    },
    changes: (from, to) => {
      const [before, after] = [of(from), of(to)];
      const changed = [...after].filter(([path, text]) => before.get(path) !== text);
      return Promise.resolve(
        changed.map(([path]): FileChange => {
          const kind = before.has(path) ? 'modified' : 'added';
          return { path, kind, added: 1, removed: kind === 'added' ? 0 : 1 };
        }),
      );
    },
  };
  return { files, trees };
}

const two = todos({ T1: [], T2: [] });

/** Workers that write their file, and what else `writes` says of them. */
function writers(files: Map<string, string>, writes: (prompt: FakePrompt) => Record<string, string> = () => ({})) {
  return (prompt: FakePrompt) => {
    if (prompt.role !== 'worker') return undefined;
    const { todo = '', attempt } = prompt.order;
    files.set(`src/${todo}.ts`, `${todo}, ${String(attempt)}`);
    for (const [path, text] of Object.entries(writes(prompt))) files.set(path, text);
    return answer({ status: 'done', summary: 'did it', files: [] });
  };
}

const latencyMs = ({ order }: FakePrompt): number => (order.todo === 'T1' ? 3_000 : 2_000);

describe('what TODOs change', () => {
  it('is told for each of those at work at once; what strays may have been any of them', async () => {
    const { files, trees } = fakeDisk();
    files.set('src/T2.ts', 'as it was');
    const agent = writers(files, ({ order }): Record<string, string> =>
      order.todo === 'T1' ? { 'lock.json': '{}' } : {},
    );
    const mission = fakeMission({ plan: two, agent, trees, latencyMs });
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.deepEqual(state.todos.get('T1')?.changes?.files, [
      { path: 'src/T1.ts', kind: 'added', added: 1, removed: 0 },
    ]);
    assert.deepEqual(state.todos.get('T2')?.changes?.files, [
      { path: 'src/T2.ts', kind: 'modified', added: 1, removed: 1 },
    ]);
    const strayed = ofType(mission.records, 'files.strayed');
    assert.deepEqual(
      strayed.map(({ files: paths, todos: ids }) => [paths, [...ids].sort()]),
      [[['lock.json'], ['T1', 'T2']]],
    );
    assert.equal(state.issues.get(strayed[0]?.issue ?? '')?.state, 'closed', 'the mission’s review decided');
  });

  it('is one change over attempts, from before the first of them', async () => {
    const { files, trees } = fakeDisk();
    const write = writers(files);
    let reviews = 0;
    const mission = fakeMission({
      plan: todos({ T1: [] }),
      agent: (prompt) => {
        if (prompt.role === 'reviewer' && prompt.order.todo === 'T1' && (reviews += 1) === 1) return fail();
        return write(prompt);
      },
      trees,
      latencyMs,
    });
    const state = await mission.run();
    const { todos: all, startTree } = state;
    assert.equal(all.get('T1')?.attempts, 2);
    assert.equal(all.get('T1')?.changes?.from, startTree);
    assert.deepEqual(all.get('T1')?.changes?.files, [{ path: 'src/T1.ts', kind: 'added', added: 1, removed: 0 }]);
  });

  it('is told from the tree before the turn also by the process that goes on with it', async () => {
    const { files, trees } = fakeDisk();
    const first = fakeMission({ plan: two, agent: writers(files), trees, latencyMs });
    const run = first.run();
    first.clock.after(5_000, () => {
      if (first.records.some(({ fact }) => fact.type === 'tree.taken')) first.kill();
    });
    await assert.rejects(run, HostKilled);
    const known = ofType(first.records, 'tree.taken');
    assert.ok(known.length > 0, 'it was killed while somebody worked');
    const { clock, backend } = first;
    const next = fakeMission({ plan: two, past: first.records, clock, backend, trees, adopted: true });
    const state = await next.run();
    assert.equal(state.end?.state, 'sealed');
    for (const id of ['T1', 'T2'])
      assert.deepEqual(
        state.todos.get(id)?.changes?.files.map(({ path }) => path),
        [`src/${id}.ts`],
      );
  });

  it('holds up nobody where it cannot be told, and says so once', async () => {
    const trees: TreesPort = {
      take: () => Promise.reject(new Error('There is no git.')),
      changes: () => Promise.resolve([]),
    };
    const mission = fakeMission({ plan: two, trees, latencyMs });
    assert.equal((await mission.run()).end?.state, 'sealed');
    assert.deepEqual(mission.log, ['What TODOs change cannot be told: There is no git.']);
  });

  it('waits 10 s for a disk that does not answer, not for ever', async () => {
    const trees: TreesPort = { take: () => new Promise(() => undefined), changes: () => Promise.resolve([]) };
    const mission = fakeMission({ plan: two, trees, latencyMs });
    const from = mission.clock.now();
    const state = await mission.run();
    assert.equal(state.end?.state, 'sealed');
    assert.ok(state.end.at - from < 60_000);
  });
});
