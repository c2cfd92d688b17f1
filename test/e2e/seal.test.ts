import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionState } from '../../src/core/mission/state';
import type { Report } from '../../src/core/report/model';
import { diamond, fileTodo, scenarioOf, wide } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import { mission, opencode, run, type Scratch } from '../support/scratch';

describe('a mission on the real server', function () {
  this.timeout(300_000);

  it('seals a diamond: in order, side by side, one worker turn a TODO, real files, proof from the record', async () => {
    const scenario = diamond({ latencyMs: 200 });
    // T2 tries to write T3’s file first: OpenCode refuses, and the turn goes on.
    scenario.todos = {
      T2: {
        steps: [
          { write: { file: 'out/T3.txt', content: 'T3 by T2' } },
          { bash: 'cat out/T3.txt 2>/dev/null || echo nothing there' },
          { write: { file: 'out/T2.txt', content: 'T2 is here\n' } },
        ],
      },
    };
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Build a diamond');
      const state = assertEnded(place, ran, 0);
      assert.deepEqual(ran.result.todos, { total: 4, done: 4, verified: 4 });
      assert.equal(ran.result['iterations'], 1);
      assert.deepEqual(ran.result['sessions'], { created: 11, peak: 2 });
      for (const id of ['T1', 'T2', 'T3', 'T4']) {
        assert.match(place.read(`out/${id}.txt`), new RegExp(`^${id}`));
        assert.equal(model.turnsOf({ role: 'worker', todo: id }).length, 1);
        assert.equal(state.todos.get(id)?.proof?.command, `grep -q ${id} out/${id}.txt`);
      }
      const unwanted = model.calls.filter(({ outcome }) => outcome !== 'step' && outcome !== 'answer');
      assert.deepEqual(unwanted, [], 'no model is asked for closing words');
      const begins = (role: 'worker' | 'reviewer', todo: string) => model.turnsOf({ role, todo })[0]?.at ?? NaN;
      const ends = (todo: string) => Math.max(...model.callsOf({ role: 'reviewer', todo }).map((call) => call.at));
      for (const [before, after] of [
        ['T1', 'T2'],
        ['T1', 'T3'],
        ['T2', 'T4'],
        ['T3', 'T4'],
      ] as const) {
        assert.ok(begins('worker', after) > ends(before), `${after} began before the review of ${before}`);
      }
      assert.ok(begins('worker', 'T2') < begins('reviewer', 'T3') && begins('worker', 'T3') < begins('reviewer', 'T2'));
      const t2 =
        model
          .callsOf({ role: 'worker', todo: 'T2' })
          .at(-1)
          ?.messages.map((message) => JSON.stringify(message))
          .join('\n') ?? '';
      assert.match(t2, /nothing there/, 'the refused write left no file');
      assert.ok(existsSync(path.join(place.workspace, '.opencode', 'orchestrator', '.gitignore')));
      assert.doesNotMatch(place.git('status', '--porcelain', '-uall'), /orchestrator\//);
      await assertReported(place, state);
    });
  });

  it('sends a failed TODO back with the issue; the check’s exit code decides, and the issue is closed by the pass', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      todos: { T1: { attempts: { 1: { steps: [{ write: { file: 'out/T1.txt', content: 'wrong' } }] } } } },
    });
    await onStage(scenario, async ({ place, model }) => {
      const ran = await mission(place, 'Build one thing');
      const state = assertEnded(place, ran, 0);
      assert.equal(state.todos.get('T1')?.attempts, 2);
      assert.deepEqual(
        [...state.issues.values()].map((issue) => issue.state),
        ['closed'],
      );
      const [, second] = model.turnsOf({ role: 'worker', todo: 'T1' });
      assert.match(second?.user ?? '', /Open issues:\n- I1/);
    });
  });

  it('keeps fifty workers in flight at once, and never more than the limit', async () => {
    await onStage(wide(50, { latencyMs: 4_000 }), async ({ place, model }) => {
      const ran = await mission(place, 'Fifty at once');
      assertEnded(place, ran, 0);
      assert.equal((ran.result['sessions'] as { peak: number }).peak, 50);
      assert.ok(model.peak <= 50, `the model saw ${String(model.peak)}`);
      assert.ok(model.peakOf({ role: 'worker' }) >= 45, `workers at once: ${String(model.peakOf({ role: 'worker' }))}`);
    });
  });

  it('moves isolated tests away after the review, and leaves them with isolatedTests=keep', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      todos: {
        T1: {
          steps: [
            { write: { file: 'out/T1.isolated.test.txt', content: 'a test' } },
            { write: { file: 'out/T1.txt', content: 'T1' } },
          ],
        },
      },
    });
    for (const keep of [false, true]) {
      await onStage(scenario, async ({ place }) => {
        const ran = await mission(place, 'One', ...(keep ? ['--set', 'isolatedTests=keep'] : []));
        assertEnded(place, ran, 0);
        const kept = existsSync(path.join(place.workspace, '.opencode/unit-tests/out/T1.isolated.test.txt'));
        assert.equal(kept, !keep);
        assert.equal(existsSync(path.join(place.workspace, 'out/T1.isolated.test.txt')), keep);
        assert.equal(ofType(factsOf(ran), 'test.archived').length, keep ? 0 : 1);
      });
    }
  });

  it('works in a sub-folder of a repository and in a folder without git: edit rules hold there as well', async () => {
    const scenario = scenarioOf([fileTodo('T1')], {
      todos: {
        T1: {
          steps: [
            { write: { file: 'out/other.txt', content: 'not mine' } },
            { write: { file: 'out/T1.txt', content: 'T1' } },
          ],
        },
      },
    });
    for (const where of [{ workspace: 'repo/pkg/app', root: 'repo' }, { root: 'none' }]) {
      await onStage(
        scenario,
        async ({ place }) => {
          assertEnded(place, await mission(place, 'Elsewhere'), 0);
          assert.match(place.read('out/T1.txt'), /T1/);
          assert.equal(existsSync(path.join(place.workspace, 'out/other.txt')), false);
        },
        where,
      );
    }
  });

  it('shows HTML, escape codes and direction marks in titles as plain text everywhere', async () => {
    const title =
      '<img src=x onerror=alert(1)> \u001b[31mred\u001b]8;;http://evil\u0007link \u202etxt [x](command:evil)';
    await onStage(scenarioOf([{ ...fileTodo('T1'), title }]), async ({ place, model }) => {
      const ran = await run(place, ['task', 'Hostile', '--opencode', opencode], { FORCE_COLOR: '0' });
      assert.equal(ran.code, 0, ran.stderr);
      const files = ['todo.md', 'work-log.md', 'sync-issues.md'].map((name) => place.read(`.opencode/${name}`));
      for (const text of [ran.stdout, ran.stderr, ...files]) assert.doesNotMatch(text, /[\u001b\u0007\u202e]/);
      for (const text of files) assert.doesNotMatch(text, /(?<!\\)<img|(?<!\\)\]\(command/);
      assert.ok(
        model.turnsOf({ role: 'worker', todo: 'T1' })[0]?.user.includes(title),
        'the worker has it word for word',
      );
    });
  });

  it('caches the Planner’s sources with url and date', async () => {
    const scenario = scenarioOf([fileTodo('T1')]);
    Object.assign(scenario.plan ?? {}, {
      sources: [{ url: 'https://example.org/api?x=1', title: 'The API', notes: 'GET /x gives y.' }],
    });
    await onStage(scenario, async ({ place }) => {
      assertEnded(place, await mission(place, 'With research'), 0);
      const docs = place.git('ls-files', '-o', '.opencode/docs').trim().split('\n');
      assert.equal(docs.length, 1);
      assert.match(
        place.read(docs[0] ?? ''),
        /url: "https:\/\/example\.org\/api\?x=1"\ndate: "20\d\d-[\s\S]*GET \/x gives y\./,
      );
    });
  });
});

