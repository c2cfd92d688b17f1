import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { MissionStatus } from '../../../src/core/mission/select';

const patienceMs = 120_000;

interface Exports {
  readonly missions: () => MissionStatus[];
  readonly onDidChange: vscode.Event<MissionStatus>;
}

async function exported(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('opencode-orchestrator.opencode-orchestrator');
  return (await extension?.activate()) ?? assert.fail('the extension is missing');
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!holds()) {
    if (Date.now() > end) assert.fail(`not ${what} within ${patienceMs / 1000} s`);
    await sleep(100);
  }
}

describe('a mission by commands', function () {
  this.timeout(patienceMs * 2);
  const states: string[] = [];
  let mission: unknown;

  const now = async (): Promise<MissionStatus | undefined> => (await exported()).missions()[0];
  const state = async (word: string): Promise<void> => {
    const { missions } = await exported();
    await until(word, () => missions()[0]?.state === word);
  };

  it('is not started with a setting that cannot be used', async () => {
    const settings = vscode.workspace.getConfiguration('orchestrator');
    await settings.update('limits.parallelSessions', 0, vscode.ConfigurationTarget.Workspace);
    try {
      assert.equal(await vscode.commands.executeCommand('orchestrator.startMission', 'Build it'), undefined);
      assert.equal(await now(), undefined);
    } finally {
      await settings.update('limits.parallelSessions', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('starts with a text and returns its id', async () => {
    const { onDidChange, missions } = await exported();
    onDidChange((status) => states.push(status.state));
    mission = await vscode.commands.executeCommand('orchestrator.startMission', 'Build it');
    assert.match(String(mission), /^m-\d{8}-\d{6}-[0-9a-f]{6}$/);
    assert.deepEqual(
      missions().map((status) => status.mission),
      [mission],
    );
  });

  it('lets no second one begin in its folder', async () => {
    assert.equal(await vscode.commands.executeCommand('orchestrator.startMission', 'Build another'), undefined);
    assert.equal((await now())?.mission, mission);
  });

  it('pauses, takes a note and goes on', async () => {
    await vscode.commands.executeCommand('orchestrator.pauseMission');
    await state('paused');
    await vscode.commands.executeCommand('orchestrator.sendNote', 'Blanks, not tabs');
    await vscode.commands.executeCommand('orchestrator.resumeMission');
    const { missions } = await exported();
    await until('going on', () => missions()[0]?.state !== 'paused');
  });

  it('stops, and everything is confirmed when the command returns', async () => {
    await vscode.commands.executeCommand('orchestrator.stopMission');
    const status = await now();
    assert.equal(status?.state, 'stopped');
    assert.equal(status.sessions.running, 0);
    assert.match(status.reason, /\((\d+) of \1 confirmed\)$/);
  });

  it('resumes by its id and is sealed', async () => {
    await vscode.commands.executeCommand('orchestrator.resumeMission', mission);
    await state('sealed');
    const { todos } = (await now()) ?? assert.fail('it is gone');
    assert.ok(todos.length > 0 && todos.every((todo) => todo.state === 'done' && todo.verified));
    await until('told of the end', () => states.includes('sealed'));
  });

  it('exports its report to a file, in the format of its ending, and overwrites none', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const at = (name: string): vscode.Uri => vscode.Uri.joinPath(folder?.uri ?? assert.fail('no folder'), name);
    const read = async (uri: vscode.Uri) => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const target = at('report-of-the-tests.json');
    await vscode.commands.executeCommand('orchestrator.exportReport', undefined, target);
    const told = JSON.parse(await read(target)) as { mission: string; result: { state: string } };
    assert.deepEqual([told.mission, told.result.state], [mission, 'sealed']);
    const page = at('report-of-the-tests.html');
    await vscode.workspace.fs.writeFile(page, new TextEncoder().encode('mine'));
    await vscode.commands.executeCommand('orchestrator.exportReport', mission, page);
    assert.equal(await read(page), 'mine');
    for (const uri of [target, page]) await vscode.workspace.fs.delete(uri);
  });
});
