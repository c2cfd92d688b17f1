import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeRecord } from '../../../src/core/mission/record';
import { resumeMission, type DriveOptions } from '../../../src/host/drive';
import { readMission, recall } from '../../../src/host/workspace';
import { JournalError } from '../../../src/persistence/errors';
import { openJournal, readJournal } from '../../../src/persistence/journal';
import { journalPath } from '../../../src/persistence/workspaceFiles';
import { outcomeOf } from '../../support/journalOutcome';
import { Chance } from '../runtime/simulation/chance';
import { inFolder, ofKind, withJournal } from './journalTools';

/** A mission of a real server, and what it says. */
const fixtures = new URL('../core/fixtures/journals/', import.meta.url);
const mission = readFileSync(new URL('server-under-faults-twice-resumed.jsonl', fixtures));
const outcome: unknown = JSON.parse(readFileSync(new URL('server-under-faults-twice-resumed.json', fixtures), 'utf8'));
const lines = mission.toString().split(/(?<=\n)/);
const count = lines.length;

/** Where each line begins, and where the file ends. */
const starts = lines.reduce<number[]>(
  (places, line) => [...places, (places.at(-1) ?? 0) + Buffer.byteLength(line)],
  [0],
);
const lastStart = starts.at(-2) ?? 0;

/** The texts of the records that are read, what was torn off, or why nothing is read. */
async function readingOf(path: string) {
  try {
    const { records, tail } = await readJournal(path);
    return { read: records.length, torn: tail?.bytes ?? 0, records };
  } catch (error) {
    if (error instanceof JournalError) return { refused: error.kind, line: error.line };
    throw error;
  }
}

async function refusedAlike(path: string, kind: JournalError['kind']): Promise<void> {
  const before = await readFile(path);
  await assert.rejects(openJournal(path, { repair: true }), ofKind(kind));
  assert.ok((await readFile(path)).equals(before), 'the file was changed');
  const copies = (await readdir(dirname(path))).filter((name) => name.startsWith('journal.damaged-'));
  assert.equal(copies.length, kind === 'damaged' ? 1 : 0);
  for (const copy of copies) assert.ok((await readFile(`${dirname(path)}/${copy}`)).equals(before));
}

