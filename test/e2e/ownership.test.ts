import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, factsOf, ofType, onStage } from '../support/e2e';
import type { Step } from '../support/model/scenario';
import { mission } from '../support/scratch';

/** A model whose name looks like GPT gets `apply_patch` from OpenCode. */
const patching = 'gpt-5-scripted';
const limit = { context: 200_000, output: 32_000 };
const config = { provider: { scripted: { models: { [patching]: { name: patching, tool_call: true, limit } } } } };

const patch = (...lines: string[]): Step => ({
  tool: 'apply_patch',
  input: { patchText: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') },
});
const move = (from: string, to: string): Step =>
  patch(`*** Update File: ${from}`, `*** Move to: ${to}`, '@@', '-old', '+T1');

describe('whose files are whose, on the real server', function () {
  this.timeout(300_000);

  it('a patch moves a file within its own TODO’s files only: not from or into another’s, and not out of the workspace', async () => {
    const todos = [
      { ...fileTodo('T1'), files: ['out/T1.txt', 'out/draft.txt'], check: 'grep -q T1 out/T1.txt' },
      fileTodo('T2'),
    ];
    const refused = [
      move('out/T2.txt', 'out/T1.txt'),
      move('out/draft.txt', 'out/T2.txt'),
      move('out/draft.txt', '../stolen.txt'),
      move('out/draft.txt', '.git/hooks/pre-push'),
      patch('*** Delete File: out/T2.txt'),
    ];
    const scenario = scenarioOf(todos, {
      latencyMs: 50,
      todos: {
        T1: { steps: [...refused, move('out/draft.txt', 'out/T1.txt')] },
        T2: { steps: [patch('*** Update File: out/T2.txt', '@@', '-old', '+T2')] },
      },
      missionReview: { verdict: 'pass' },
    });
    await onStage(
      { ...scenario, plan: { summary: 'A move', todos, check: 'test -f out/T1.txt' } },
      async ({ place, model }) => {
        place.write('out/draft.txt', 'old\n');
        place.write('out/T2.txt', 'old\n');
        const ran = await mission(place, 'A move', '--set', `models.worker=scripted/${patching}`);
        assertEnded(place, ran, 0);
        assert.deepEqual([place.read('out/T1.txt'), place.read('out/T2.txt')], ['T1\n', 'T2\n']);
        const left = ['out/draft.txt', '../stolen.txt', '.git/hooks/pre-push'];
        assert.deepEqual(
          left.filter((file) => existsSync(path.join(place.workspace, file))),
          [],
        );
        assert.deepEqual(ofType(factsOf(ran), 'files.strayed'), []);
        const answers = (model.callsOf({ role: 'worker', todo: 'T1' }).at(-1)?.messages ?? [])
          .filter(({ role }) => role === 'tool')
          .map(({ text }) => text);
        const wanted = [
          /rule which prevents|out\/T2\.txt is not a file of this TODO/,
          /out\/T2\.txt is not a file of this TODO\. It may write: out\/T1\.txt/,
          /leaves the workspace folder/,
          /protected/,
          /rule which prevents|out\/T2\.txt is not a file of this TODO/,
        ];
        wanted.forEach((words, index) => assert.match(answers[index] ?? '', words));
        assert.doesNotMatch(answers[wanted.length] ?? 'none', /not a file|prevents|rror/);
      },
      { config },
    );
  });
});
