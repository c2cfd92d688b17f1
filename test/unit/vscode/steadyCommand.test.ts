import assert from 'node:assert/strict';
import { steadyCommand } from '../../../src/vscode/steadyCommand';

describe('the commands of the status bar', () => {
  it('are the same objects at every drawing, so that VS Code forgets none that was clicked', () => {
    const stop = steadyCommand('orchestrator.stopMission', 'Stop Mission');
    assert.equal(stop('file:///a'), stop('file:///a'));
    assert.deepEqual(stop('file:///b'), {
      command: 'orchestrator.stopMission',
      title: 'Stop Mission',
      arguments: ['file:///b'],
    });
  });
});