describe('a mission’s journal that was damaged (P7)', () => {
  it('is the mission that it was when nothing happened to it', () =>
    withJournal(mission, async (path) => {
      assert.deepEqual(outcomeOf((await recall((await readJournal(path)).records)).records), outcome);
    }));

  it('loses the last record at most when it is cut in that, wherever, and says so', () =>
    withJournal('', async (path) => {
      for (let end = lastStart + 1; end < mission.length; end += 1) {
        await writeFile(path, mission.subarray(0, end));
        const { records, ...reading } = await readingOf(path);
        assert.deepEqual(reading, { read: count - 1, torn: end - lastStart });
        assert.equal(records?.length, count - 1);
      }
    }));

  it('is never shorter without a word: a bit that flips anywhere is told as a torn end or refused', () =>
    withJournal('', async (path) => {
      const chance = new Chance(7);
      for (let round = 0; round < 400; round += 1) {
        const bytes = Buffer.from(mission);
        const at = chance.is(0.2) ? lastStart + chance.below(mission.length - lastStart) : chance.below(mission.length);
        bytes[at]! ^= 1 << chance.below(8);
        await writeFile(path, bytes);
        const { records: _, ...reading } = await readingOf(path);
        const line = starts.findLastIndex((start) => start <= at) + 1;
        const where = `byte ${String(at)}, line ${String(line)} of ${String(count)}`;
        if (line === count) {
          const isTorn = 'read' in reading && reading.read === count - 1 && reading.torn === mission.length - lastStart;
          assert.ok(isTorn || 'refused' in reading, `${where}: ${JSON.stringify(reading)}`);
        } else {
          assert.ok(
            reading.refused === 'damaged' || reading.refused === 'newer',
            `${where}: ${JSON.stringify(reading)}`,
          );
          assert.equal(reading.line, line, where);
        }
      }
    }));

  it('is refused, left alone and copied once when a line is gone, is there twice, changed places or turned to zeros', async () => {
    const middle = Math.floor(count / 2);
    const harms: Readonly<Record<string, readonly string[]>> = {
      'a line that is gone': lines.toSpliced(middle, 1),
      'the first line that is gone': lines.slice(1),
      'a line that is there twice': lines.toSpliced(middle, 0, lines[middle] ?? ''),
      'the whole file twice': [...lines, ...lines],
      'two lines that changed places': lines.toSpliced(middle, 2, lines[middle + 1] ?? '', lines[middle] ?? ''),
      'a line of zeros': lines.toSpliced(middle, 1, '\0'.repeat(Buffer.byteLength(lines[middle] ?? ''))),
      'a blank line': lines.toSpliced(middle, 0, '\n'),
      'a byte order mark in the middle': lines.toSpliced(middle, 0, '\ufeff'),
      'half a line, and more behind it': lines.toSpliced(middle, 1, `${(lines[middle] ?? '').slice(0, 40)}\n`),
      'a line of a merge conflict': lines.toSpliced(middle, 0, '<<<<<<< HEAD\n'),
    };
    for (const [harm, left] of Object.entries(harms)) {
      await withJournal(left.join(''), async (own) => {
        const { refused } = await readingOf(own);
        assert.equal(refused, 'damaged', harm);
        await refusedAlike(own, 'damaged');
      });
    }
  });

  it('is copied by who wants to resume it, who is told where; a look at it copies nothing', () =>
    inFolder(async (workspace) => {
      const id = 'm-20261123-000000-abcdef';
      const path = journalPath(await realpath(workspace), id);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, lines.toSpliced(3, 1).join(''));
      await assert.rejects(readMission(await realpath(workspace), id), ofKind('damaged'));
      assert.deepEqual(await readdir(dirname(path)), ['journal.jsonl']);
      const options = { directory: workspace, log: () => undefined } as unknown as DriveOptions;
      await assert.rejects(resumeMission(options, id), /Line 4.*a copy is journal\.damaged-1 beside it/);
      assert.ok((await readFile(join(dirname(path), 'journal.damaged-1'))).equals(await readFile(path)));
    }));

  it('loses what was never flushed when its last blocks are zeros, keeps the bytes, and goes on behind', () =>
    withJournal('', async (path) => {
      for (const zeros of [1, 512, 4_096]) {
        const kept = mission.length - zeros;
        await writeFile(path, Buffer.concat([mission.subarray(0, kept), Buffer.alloc(zeros)]));
        const whole = starts.filter((start) => start <= kept).length - 1;
        const journal = await openJournal(path, { repair: true });
        assert.equal(journal.records.length, whole);
        assert.equal(journal.cut?.bytes, mission.length - (starts[whole] ?? 0));
        await journal.append([{ type: 'noticed', text: 'here again' } as never], 1);
        await journal.close();
        assert.equal((await readJournal(path)).records.length, whole + 1);
      }
    }));

  it('is read through a byte order mark and lines that an editor ended its way, also only some of them', () =>
    withJournal('', async (path) => {
      const someCrlf = lines.map((line, index) => (index % 3 === 0 ? line.replace('\n', '\r\n') : line)).join('');
      for (const text of [
        `\ufeff${mission.toString()}`,
        mission.toString().replaceAll('\n', '\r\n'),
        `\ufeff${someCrlf}`,
      ]) {
        await writeFile(path, text);
        assert.deepEqual(outcomeOf((await recall((await readJournal(path)).records)).records), outcome);
      }
    }));

  it('is an empty mission when it is empty, or holds a byte order mark alone', () =>
    withJournal('', async (path) => {
      for (const text of ['', '\ufeff']) {
        await writeFile(path, text);
        assert.deepEqual((await readJournal(path)).records, []);
        const journal = await openJournal(path, { repair: true });
        await journal.close();
        assert.deepEqual(journal.records, []);
      }
    }));
});

describe('a journal of another release (P14)', () => {
  const first = { seq: 1, at: 1 };

  it('of a later one is refused as that and left alone, also when only its last record is, or is torn', async () => {
    const later = encodeRecord({ seq: count + 1, at: 1, fact: { type: 'noticed', text: 'x' } }).replace(
      '"v":1',
      '"v":2',
    );
    for (const text of [
      `${mission.toString()}${later}`,
      `${later}${mission.toString()}`,
      `${mission.toString()}${later.trimEnd()}`,
    ]) {
      await withJournal(text, async (own) => {
        assert.equal((await readingOf(own)).refused, 'newer');
        await refusedAlike(own, 'newer');
      });
    }
  });

  it('with a kind of fact that this one does not know is refused by its record, and nothing of it is folded', async () => {
    const records = [{ v: 1 as const, ...first, fact: { type: 'mission.painted', colour: 'blue' } }];
    await assert.rejects(recall(records), ofKind('newer', 1));
    await assert.rejects(recall(records), /newer release.*update/);
  });

  it('of an earlier one folds without the settings and fields that are new, which have their defaults', async () => {
    const settings = { 'limits.parallelSessions': 3 };
    const fact = { type: 'mission.created', mission: 'm-1', text: 'x', directory: '/w', settings };
    const { state } = await recall([{ v: 1, ...first, fact }]);
    assert.equal(state.settings['limits.parallelSessions'], 3);
    assert.equal(state.settings['limits.maxIterations'], 20);
  });

  it('with a field more in a fact that is known folds without it', async () => {
    const fact = { type: 'note.added', text: 'x', colour: 'blue' };
    const { state, records } = await recall([{ v: 1, ...first, fact }]);
    assert.deepEqual(state.news.notes, ['x']);
    assert.deepEqual(records[0]?.fact, { type: 'note.added', text: 'x' });
  });
});
