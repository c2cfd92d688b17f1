import assert from 'node:assert/strict';
import { readArgs } from '../../../src/cli/args';
import { blameLines } from '../../../src/cli/blame';
import { styles } from '../../../src/cli/view/style';
import { emptyState } from '../../../src/core/mission/state';
import { columns } from '../../../src/cli/view/columns';

describe('the call blame', () => {
  it('takes a file, and a mission before it', () => {
    const parsed = readArgs(['blame', 'm-1', 'src/a b.ts', '--json']);
    assert.ok(parsed.ok);
    const common = { directory: '.', json: true, set: [] };
    assert.deepEqual(parsed.call, { name: 'blame', mission: 'm-1', file: 'src/a b.ts', common });
    for (const argv of [['blame'], ['blame', 'a', 'b', 'c'], ['blame', 'a', '--file', 'b'], ['blame', 'a', '--force']])
      assert.ok(!readArgs(argv).ok, argv.join(' '));
  });

  it('shows whatever is in the file and the titles as one line each, no wider than there is room', () => {
    const owner = { todo: 'T1', attempt: 1, before: { tree: '', path: '' }, after: undefined };
    const text = ['\ttabs\r', '\u001b[31mred\u001b[0m\u202e', '文'.repeat(200), ''];
    const look = { width: 60, height: 10, styles: styles(false) };
    const lines = blameLines(emptyState(), text, [owner, undefined, owner, undefined], look);
    assert.deepEqual(lines.slice(0, 2), ['T1  1      tabs', '–   2  red']);
    assert.ok(lines.every((line) => columns(line) <= 60 && !/[\n\r]/.test(line)));
    assert.equal(lines.length, 4);
  });
});
