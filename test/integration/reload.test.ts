import assert from 'node:assert/strict';
import { diamond, fileTodo, scenarioOf } from '../scenarios/shapes';
import type { Model } from '../support/model/model';
import {
  agentRow,
  agentTree,
  assertNobodyWorks,
  assertPromptedOnce,
  assertSealed,
  dashboard,
  hasExtensionHost,
  headerSays,
  inWindow,
  missionProcesses,
  paintOf,
  patienceMs,
  startMission,
  testMs,
  todoRow,
  until,
} from '../support/vscode/steps';

/** From the page’s script being there to the mission being painted. */
const mostMs = 2_000;

describe('a window that goes while a mission is at work', function () {
  this.timeout(testMs);
  const window = inWindow({ scenario: diamond({ latencyMs: 50 }) });

  it('comes back with the same tree when it is reloaded, prompts nothing twice and seals', async () => {
    const { editor, model, place } = window();
    const releases = [model.hold({ role: 'worker', todo: 'T2' }), model.hold({ role: 'worker', todo: 'T3' })];
    const id = await startMission(window(), 'Survive a reload');
    await agentRow(editor, /T2.*running/s).waitFor({ timeout: patienceMs });
    await agentRow(editor, /T3.*running/s).waitFor({ timeout: patienceMs });
    await agentRow(editor, 'Reviewers').waitFor({ state: 'detached' });
    for (const todo of ['T2', 'T3']) await model.waitForCall({ role: 'worker', todo }, patienceMs);
    const [before, calls] = [await agentTree(editor), model.calls.length];

    await editor.stored('orchestrator.dashboard');
    await editor.reload();
    await agentRow(editor, 'T3').waitFor({ timeout: patienceMs });
    const { script = NaN, painted } = await paintOf(editor);
    assert.deepEqual(await agentTree(editor), before, 'the same agents in the same places');
    await dashboard(editor).getByRole('heading', { name: 'Survive a reload' }).waitFor();
    await todoRow(editor, 'T1', true).waitFor();
    await editor.statusItem(/1\/4 · 2 running/).waitFor({ timeout: patienceMs });
    assert.equal(model.calls.length, calls, 'nobody was asked anything by the reload');
    // What VS Code takes before that is measured in the bench, beside a page that is blank.
    assert.ok(painted - script <= mostMs, `${painted - script} ms, at most ${mostMs} are allowed`);

    for (const release of releases) release();
    await headerSays(editor, 'Sealed');
    await assertSealed(place, id);
    assertOnceEach(model, ['T1', 'T2', 'T3', 'T4']);
    await assertNobodyWorks(window());
  });

  it('is adopted when it was closed and opened again; what agents did meanwhile counts', async () => {
    const { editor, model, place } = window();
    const todos = [fileTodo('C1'), fileTodo('C2'), fileTodo('C3', ['C1', 'C2'])];
    model.play(scenarioOf(todos));
    const releases = [model.hold({ role: 'worker', todo: 'C1' }), model.hold({ role: 'worker', todo: 'C2' })];
    const id = await startMission(window(), 'Survive a closed window');
    await agentRow(editor, /C1.*running/s).waitFor({ timeout: patienceMs });
    await agentRow(editor, /C2.*running/s).waitFor({ timeout: patienceMs });

    await editor.stored('orchestrator.dashboard');
    await editor.page.goto('about:blank');
    await until('the extension host ends with its window', () => !hasExtensionHost(editor));
    assert.ok(missionProcesses(editor).length > 0, 'the agents’ server lives on');
    releases[0]?.();
    await model.waitFor(() => model.callsOf({ role: 'worker', todo: 'C1', outcome: 'answer' })[0], patienceMs);
    assert.equal(model.turnsOf({ role: 'reviewer', todo: 'C1' }).length, 0, 'nobody drives the mission meanwhile');

    await editor.page.goto(editor.url);
    await todoRow(editor, 'C1', true).waitFor({ timeout: patienceMs });
    await agentRow(editor, /C2.*running/s).waitFor({ timeout: patienceMs });
    assert.match(
      place.read(`.opencode/orchestrator/${id}/journal.jsonl`),
      /"type":"mission.resumed"[^\n]*"adopted":true/,
    );
    releases[1]?.();
    await headerSays(editor, 'Sealed');
    await assertSealed(place, id);
    assertOnceEach(model, ['C1', 'C2', 'C3']);
    await assertNobodyWorks(window());
  });

  function assertOnceEach(model: Model, todos: readonly string[]): void {
    assertPromptedOnce(model);
    for (const todo of todos) {
      for (const role of ['worker', 'reviewer'] as const) {
        assert.equal(model.turnsOf({ role, todo }).length, 1, `${role} of ${todo}`);
      }
    }
  }
});