/** The report of a mission that is over: what the state says, in each format; no file is overwritten unasked. */
async function assertReported(place: Scratch, state: MissionState): Promise<void> {
  const told = JSON.parse((await run(place, ['report', '--json'])).stdout) as Report;
  assert.deepEqual([told.mission, told.result.state, told.totals.tokens], [state.mission, 'sealed', state.tokens]);
  assert.deepEqual(told.totals.sessions, { created: 11, peak: 2 });
  assert.deepEqual(
    told.todos.map(({ id, proof }) => [id, proof.kind, proof.session]),
    [...state.todos.values()].map(({ id, proof }) => [id, 'verified', proof?.session]),
  );
  assert.ok(told.sessions.every(({ model }) => model !== undefined));
  assert.deepEqual(
    told.changes.files.map(({ path: file, state: is, added }) => [file, is, added]),
    ['T1', 'T2', 'T3', 'T4'].map((id) => [`out/${id}.txt`, 'new', 1]),
  );
  const markdown = await run(place, ['report', state.mission]);
  assert.match(markdown.stdout, /^# Build a diamond\n/);
  const page = path.join(place.base, 'report.html');
  assert.equal((await run(place, ['report', '--out', page])).code, 0);
  assert.match(readFileSync(page, 'utf8'), /^<!DOCTYPE html>/);
  const again = await run(place, ['report', '--out', page]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /^[^\n]+is there already[^\n]+\n$/);
  assert.equal((await run(place, ['report', '--out', page, '--force'])).code, 0);
}
