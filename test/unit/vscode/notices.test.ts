import assert from 'node:assert/strict';
import type { FeedItem } from '../../../src/core/view/feed';
import { digestMs, noticeBook, type Notice, type NoticeLevel } from '../../../src/vscode/notices';
import { ManualClock } from '../../support/manualClock';

function stage(level: NoticeLevel = 'digest') {
  const clock = new ManualClock();
  const shown: Notice[] = [];
  const gone: (() => void)[] = [];
  const world = { level, watched: false, focused: true };
  const book = noticeBook({
    clock,
    level: () => world.level,
    watched: () => world.watched,
    focused: () => world.focused,
    show: (notice) => {
      shown.push(notice);
      return new Promise<void>((resolve) => gone.push(resolve));
    },
  });
  const pass = (ms: number): Promise<void> => clock.until(new Promise((resolve) => clock.after(ms, resolve)));
  return { book, pass, shown, world, close: () => gone.shift()?.() };
}

let items = 0;

function item(text: string, kind: FeedItem['kind'] = 'info', did?: string): FeedItem {
  items += 1;
  const about = did === undefined ? {} : { did, todo: text.split(' ', 1)[0] ?? '' };
  return { key: `f${items}`, seq: items, at: items, icon: 'info', kind, text, ...about };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('notices', () => {
  it('say at once that somebody is needed, once for asks that come together', async () => {
    const { book, pass, shown } = stage();
    book.asks('a', ['p1']);
    book.asks('a', ['p1', 'p2']);
    await pass(1_000);
    await settle();
    assert.deepEqual(
      shown.map(({ kind, count }) => [kind, count]),
      [['needsYou', 2]],
    );
  });

  it('say nothing of an ask that was answered before it was told', async () => {
    const { book, pass, shown } = stage();
    book.asks('a', ['p1']);
    book.asks('a', []);
    await pass(1_000);
    await settle();
    assert.deepEqual(shown, []);
  });

  it('show one notification about asks at a time, and the rest when it is gone', async () => {
    const { book, pass, shown, close } = stage();
    book.asks('a', ['p1']);
    await pass(1_000);
    book.asks('a', ['p1', 'p2']);
    await pass(1_000);
    await settle();
    assert.equal(shown.length, 1);
    close();
    await settle();
    assert.equal(shown.length, 2);
    close();
    await settle();
    assert.equal(shown.length, 2);
  });

  it('say nothing of an ask to who sees the dashboard, until they leave it', async () => {
    const { book, pass, shown, world } = stage();
    world.watched = true;
    book.asks('a', ['p1']);
    await pass(60_000);
    assert.equal(shown.length, 0);
    book.asks('a', ['p2']);
    world.watched = false;
    await pass(6_000);
    assert.deepEqual(
      shown.map(({ kind, count }) => [kind, count]),
      [['needsYou', 1]],
    );
  });

  it('gather minor news into one digest an interval', async () => {
    const { book, pass, shown } = stage();
    for (let n = 1; n <= 30; n += 1) book.items('a', [item(`T${n} began`, 'info', 'began')]);
    await pass(digestMs - 1);
    await settle();
    assert.equal(shown.length, 0);
    await pass(1);
    await settle();
    assert.deepEqual(
      shown.map(({ kind, count }) => [kind, count]),
      [['digest', 30]],
    );
    book.items('a', [item('T31 began', 'info', 'began')]);
    await pass(digestMs - 1);
    await settle();
    assert.equal(shown.length, 1);
    await pass(1);
    await settle();
    assert.equal(shown.length, 2);
  });

  it('give no digest while the dashboard is seen', async () => {
    const { book, pass, shown, world } = stage();
    book.items('a', [item('T1 began')]);
    world.watched = true;
    book.items('a', [item('T2 began')]);
    await pass(digestMs * 3);
    world.watched = false;
    await pass(digestMs * 3);
    await settle();
    assert.deepEqual(shown, []);
  });

  it('let the digest wait while nobody is at the window', async () => {
    const { book, pass, shown, world } = stage();
    world.focused = false;
    for (let n = 0; n < 10; n += 1) {
      book.items('a', [item(`T${n} began`, 'info', 'began')]);
      await pass(digestMs);
    }
    await settle();
    assert.equal(shown.length, 0);
    world.focused = true;
    book.looked();
    await pass(digestMs);
    await settle();
    assert.deepEqual(
      shown.map(({ kind, count }) => [kind, count]),
      [['digest', 10]],
    );
  });

  it('say an end at once and drop the digest that led to it', async () => {
    const { book, pass, shown } = stage();
    book.items('a', [item('T1 done', 'good')]);
    book.ended('a', 'sealed');
    await pass(digestMs * 2);
    await settle();
    assert.deepEqual(
      shown.map(({ kind }) => kind),
      ['sealed'],
    );
  });

  it('say every item with “all”, and none with “attention”', async () => {
    const all = stage('all');
    all.book.items('a', [item('T1 began'), item('T1 done', 'good')]);
    await settle();
    assert.deepEqual(
      all.shown.map(({ kind, text }) => [kind, text]),
      [
        ['item', 'T1 began'],
        ['item', 'T1 done'],
      ],
    );
    const few = stage('attention');
    few.book.items('a', [item('T1 began')]);
    few.book.asks('a', ['p1']);
    few.book.ended('b', 'failed');
    await few.pass(digestMs * 2);
    await settle();
    assert.deepEqual(
      few.shown.map(({ kind }) => kind),
      ['failed', 'needsYou'],
    );
  });

  it('keep the digest of folders apart', async () => {
    const { book, pass, shown } = stage();
    book.items('a', [item('T1 began')]);
    book.items('b', [item('T1 began')]);
    await pass(digestMs);
    await settle();
    assert.deepEqual(
      shown.map(({ key }) => key),
      ['a', 'b'],
    );
  });

  it('are silent after they were disposed', async () => {
    const { book, pass, shown } = stage();
    book.items('a', [item('T1 began')]);
    book.asks('a', ['p1']);
    book.dispose();
    await pass(digestMs * 2);
    await settle();
    assert.deepEqual(shown, []);
  });
});
