import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { permissionRules } from '../../src/core/agents/permissions';
import { openCodeBackend } from '../../src/opencode/backend';
import type { SessionOrder } from '../../src/runtime/ports';
import type { Step, Scenario } from '../support/model/scenario';
import { gptModel, orderFor, play, toolResults, useWorld } from './world';

const report = { status: 'done', summary: 'T1: done.', files: [] };
const write = (file: string): Step => ({ write: { file, content: 'new\n' } });
const patch = (...lines: string[]): Step => ({
  tool: 'apply_patch',
  input: { patchText: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') },
});
const steps = (todo: string, list: Step[]): Scenario => ({ todos: { [todo]: { steps: list, report } } });
/** How OpenCode itself refuses; the bridge’s guard has words of its own. */
const byRule = /rule which prevents/;

describe('what OpenCode and the bridge let an agent write', function () {
  this.timeout(180_000);
  const world = useWorld();
  const isThere = (file: string): boolean => existsSync(path.join(world().place.workspace, file));

  /** A session with a worker’s rules that the bridge’s guard does not know as a worker’s: OpenCode’s rules alone. */
  function unguarded(files: readonly string[]): SessionOrder {
    return orderFor('reviewer', { rules: (prefix) => permissionRules({ role: 'worker', files, prefix }) });
  }

  beforeEach(() => {
    world().place.write('src/a.ts', 'old\n');
  });

  it('OpenCode’s rules hold for write and edit, relative and absolute; a refused edit is a tool error and the turn goes on', async () => {
    const { backend, model, place } = world();
    place.write('src/kept.ts', 'old\n');
    const edit = (file: string): Step => ({ edit: { file, old: 'old', new: 'new' } });
    model.play(
      steps('T1', [
        write('src/b.ts'),
        { tool: 'write', input: { filePath: 'src/c.ts', content: 'new\n' } },
        edit('src/kept.ts'),
        write('opencode.json'),
        write('.git/hooks/pre-commit'),
        edit('src/a.ts'),
        write('src/a.isolated.test.ts'),
      ]),
    );
    const { session, record } = await play(backend, unguarded(['src/a.ts', 'opencode.json']));
    const results = toolResults(world(), session);
    for (const refusal of results.slice(0, 5)) assert.match(refusal, byRule);
    for (const done of results.slice(5, 7)) assert.doesNotMatch(done, byRule);
    assert.deepEqual(['src/b.ts', 'src/c.ts', '.git/hooks/pre-commit'].filter(isThere), []);
    assert.deepEqual([place.read('src/kept.ts'), place.read('src/a.ts')], ['old\n', 'new\n']);
    assert.match(place.read('opencode.json'), /scripted/);
    assert.ok(isThere('src/a.isolated.test.ts'));
    assert.equal(record.error, undefined);
  });

  it('edit rules are relative to the git worktree’s root, wherever in it the session works', async () => {
    const { server, model, place } = world();
    const app = path.join(place.workspace, 'pkg', 'app');
    place.write('pkg/app/README.md', 'An app\n');
    const backend = openCodeBackend(server, app, place.workspace);
    model.play(steps('T1', [write('src/a.ts'), write('src/b.ts'), write('../../src/a.ts')]));
    const { session } = await play(backend, unguarded(['src/a.ts']));
    const [inside, beside, above] = toolResults(world(), session);
    assert.match(inside ?? '', /Wrote file/);
    assert.match(beside ?? '', byRule);
    assert.match(above ?? '', byRule);
    assert.deepEqual([isThere('pkg/app/src/a.ts'), isThere('pkg/app/src/b.ts')], [true, false]);
    assert.equal(place.read('src/a.ts'), 'old\n');
  });

  // What they are offered under any other model’s name is in opencodeAgents.test.ts.
  it('planner, reviewer and commander are offered nothing that writes to a model named like GPT either', async () => {
    const { backend, model } = world();
    model.play({ faults: [{ prose: 'Nothing.' }] });
    for (const role of ['planner', 'reviewer', 'commander'] as const) {
      const { session } = await play(backend, orderFor(role), { model: gptModel });
      const tools = model.callsOf({ session })[0]?.tools ?? [];
      assert.ok(tools.includes('read'));
      assert.deepEqual(
        tools.filter((tool) => /write|edit|patch/.test(tool)),
        [],
        role,
      );
    }
  });

  it('a model named like GPT gets apply_patch in place of edit and write, and may patch its TODO’s file', async () => {
    const { backend, model, place } = world();
    model.play(steps('T1', [patch('*** Update File: src/a.ts', '@@', '-old', '+patched')]));
    const { session } = await play(backend, orderFor('worker'), { model: gptModel });
    const tools = model.callsOf({ session })[0]?.tools ?? [];
    assert.deepEqual(
      ['apply_patch', 'edit', 'write'].filter((tool) => tools.includes(tool)),
      ['apply_patch'],
    );
    assert.equal(place.read('src/a.ts'), 'patched\n');
  });

  /** Has a worker move its file by patches; returns what each patch was answered. */
  async function movedTo(...targets: string[]): Promise<string[]> {
    const { backend, model } = world();
    const lines = (target: string) => ['*** Update File: src/a.ts', target, '@@', '-old', '+patched'];
    model.play(
      steps(
        'T1',
        targets.map((target) => patch(...lines(target))),
      ),
    );
    const { session } = await play(backend, orderFor('worker'), { model: gptModel });
    return toolResults(world(), session).slice(0, targets.length);
  }

  it('a patch that moves a file elsewhere is refused, and the turn goes on', async () => {
    const results = await movedTo(
      '*** Move to: src/moved.ts',
      '*** Move to: .git/hooks/pre-push',
      '*** Move to: ../b.ts',
    );
    assert.match(results[0] ?? '', /src\/moved\.ts is not a file of this TODO/);
    assert.match(results[1] ?? '', /protected/);
    assert.match(results[2] ?? '', /leaves the workspace folder/);
    assert.equal(world().place.read('src/a.ts'), 'old\n');
  });

  // OpenCode takes a line that begins with `*** Move to:` and trims the rest; its lines end with \n and nothing else.
  it('no spelling of a patch’s target that OpenCode follows slips past the guard', async () => {
    const spellings = [
      ':.git/hooks/pre-push',
      ':\tsrc/moved.ts',
      ': src/a.ts\r/../moved.ts',
      ': src/a.ts\u2028/../moved.ts',
    ];
    const results = await movedTo(...spellings.map((spelling) => `*** Move to${spelling}`));
    assert.deepEqual(['.git/hooks/pre-push', 'src/moved.ts', 'moved.ts'].filter(isThere), [], results.join('\n'));
    assert.equal(world().place.read('src/a.ts'), 'old\n');
    for (const refusal of results) assert.match(refusal, /not a file of this TODO|protected|control character/);
  });

  it('a patch that adds, updates or deletes another file is refused, and the turn goes on', async () => {
    const { backend, model, place } = world();
    place.write('src/kept.ts', 'old\n');
    model.play(
      steps('T1', [
        patch('*** Add File: src/b.ts', '+new'),
        patch('*** Update File: src/kept.ts', '@@', '-old', '+new'),
        patch('*** Delete File: src/kept.ts'),
        patch('*** Add File:src/c.ts', '+new'),
      ]),
    );
    const { session, record } = await play(backend, orderFor('worker'), { model: gptModel });
    const results = toolResults(world(), session);
    for (const refusal of results.slice(0, 4)) assert.match(refusal, /not a file of this TODO|rule which prevents/);
    assert.deepEqual([isThere('src/b.ts'), isThere('src/c.ts'), place.read('src/kept.ts')], [false, false, 'old\n']);
    assert.deepEqual(record.answer?.input, report);
  });

  it('a link that leads out of the workspace is not written through, by a TODO that names it or by one that names no file', async () => {
    const { backend, model, place } = world();
    const outside = path.join(place.base, 'outside');
    mkdirSync(outside);
    mkdirSync(path.join(place.workspace, 'src'), { recursive: true });
    symlinkSync(path.join(outside, 'a.ts'), path.join(place.workspace, 'src', 'away.ts'));
    symlinkSync(outside, path.join(place.workspace, 'folder'));
    for (const [todo, step, name] of [
      ['T3', write('src/away.ts'), ''],
      ['T2', patch('*** Add File: folder/a.ts', '+new'), gptModel],
    ] as const) {
      model.play(steps(todo, [step]));
      const { session } = await play(backend, orderFor('worker', { todo }), { model: name });
      assert.match(toolResults(world(), session)[0] ?? '', /leads out of the workspace through a link/);
      assert.equal(existsSync(path.join(outside, 'a.ts')), false);
    }
  });

  it('a TODO that names no file may write anywhere but in protected places', async () => {
    const { backend, model, place } = world();
    model.play(steps('T2', [write('anywhere/x.txt'), write('.vscode/tasks.json'), write('.opencode/plugin/x.js')]));
    const { session } = await play(backend, orderFor('worker', { todo: 'T2' }));
    const [free, ...refused] = toolResults(world(), session);
    assert.match(free ?? '', /Wrote file/);
    assert.equal(place.read('anywhere/x.txt'), 'new\n');
    for (const refusal of refused.slice(0, 2)) assert.match(refusal, /protected|rule which prevents/);
    assert.deepEqual(['.vscode/tasks.json', '.opencode/plugin/x.js'].filter(isThere), []);
  });
});
