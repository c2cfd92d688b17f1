import assert from 'node:assert/strict';
import { folderOf, type Folders } from '../../../../src/vscode/dashboard/restore';

describe('the folder of a dashboard that comes back', () => {
  const title = 'Mission: Keep the docs up to date';
  const folders = (more: Partial<Folders> = {}): Folders => {
    return { titles: { [title]: 'b' }, keys: ['a', 'b'], taken: new Set(), trusted: true, ...more };
  };

  it('is the one that its page kept, also where two missions have the same text', () => {
    const first = folderOf({ state: { folder: 'a', tab: 'todo' }, title }, folders());
    const second = folderOf({ state: { folder: 'b' }, title }, folders({ taken: new Set([first]) }));
    assert.deepEqual([first, second], ['a', 'b']);
  });

  it('is that of its title where the page kept nothing of the kind', () => {
    for (const state of [undefined, null, 7, { folder: 7 }, {}])
      assert.equal(folderOf({ state, title }, folders()), 'b', JSON.stringify(state));
  });

  it('is a free one where its own is gone or has a dashboard already', () => {
    assert.equal(folderOf({ state: { folder: 'gone' }, title }, folders()), 'a');
    assert.equal(folderOf({ state: { folder: 'a' }, title }, folders({ taken: new Set(['a']) })), 'b');
    assert.equal(folderOf({ state: { folder: 'a' }, title }, folders({ keys: [] })), '');
  });

  it('is believed while the window is not trusted and knows no folder', () => {
    assert.equal(folderOf({ state: { folder: 'a' }, title }, folders({ keys: [], trusted: false })), 'a');
  });
});
