import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionStatus } from '../../src/core/mission/select';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import { mission, run } from '../support/scratch';

describe('what TODOs change, on the real server', function () {
  this.timeout(300_000);

  it('is told for each of them, from a tree that is dirty, and what strays is an issue; nothing of git’s is touched', async () => {
    const todos = [{ ...fileTodo('T1'), files: ['out/T1.txt', 'notes.md'] }, fileTodo('T2', ['T1'])];
    const scenario = scenarioOf(todos, {
      latencyMs: 100,
      todos: {
        T1: {
          steps: [
            { bash: 'mkdir -p out && printf "T1\\n" > out/T1.txt && printf "one\\ntwo\\nthree\\n" > notes.md' },
            { bash: 'printf "stray\\n" > "a stray ü.txt"' },
          ],
        },
      },
    });
    await onStage(scenario, async ({ place }) => {
      writeFileSync(path.join(place.workspace, 'notes.md'), 'one\n');
      place.git('add', 'notes.md');
      place.git('commit', '-q', '-m', 'Notes');
      // The person has not committed this, and staged that.
      writeFileSync(path.join(place.workspace, 'notes.md'), 'one\nmine\n');
      writeFileSync(path.join(place.workspace, 'staged.txt'), 'staged\n');
      place.git('add', 'staged.txt');
      const index = readFileSync(path.join(place.workspace, '.git', 'index'));
      const head = place.git('rev-parse', 'HEAD');
      const ran = await mission(place, 'Two files');
      const state = assertEnded(place, ran, 0);
      assert.deepEqual(state.todos.get('T1')?.changes?.files, [
        { path: 'notes.md', kind: 'modified', added: 2, removed: 1 },
        { path: 'out/T1.txt', kind: 'added', added: 1, removed: 0 },
      ]);
      assert.deepEqual(state.todos.get('T2')?.changes?.files, [
        { path: 'out/T2.txt', kind: 'added', added: 1, removed: 0 },
      ]);
      const [strayed, ...more] = ofType(factsOf(ran), 'files.strayed');
      assert.deepEqual([strayed?.files, strayed?.todos, more], [['a stray ü.txt'], ['T1'], []]);
      assert.match(place.read('.opencode/sync-issues.md'), /a stray ü\.txt was changed while T1 alone was at work/);
      assert.equal(state.issues.get(strayed?.issue ?? '')?.state, 'closed', 'the mission’s review decided about it');
      assert.deepEqual(readFileSync(path.join(place.workspace, '.git', 'index')), index);
      assert.equal(place.git('rev-parse', 'HEAD'), head);
      const told = JSON.parse((await run(place, ['status', '--json'])).stdout) as MissionStatus;
      assert.deepEqual(
        told.todos.map(({ changes }) => changes),
        [
          { files: 2, added: 3, removed: 1 },
          { files: 1, added: 1, removed: 0 },
        ],
      );
    });
  });

  it('is kept over attempts: what counts is what became of the files in the end', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      latencyMs: 100,
      todos: {
        T1: {
          steps: [{ write: { file: 'out/T1.txt', content: 'wrong\nand long\n' } }],
          attempts: { 2: { steps: [{ write: { file: 'out/T1.txt', content: 'T1 at last\n' } }] } },
        },
      },
    });
    await onStage(scenario, async ({ place }) => {
      const state = assertEnded(place, await mission(place, 'One file'), 0);
      assert.equal(state.todos.get('T1')?.attempts, 2);
      assert.deepEqual(state.todos.get('T1')?.changes?.files, [
        { path: 'out/T1.txt', kind: 'added', added: 1, removed: 0 },
      ]);
    });
  });

  it('of one file that was moved comes back under its old name, and nothing else does', async () => {
    const todos = [{ ...fileTodo('T1'), files: ['out/T1.txt', 'notes.md', 'docs/notes.md'] }];
    const steps = [{ bash: 'mkdir -p out docs && echo T1 > out/T1.txt && mv notes.md docs/notes.md' }];
    const plan = { summary: 'One TODO', todos, check: 'test -f docs/notes.md' };
    await onStage(scenarioOf(todos, { latencyMs: 100, plan, todos: { T1: { steps } } }), async ({ place }) => {
      writeFileSync(path.join(place.workspace, 'notes.md'), 'one\ntwo\nthree\n');
      assertEnded(place, await mission(place, 'Move the notes'), 0);
      const reverted = await run(place, ['revert', 'T1', '--file', 'docs/notes.md']);
      assert.equal(reverted.stdout, '2 files are as before: docs/notes.md, notes.md\n', reverted.stderr);
      assert.equal(place.read('notes.md'), 'one\ntwo\nthree\n');
      assert.ok(!existsSync(path.join(place.workspace, 'docs')));
      assert.equal(place.read('out/T1.txt'), 'T1\n');
    });
  });

  it('is taken back by hand, and back again: later TODOs are named first, and what others changed stays', async () => {
    const todos = [
      { ...fileTodo('T1'), files: ['out/T1.txt', 'shared.txt'] },
      { ...fileTodo('T2', ['T1']), files: ['out/T2.txt', 'shared.txt'] },
    ];
    const put = (id: string, line: number) => ({
      steps: [
        { bash: `mkdir -p out && echo ${id} > out/${id}.txt && sed -i '${String(line)}s/.*/by ${id}/' shared.txt` },
      ],
    });
    await onStage(
      scenarioOf(todos, { latencyMs: 100, todos: { T1: put('T1', 2), T2: put('T2', 9) } }),
      async ({ place }) => {
        const shared = (first: string, second: string): string =>
          Array.from({ length: 10 }, (_, at) => (at === 1 ? first : at === 8 ? second : `line ${String(at + 1)}`)).join(
            '\n',
          );
        const file = path.join(place.workspace, 'shared.txt');
        writeFileSync(file, `${shared('line 2', 'line 9')}\n`);
        assertEnded(place, await mission(place, 'Two files'), 0);
        assert.equal(place.read('shared.txt'), `${shared('by T1', 'by T2')}\n`);

        const told = (await run(place, ['blame', '--json', 'shared.txt'])).lines[0] as {
          lines: ({ todo: string; title: string; state: string; attempt: number; session: string } | null)[];
        };
        assert.deepEqual(
          told.lines.map((line) => line?.todo ?? ''),
          ['', 'T1', '', '', '', '', '', '', 'T2', ''],
        );
        const { session, ...first } = told.lines[1] ?? assert.fail();
        assert.deepEqual(first, { todo: 'T1', title: 'Write out/T1.txt', state: 'done (verified)', attempt: 1 });
        assert.match(session, /^ses_/);
        const [one, two] = (await run(place, ['blame', file])).stdout.split('\n');
        assert.deepEqual([one?.trim(), two], [`–${' '.repeat(22)}1  line 1`, 'T1  Write out/T1.txt   2  by T1']);
        assert.match(
          (await run(place, ['blame', 'none.txt'])).stderr,
          /^There is no file none\.txt that can be read\.\n$/,
        );

        for (const [args, why] of [
          [['revert', 'T1'], /^T2 builds on T1: look at them first, or use --force\.\n$/],
          [['revert', 'T9'], /^There is no TODO T9 in mission [^\n]+\n$/],
          [['revert', 'T2', '--file', 'out/T1.txt'], /^T2 did not change out\/T1\.txt\.\n$/],
          [['undo'], /^Nothing was reverted in mission [^\n]+\n$/],
        ] as const) {
          const refused = await run(place, args);
          assert.equal(refused.code, 2);
          assert.match(refused.stderr, why);
        }
        assert.equal(place.read('shared.txt'), `${shared('by T1', 'by T2')}\n`);

        const reverted = await run(place, ['revert', 'T1', '--force']);
        assert.equal(reverted.code, 0, reverted.stderr);
        assert.equal(reverted.stdout, '2 files are as before: out/T1.txt, shared.txt\n');
        assert.ok(!existsSync(path.join(place.workspace, 'out/T1.txt')));
        assert.equal(place.read('shared.txt'), `${shared('line 2', 'by T2')}\n`);

        const undone = await run(place, ['undo', '--json']);
        assert.deepEqual(undone.lines, [{ id: 'R2', files: ['out/T1.txt', 'shared.txt'], conflicts: [] }]);
        assert.equal(place.read('out/T1.txt'), 'T1\n');
        assert.equal(place.read('shared.txt'), `${shared('by T1', 'by T2')}\n`);

        writeFileSync(file, `${shared('by the person', 'by T2')}\n`);
        const conflict = await run(place, ['revert', 'T1', '--force']);
        assert.equal(conflict.code, 6);
        assert.match(conflict.stderr, /^shared\.txt is left as it is: it was changed in the same place since\.\n$/);
        assert.equal(place.read('shared.txt'), `${shared('by the person', 'by T2')}\n`);

        writeFileSync(file, `a line of the person’s\n${shared('by T1', 'by T2')}\n`);
        const all = await run(place, ['revert', '--all']);
        assert.equal(all.code, 0, all.stderr);
        assert.equal(all.stdout, '2 files are as before: shared.txt, out/T2.txt\n', 'out/T1.txt is back already');
        assert.equal(place.read('shared.txt'), `a line of the person’s\n${shared('line 2', 'line 9')}\n`);
        const whole = await run(place, ['undo', '--json']);
        assert.deepEqual(whole.lines, [{ id: 'R5', files: ['shared.txt', 'out/T2.txt'], conflicts: [] }]);
        assert.equal(place.read('out/T2.txt'), 'T2\n');
        assert.equal(place.read('shared.txt'), `a line of the person’s\n${shared('by T1', 'by T2')}\n`);
      },
    );
  });
});
