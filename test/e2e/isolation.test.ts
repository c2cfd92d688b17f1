import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import { waitUntil } from '../support/processes';
import { mission, opencode, run, start, type Scratch } from '../support/scratch';

const apart = ['--set', 'isolation=worktree'] as const;

/** Ten lines, some of them said by somebody. */
const lines = (by: Readonly<Record<number, string>> = {}): string =>
  `${Array.from({ length: 10 }, (_, at) => by[at] ?? `line ${String(at)}`).join('\n')}\n`;

/** A worker’s steps that say who wrote a line. */
const says = (id: string, file: string, line: number) => ({
  bash: `sed -i '${String(line + 1)}s/.*/by ${id}/' ${file}`,
});

const worktreeOf = (place: Scratch, missionId: string, todo: string): string =>
  path.join(place.base, 'state', 'opencode-orchestrator', 'worktrees', missionId, `t-${todo}`);

describe('TODOs in worktrees of their own, on the real server', function () {
  this.timeout(300_000);

  it('work at the same file at once, and land one by one in a dirty folder; the person’s repository hears of nothing', async () => {
    const todo = (id: string) => ({
      ...fileTodo(id),
      files: ['shared.txt', `out/${id}.txt`],
      check: `grep -q 'by ${id}' shared.txt`,
    });
    const steps = (id: string, line: number) => ({
      latencyMs: 1_000,
      steps: [
        says(id, 'shared.txt', line),
        { bash: `mkdir -p out && pwd > out/${id}.txt && git log --oneline | tail -1 >> out/${id}.txt` },
      ],
    });
    const scenario = scenarioOf([todo('T1'), todo('T2')], {
      latencyMs: 100,
      todos: { T1: steps('T1', 0), T2: steps('T2', 9) },
    });
    await onStage(scenario, async ({ place }) => {
      writeFileSync(path.join(place.workspace, 'shared.txt'), lines());
      place.git('add', 'shared.txt');
      place.git('commit', '-q', '-m', 'Lines');
      writeFileSync(path.join(place.workspace, 'shared.txt'), lines({ 4: 'mine, not committed' }));
      const git = () => [
        readFileSync(path.join(place.workspace, '.git', 'index')).toString('base64'),
        ...[
          ['rev-parse', 'HEAD'],
          ['branch', '-a'],
          ['worktree', 'list'],
          ['stash', 'list'],
        ].map((args) => place.git(...args)),
      ];
      const before = git();
      const ran = await mission(place, 'Two of the same file', ...apart);
      const state = assertEnded(place, ran, 0);
      assert.equal(place.read('shared.txt'), lines({ 0: 'by T1', 4: 'mine, not committed', 9: 'by T2' }));
      for (const id of ['T1', 'T2']) {
        const [where, root] = place.read(`out/${id}.txt`).split('\n');
        assert.equal(where, worktreeOf(place, state.mission, id));
        assert.match(root ?? '', /Begin/, 'the history is there');
        assert.ok(state.todos.get(id)?.verified);
        assert.deepEqual(
          state.todos.get(id)?.changes?.files.map((file) => file.path),
          [`out/${id}.txt`, 'shared.txt'],
        );
      }
      const told = (await run(place, ['blame', 'shared.txt', '--json'])).lines[0] as {
        lines: ({ todo: string } | null)[];
      };
      assert.equal(
        told.lines.map((line) => line?.todo ?? '-').join(' '),
        'T1 - - - - - - - - T2',
        'whose lines they are',
      );
      assert.equal(state.peak, 2, 'both at once');
      const merged = ofType(factsOf(ran), 'todo.merged').map(({ next }) => next);
      assert.deepEqual(merged, ['reviewer'], 'the check of the second is repeated, since the folder moved on');
      assert.deepEqual(git(), before);
      assert.deepEqual(readdirSync(path.dirname(worktreeOf(place, state.mission, 'T1'))), [], 'none is left');
    });
  });

  it('meet conflicts: a worker resolves one, a person the other, and nothing is lost', async () => {
    const ids = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'];
    const todos = ids.map((id) => ({ ...fileTodo(id), files: ['a.txt', 'b.txt', `out/${id}.txt`] }));
    const own = (id: string) => ({ bash: `mkdir -p out && echo ${id} > out/${id}.txt` });
    const scenario = scenarioOf(todos, {
      latencyMs: 100,
      todos: {
        T1: { steps: [own('T1'), says('T1', 'a.txt', 0)] },
        T2: { steps: [own('T2'), says('T2', 'b.txt', 0)] },
        T3: { steps: [own('T3'), says('T3', 'a.txt', 9)] },
        T4: { steps: [own('T4'), says('T4', 'b.txt', 9)] },
        T5: {
          steps: [{ bash: 'sleep 6' }, own('T5'), says('T5', 'a.txt', 0)],
          attempts: { 2: { steps: [{ bash: `printf '%s' '${lines({ 0: 'by T1 and T5', 9: 'by T3' })}' > a.txt` }] } },
        },
        T6: {
          steps: [{ bash: 'sleep 6' }, own('T6'), says('T6', 'b.txt', 0)],
          attempts: { 2: { steps: [{ bash: 'echo tried >> b.txt' }] } },
        },
      },
    });
    await onStage(scenario, async ({ place, model }) => {
      for (const file of ['a.txt', 'b.txt']) writeFileSync(path.join(place.workspace, file), lines());
      const ran = await mission(place, 'Six', ...apart);
      const waiting = assertEnded(place, ran, 6);
      const merged = ofType(factsOf(ran), 'todo.merged').map(({ todo, next, conflicts }) => [todo, next, conflicts]);
      assert.deepEqual(
        merged.filter(([, next]) => next !== 'reviewer').sort(),
        [
          ['T5', 'worker', ['a.txt']],
          ['T6', 'person', ['b.txt']],
          ['T6', 'worker', ['b.txt']],
        ].sort(),
      );
      assert.match(ran.stderr, /The same lines of b\.txt were changed by T6 and in the folder/);
      assert.equal(place.read('a.txt'), lines({ 0: 'by T1 and T5', 9: 'by T3' }));
      assert.equal(place.read('b.txt'), lines({ 0: 'by T2', 9: 'by T4' }), 'nothing half-merged is in the folder');
      const resolver = model.callsOf({ role: 'worker', todo: 'T5' }).at(-1)?.messages ?? [];
      assert.match(JSON.stringify(resolver), /Its worktree now holds both sides between conflict markers/);
      const tree = worktreeOf(place, waiting.mission, 'T6');
      assert.match(
        readFileSync(path.join(tree, 'b.txt'), 'utf8'),
        /<{7} your-folder\nby T2\n[^]*={7}\nby T6\n>{7} the-todo/,
      );

      const again = await run(place, ['resume', '--json']);
      assert.equal(again.code, 6, 'not resolved yet');
      writeFileSync(path.join(tree, 'b.txt'), lines({ 0: 'by T2 and T6', 9: 'by T4' }));
      const state = assertEnded(place, await run(place, ['resume', '--json']), 0);
      assert.equal(place.read('b.txt'), lines({ 0: 'by T2 and T6', 9: 'by T4' }));
      for (const id of ids) assert.equal(place.read(`out/${id}.txt`), `${id}\n`);
      assert.ok([...state.todos.values()].every((todo) => todo.state === 'done' && todo.verified));
      assert.ok(!existsSync(tree));
    });
  });

  it('land in what a person has made of the folder meanwhile, as commits of the person’s where that is wanted', async () => {
    const todo = { ...fileTodo('T1'), title: 'Say who', files: ['a.txt', 'out/T1.txt'], isolate: true };
    const steps = [{ bash: 'mkdir -p out && echo T1 > out/T1.txt' }, says('T1', 'a.txt', 0), { bash: 'sleep 3' }];
    await onStage(scenarioOf([todo], { latencyMs: 100, todos: { T1: { steps } } }), async ({ place, model }) => {
      const write = (file: string, text: string): void => {
        writeFileSync(path.join(place.workspace, file), text);
      };
      write('a.txt', lines());
      place.git('add', 'a.txt');
      place.git('commit', '-q', '-m', 'Lines');
      const running = start(place, [
        ...['task', 'One', '--json', '--opencode', opencode, '--set', 'isolationResult=commit'],
      ]);
      await model.waitForCall({ role: 'worker', todo: 'T1' }, 60_000);
      place.git('checkout', '-q', '-b', 'elsewhere');
      write('a.txt', lines({ 5: 'committed meanwhile' }));
      place.git('commit', '-q', '-a', '-m', 'Meanwhile');
      place.git('checkout', '-q', '-b', 'theirs', 'main');
      write('pulled.txt', 'pulled');
      place.git('add', 'pulled.txt');
      place.git('commit', '-q', '-m', 'Theirs');
      place.git('checkout', '-q', 'elsewhere');
      place.git('pull', '-q', '--no-rebase', '--no-edit', '.', 'theirs');
      write('a.txt', lines({ 5: 'committed meanwhile', 9: 'not committed' }));
      write('staged.txt', 'staged');
      place.git('add', 'staged.txt');
      const ran = await running.done;
      const state = assertEnded(place, ran, 0);
      assert.ok(state.todos.get('T1')?.isolated, 'as the plan asked for');
      assert.equal(place.read('a.txt'), lines({ 0: 'by T1', 5: 'committed meanwhile', 9: 'not committed' }));
      assert.equal(
        place.git('log', '-1', '--format=%an|%s|%(trailers:key=Orchestrator-Todo,valueonly)').trim(),
        `${place.git('log', '-1', '--format=%an', 'HEAD~1').trim()}|Say who|T1`,
      );
      assert.equal(place.git('show', 'HEAD:a.txt'), lines({ 0: 'by T1', 5: 'committed meanwhile' }));
      assert.equal(place.git('branch', '--show-current').trim(), 'elsewhere');
      assert.equal(place.read('pulled.txt'), 'pulled');
      assert.equal(place.git('status', '--porcelain', '--untracked-files=no'), ' M a.txt\nA  staged.txt\n');
      assert.match(ran.stderr, /T1 is merged: 2 files \+2 −1, commit [0-9a-f]{8}\./);
    });
  });

  it('survive a kill at every step: made, reviewed, merged, writing, written', async () => {
    const ids = ['T1', 'T2', 'T3'];
    const todos = ids.map((id) => ({ ...fileTodo(id), files: ['a.txt', `out/${id}.txt`] }));
    const writes = (id: string, line: number) => ({
      steps: [{ bash: `mkdir -p out && echo ${id} > out/${id}.txt` }, says(id, 'a.txt', line)],
    });
    const scenario = scenarioOf(todos, {
      latencyMs: 300,
      todos: {
        T1: writes('T1', 0),
        T2: writes('T2', 9),
        T3: {
          steps: [{ bash: 'sleep 4' }, ...writes('T3', 0).steps],
          attempts: { 2: { steps: [{ bash: `printf '%s' '${lines({ 0: 'by T1 and T3', 9: 'by T2' })}' > a.txt` }] } },
        },
      },
    });
    await onStage(scenario, async ({ place }) => {
      writeFileSync(path.join(place.workspace, 'a.txt'), lines());
      const kinds = ['todo.placed', 'todo.reviewed', 'landing.began', 'todo.merged', 'todo.landed'] as const;
      let args: readonly string[] = ['task', 'Survive', '--json', '--opencode', opencode, ...apart];
      for (const kind of kinds) {
        const before = countOf(place, kind);
        const running = start(place, args);
        await waitUntil(`${kind} is on disk`, () => countOf(place, kind) > before, 60_000);
        running.child.kill('SIGKILL');
        await running.done;
        args = ['resume', '--json', '--opencode', opencode];
      }
      const state = assertEnded(place, await run(place, args), 0);
      assert.equal(place.read('a.txt'), lines({ 0: 'by T1 and T3', 9: 'by T2' }));
      for (const id of ids) {
        assert.equal(place.read(`out/${id}.txt`), `${id}\n`);
        assert.ok(
          state.todos.get(id)?.changes?.files.some((file) => file.path === `out/${id}.txt`),
          id,
        );
      }
      assert.deepEqual(readdirSync(path.dirname(worktreeOf(place, state.mission, 'T1'))), [], 'none is left');
    });
  });
});

/** How many facts of a type are on disk. */
function countOf(place: Scratch, type: string): number {
  const folder = path.join(place.workspace, '.opencode', 'orchestrator');
  const found = existsSync(folder) ? readdirSync(folder).find((name) => name.startsWith('m-')) : undefined;
  const journal = found === undefined ? '' : path.join(folder, found, 'journal.jsonl');
  return existsSync(journal) ? readFileSync(journal, 'utf8').split(`"type":"${type}"`).length - 1 : 0;
}
