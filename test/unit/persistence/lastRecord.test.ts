import assert from 'node:assert/strict';
import { lastRecord } from '../../../src/persistence/lastRecord';
import { linesOf, ofKind, textsOf, withJournal } from './journalTools';

describe('the last record of a journal', () => {
  const textOf = (content: string) =>
    withJournal(content, async (path) => {
      const record = await lastRecord(path);
      return record && textsOf([record])[0];
    });

  it('is found from behind, however long the journal is', async () => {
    assert.equal(await textOf(linesOf(['one'])), 'one');
    const many = Array.from({ length: 5_000 }, (_, index) => `record ${String(index)}`);
    assert.equal(await textOf(linesOf(many)), 'record 4999');
  });

  it('is not guessed: empty, torn, damaged, or larger than what is looked at', async () => {
    const two = linesOf(['one', 'two']);
    assert.equal(await textOf(''), undefined);
    assert.equal(await textOf(two.slice(0, -3)), undefined);
    assert.equal(await textOf(two.replace('two', 'too')), undefined);
    assert.equal(await textOf(linesOf(['x'.repeat(100_000)])), undefined);
    await withJournal(undefined, (path) => assert.rejects(lastRecord(path), ofKind('missing')));
  });
});
