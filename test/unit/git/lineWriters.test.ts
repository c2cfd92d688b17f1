import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { lineWriters, type Written } from '../../../src/git/lineWriters';
import { Chance } from '../runtime/simulation/chance';
import { inPlace, type Place } from './place';

const file = 'src/a.ts';

/** What somebody writes, as the trees before and after tell. */
async function written({ trees }: Place, act: () => void, [from, to] = [file, file]): Promise<Written> {
  const { id: before } = await trees.take();
  act();
  const { id: after } = await trees.take();
  return { before: { tree: before, path: from }, after: { tree: after, path: to } };
}

/** The lines of a file, each with the letter of who wrote it; `-` for nobody. `writes` are in the order in which they were. */
async function told(
  { store, workspace }: Place,
  writes: readonly Written[],
  name = file,
  now?: string,
): Promise<string> {
  const onDisk = readFileSync(path.join(workspace, name));
  const latest = writes.toReversed();
  const owners = await lineWriters({
    store,
    writes: latest,
    onDisk,
    now: now === undefined ? onDisk : Buffer.from(now),
  });
  return owners.map((at) => (at === undefined ? '-' : 'ABCDEFGH'[writes.length - 1 - at])).join('');
}

describe('who wrote a line', function () {
  this.timeout(120_000);

  it('is the last that brought it; a line of the person stays the person’s, before, between and after', async () => {
    await inPlace(async (place) => {
      const { write } = place;
      const a = await written(place, () => write(file, 'one\nby A\ntwo\nalso A\nthree\n'));
      write(file, 'one\nby A\nmine\ntwo\nalso A\nthree\n');
      const b = await written(place, () => write(file, 'one\nby A\nmine\ntwo\nby B\nthree'));
      assert.equal(await told(place, [a, b]), '-A--BB', 'the last line lost its end');
      write(file, 'mine, too\none\nby A\nmine\ntwo\nby B\nthree\n');
      assert.equal(await told(place, [a, b]), '--A--B-');
      assert.equal(await told(place, [a, b], file, 'one\nby A\nnot saved\n'), '-A-');
      assert.equal(await told(place, [a, b], file, ''), '');
      assert.equal(await told(place, [], file), '-------');
    });
  });

  it('in a file that it made, renamed, or left empty; with blanks, letters of any script and the line ends of Windows', async () => {
    await inPlace(async (place) => {
      const { write, workspace } = place;
      const [old, name] = ['old ü.txt', 'new/ü 文.txt'];
      const a = await written(place, () => write(old, 'a\r\nb\r\nc\r\n'), [old, old]);
      write('new/x', '');
      const b = await written(place, () => renameSync(path.join(workspace, old), path.join(workspace, name)), [
        old,
        name,
      ]);
      assert.equal(await told(place, [a, b], name), 'AAA');
      const c = await written(place, () => write(name, 'a\r\nB\r\nc\r\n'), [name, name]);
      assert.equal(await told(place, [a, b, c], name), 'ACA');
      const d = await written(place, () => write(name, ''), [name, name]);
      assert.equal(await told(place, [a, b, c, d], name), '');
    });
  });

  it('when what one wrote was taken back and put back, and when two wrote at once in copies of their own', async () => {
    await inPlace(async (place) => {
      const { write } = place;
      const a = await written(place, () => write(file, 'one\nA\ntwo\nthree\n'));
      const b = await written(place, () => write(file, 'one\nA\ntwo\nB\nthree\n'));
      write(file, 'one\ntwo\nB\nthree\n');
      assert.equal(await told(place, [a, b]), '--B-');
      write(file, 'one\nA\ntwo\nB\nthree\n');
      assert.equal(await told(place, [a, b]), '-A-B-');
      write(file, 'one\ntwo\nthree\n');
      const c = await written(place, () => write(file, 'one\ntwo\nthree\nC\n'));
      write(file, 'one\nA\ntwo\nB\nthree\nC\n');
      assert.equal(await told(place, [a, b, c]), '-A-B-C');
    });
  });

  it('of a turn that is at work is what is on disk and not in the tree before it; what is not saved is the person’s', async () => {
    await inPlace(
      async (place) => {
        const { id } = await place.trees.take();
        place.write(file, 'one\nA\ntwo\nthree\n');
        const writing: Written = { before: { tree: id, path: file }, after: undefined };
        assert.equal(await told(place, [writing], file, 'one\nA\nmine\ntwo\nthree\n'), '-A---');
      },
      { git: false },
    );
  });

  it('whatever they write: lines that nobody else could have written are told of whom they are', async () => {
    await inPlace(async (place) => {
      const chance = new Chance(7);
      const lines = ['begin'];
      const writes: Written[] = [];
      for (let turn = 0; turn < 8; turn += 1) {
        const letter = 'ABCDEFGH'[turn] ?? '';
        const edit = (who: string): void => {
          const at = chance.below(lines.length + 1);
          lines.splice(
            at,
            chance.below(3),
            ...Array.from({ length: 1 + chance.below(3) }, (_, n) => `${who} ${String(turn)} ${String(n)}`),
          );
          place.write(file, `${lines.join('\n')}\n`);
        };
        edit('-');
        writes.push(await written(place, () => (edit(letter), edit(letter))));
      }
      const wanted = lines.map((line) => (line === 'begin' ? '-' : line[0])).join('');
      assert.equal(await told(place, writes), wanted);
    });
  });
});
