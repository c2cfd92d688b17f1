import assert from 'node:assert/strict';
import { HostError } from '../../../src/host/errors';
import { OpenCodeError } from '../../../src/opencode/errors';
import { FilesError, JournalError, LockError } from '../../../src/persistence/errors';
import { DeskError, told } from '../../../src/vscode/errors';

describe('an error in the editor', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [new DeskError('untrusted', 'x'), 'untrusted'],
    [new OpenCodeError('missing', 'x'), 'missing'],
    [new OpenCodeError('auth', 'x'), 'auth'],
    [new LockError('held', 'x'), 'held'],
    [new LockError('io', 'x'), 'known'],
    [new HostError('silent', 'x'), 'silent'],
    [new HostError('unanswered', 'x'), 'unanswered'],
    [new HostError('input', 'x'), 'known'],
    [new JournalError('damaged', 'x'), 'known'],
    [new FilesError('symlink', 'x'), 'known'],
    [new TypeError('x'), 'defect'],
    ['x', 'defect'],
  ];
  for (const [error, kind] of cases) {
    it(`is ${kind} for ${error instanceof Error ? error.name : typeof error}`, () => {
      assert.deepEqual(told(error), { kind, sentence: 'x' });
    });
  }

  it('is one harmless line', () => {
    const { sentence } = told(new Error(`a\nb\u202ec${'x'.repeat(5_000)}`));
    assert.ok(!/[\n\u202e]/.test(sentence));
    assert.ok(sentence.length <= 600);
  });
});
