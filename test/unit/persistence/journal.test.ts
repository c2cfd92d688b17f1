import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, encodeRecord } from '../../../src/core/mission/record';
import { JournalError } from '../../../src/persistence/errors';
import { openJournal, readJournal } from '../../../src/persistence/journal';
import { journalStart, scanJournal } from '../../../src/persistence/journalScan';
import { contentOf, linesOf, note, ofKind, textsOf, withJournal, type Note } from './journalTools';

const whole = linesOf(['one', 'two — 日本語 \u2028', 'three']);
const before = linesOf(['one', 'two — 日本語 \u2028']);
const last = Buffer.from(whole).subarray(Buffer.byteLength(before));
const newer = encodeRecord({ seq: 3, at: 1, fact: note('x') }).replace('"v":1', '"v":2');

describe('readJournal', () => {
  it('reads what was written, and an empty file as no record', () =>
    withJournal(whole, async (path) => {
      const { records, end, tail } = await readJournal(path);
      assert.deepEqual(textsOf(records), ['one', 'two — 日本語 \u2028', 'three']);
      assert.deepEqual(records.map(({ seq, at }) => [seq, at]), [[1, 1000], [2, 1001], [3, 1002]]); // prettier-ignore
      assert.deepEqual(end, { offset: Buffer.byteLength(whole), seq: 3, epoch: 0, stale: 0 });
      assert.equal(tail, undefined);
      await writeFile(path, '');
      assert.deepEqual(await readJournal(path), { records: [], end: journalStart });
    }));

  it('loses no more than the last record, wherever the file is cut within it (P7), and changes nothing', () =>
    withJournal('', async (path) => {
      for (let kept = 1; kept < last.length; kept++) {
        const cut = Buffer.concat([Buffer.from(before), last.subarray(0, kept)]);
        await writeFile(path, cut);
        const { records, end, tail } = await readJournal(path);
        assert.deepEqual(textsOf(records), ['one', 'two — 日本語 \u2028'], `${kept} bytes`);
        assert.deepEqual(tail, { kind: 'torn', bytes: kept, line: 3 });
        assert.equal(end.offset, Buffer.byteLength(before));
        assert.ok((await readFile(path)).equals(cut));
      }
    }));

  for (const [what, tail] of [
    ['zeros', Buffer.alloc(4096)],
    ['a part and zeros', Buffer.concat([last.subarray(0, 30), Buffer.alloc(100)])],
    ['zeros and a line end', Buffer.concat([Buffer.alloc(100), Buffer.from('\n')])],
    ['half a record with a line end', Buffer.concat([last.subarray(0, 30), Buffer.from('\n')])],
    ['a blank line', Buffer.from('\n')],
    ['a flipped bit in the last line', flipped(last, 25 * 8)],
  ] as const) {
    it(`takes ${what} at the end as torn`, () =>
      withJournal(Buffer.concat([Buffer.from(before), tail]), async (path) => {
        const content = await readJournal(path);
        assert.equal(content.records.length, 2);
        assert.deepEqual(content.tail, { kind: 'torn', bytes: tail.length, line: 3 });
      }));
  }

  it('takes a torn first record as an empty journal', () =>
    withJournal(whole.slice(0, 10), async (path) => {
      assert.deepEqual(await readJournal(path), {
        records: [],
        end: journalStart,
        tail: { kind: 'torn', bytes: 10, line: 1 },
      });
    }));

  it('leaves out what a driver wrote after it was replaced, and says how much (P9)', () =>
    withJournal(
      [
        linesOf(['one'], 1),
        linesOf(['two'], 2, 1),
        linesOf(['three'], 3, 2),
        linesOf(['three by the one before', 'four by the one before'], 3, 1),
        linesOf(['three by a release that knew no epoch'], 3),
        linesOf(['four'], 4, 2),
        linesOf(['four by the next', 'five'], 4, 4),
        linesOf(['five by the one before'], 5, 2),
      ].join(''),
      async (path) => {
        const { records, end } = await readJournal(path);
        assert.deepEqual(textsOf(records), ['one', 'two', 'three', 'four by the next', 'five']);
        assert.deepEqual([end.seq, end.epoch, end.stale], [5, 4, 5]);
        const journal = await openJournal<Note>(path, { repair: true });
        assert.equal(journal.stale, 5);
        await journal.append([note('six')], 1);
        await journal.close();
        await appendFile(path, `nonsense\n${linesOf(['seven'], 7, 5)}`);
        await assert.rejects(readJournal(path), ofKind('damaged', 12));
      },
    ));

  it('refuses a record that is there twice, a gap, and an epoch that is none', async () => {
    for (const more of [linesOf(['two'], 2, 1), linesOf(['four'], 4, 2), linesOf(['three'], 3, -1)]) {
      await withJournal(linesOf(['one', 'two'], 1, 1) + more + linesOf(['more'], 3, 1), (path) =>
        assert.rejects(readJournal(path), ofKind('damaged', 3)),
      );
    }
  });

  it('reads through a byte order mark and CRLF, and counts their bytes', () =>
    withJournal(`\ufeff${whole.replaceAll('\n', '\r\n')}`, async (path) => {
      const { records, end } = await readJournal(path);
      assert.equal(records.length, 3);
      assert.equal(end.offset, (await readFile(path)).length);
    }));

  it('refuses every flipped bit before the last line', () =>
    withJournal('', async (path) => {
      const first = Buffer.byteLength(linesOf(['one']));
      for (let bit = first * 8; bit < Buffer.byteLength(before) * 8; bit++) {
        await writeFile(path, flipped(Buffer.from(whole), bit));
        // Only the version's own digit can turn the damage into a release that does not exist.
        const told = (error: unknown) => ofKind('damaged', 2)(error) || ofKind('newer', 2)(error);
        await assert.rejects(readJournal(path), told, `bit ${bit}`);
      }
    }));

  for (const [what, content, kind, line] of [
    ['a gap', linesOf(['one']) + linesOf(['three'], 3), 'damaged', 2],
    ['a missing start', linesOf(['two', 'three'], 2), 'damaged', 1],
    ['a record that stands twice', before + linesOf(['two'], 2), 'damaged', 3],
    ['a blank line in the middle', whole.replace('\n', '\n\n'), 'damaged', 2],
    ['zeros in the middle', `${linesOf(['one'])}${'\0'.repeat(50)}${linesOf(['two'], 2)}`, 'damaged', 2],
    ['a last record with a good checksum and no sense', before + sealedNonsense(), 'damaged', 3],
    ['a newer release’s record at the end', before + newer, 'newer', 3],
    ['a newer release’s record without its line end', before + newer.trimEnd(), 'newer', 3],
    ['a newer release’s record in the middle', linesOf(['one']) + newer + linesOf(['x'], 3), 'newer', 2],
  ] as const) {
    it(`refuses ${what} as ${kind}, names line ${line}, and openJournal leaves the file alone`, () =>
      withJournal(content, async (path) => {
        await assert.rejects(readJournal(path), ofKind(kind, line));
        await assert.rejects(openJournal(path, { repair: true }), ofKind(kind, line));
        assert.equal(await contentOf(path), content);
      }));
  }

  it('says that a journal is missing', () =>
    withJournal(undefined, async (path) => {
      await assert.rejects(readJournal(path), ofKind('missing'));
      await assert.rejects(
        openJournal(join(dirname(path), 'none', 'journal.jsonl'), { repair: true }),
        ofKind('missing'),
      );
    }));

  it('lets others go on while it reads 20,000 records (P12)', async () => {
    let pulses = 0;
    const pulse = setInterval(() => pulses++, 1);
    const bytes = Buffer.from(linesOf(Array.from({ length: 20_000 }, (_, i) => `${i} ${'x'.repeat(300)}`)));
    const { records } = await scanJournal(bytes, journalStart).finally(() => clearInterval(pulse));
    assert.equal(records.length, 20_000);
    assert.ok(pulses >= 10, `${pulses} pulses`);
  });
});

describe('openJournal', () => {
  it('makes a journal and goes on with it where it ended', () =>
    withJournal(undefined, async (path) => {
      const first = await openJournal<Note>(path, { repair: true });
      assert.deepEqual(first.records, []);
      await first.append([note('one')], 1000);
      await first.close();
      const second = await openJournal<Note>(path, { repair: true });
      assert.deepEqual(textsOf(second.records), ['one']);
      assert.deepEqual(await second.append([note('two')], 1001), [
        { v: 1, seq: 2, at: 1001, epoch: 2, fact: note('two') },
      ]);
      await second.close();
      assert.equal(await contentOf(path), linesOf(['one'], 1, 1) + linesOf(['two'], 2, 2, 1001));
    }));

  it('cuts a torn tail at every byte, keeps the cut bytes, and appends behind what is whole', () =>
    withJournal('', async (path) => {
      for (let kept = 1; kept < last.length; kept += 7) {
        await writeFile(path, Buffer.concat([Buffer.from(before), last.subarray(0, kept)]));
        const journal = await openJournal<Note>(path, { repair: true });
        assert.equal(journal.records.length, 2);
        assert.ok((await readFile(journal.cut?.kept ?? '')).equals(last.subarray(0, kept)));
        await journal.append([note('three')], 1002);
        await journal.close();
        assert.equal(await contentOf(path), before + linesOf(['three'], 3, 1, 1002));
      }
    }));

  it('keeps each torn tail in a file of its own, the same one once', () =>
    withJournal('', async (path) => {
      for (const tail of ['aaa', 'bbb', 'aaa']) {
        await writeFile(path, before + tail);
        await (await openJournal(path, { repair: true })).close();
      }
      const files = (await readdir(dirname(path))).sort();
      assert.deepEqual(files, ['journal.jsonl', 'journal.torn-1', 'journal.torn-2']);
    }));

  it('goes on behind a byte order mark and CRLF', () =>
    withJournal(`\ufeff${before.replaceAll('\n', '\r\n')}`, async (path) => {
      const journal = await openJournal<Note>(path, { repair: true });
      await journal.append([note('three')], 1002);
      await journal.close();
      assert.equal((await readJournal(path)).records.length, 3);
    }));

  it('copies a damaged journal once and says where', () =>
    withJournal(whole.replace('one', 'ons'), async (path) => {
      for (let i = 0; i < 2; i++) {
        await assert.rejects(openJournal(path, { repair: true }), (error) => {
          assert.ok(error instanceof JournalError);
          assert.equal(error.copy, join(dirname(path), 'journal.damaged-1'));
          return error.kind === 'damaged' && error.line === 1;
        });
      }
      assert.deepEqual((await readdir(dirname(path))).sort(), ['journal.damaged-1', 'journal.jsonl']);
    }));

  it('cuts no file through a symlink, and takes no folder for a journal', () =>
    withJournal(undefined, async (path) => {
      const elsewhere = join(dirname(path), 'elsewhere');
      await writeFile(elsewhere, 'a line of somebody’s');
      await symlink(elsewhere, path);
      await assert.rejects(openJournal(path, { repair: true }), ofKind('io'));
      assert.equal(await contentOf(elsewhere), 'a line of somebody’s');
      await mkdir(join(dirname(path), 'folder'));
      await assert.rejects(openJournal(join(dirname(path), 'folder'), { repair: true }), ofKind('io'));
    }));
});

function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

function sealedNonsense(): string {
  const body = '{"v":1,"seq":"3"';
  return `${body},"crc":"${crc32(Buffer.from(body))}"}\n`;
}
