import type { Spot } from '../core/mission/writes';
import { addedLines, keptLines, type Hunk } from '../core/todo/hunks';
import { git, type GitCall } from './git';

/** A file before and after somebody wrote it; after undefined: as it is on disk. */
export interface Written {
  readonly before: Spot;
  readonly after: Spot | undefined;
}

export interface LinesOf {
  /** The repository that keeps the trees. */
  readonly store: string;
  /** The last one first. */
  readonly writes: readonly Written[];
  readonly onDisk: Buffer;
  /** The text whose lines are asked for; what is on disk unless told. */
  readonly now?: Buffer | undefined;
}

/**
 * For each line of a text, the index of the last write that brought it and after which it is still there; undefined for a line that
 * none of them brought. Each write is looked at by itself, so that one that was taken back, and put back, counts as it should.
 * Throws a GitError.
 */
export async function lineWriters({ store, writes, onDisk, now = onDisk }: LinesOf): Promise<(number | undefined)[]> {
  const call: GitCall = { directory: store, repository: store };
  const lines: (number | undefined)[] = Array.from({ length: countLines(now) }, () => undefined);
  if (writes.length === 0) return lines;
  const empty = await keep(call, Buffer.alloc(0));
  const text = await keep(call, now);
  const disk = now.equals(onDisk) ? text : await keep(call, onDisk);
  const spots = writes.flatMap(({ before, after }) => (after ? [before, after] : [before]));
  const oids = await find(call, spots);
  const oidOf = (spot: Spot | undefined): string => (spot ? (oids.get(spot) ?? empty) : disk);
  for (const [index, { before, after }] of writes.entries()) {
    if (!lines.includes(undefined)) break;
    const own = addedLines(await diff(call, oidOf(before), oidOf(after)));
    if (own.size === 0) continue;
    const kept = keptLines(await diff(call, oidOf(after), text), lines.length);
    for (const [line, was] of kept.entries()) if (was !== undefined && own.has(was)) lines[line] ??= index;
  }
  return lines;
}

/** A last line without an end counts, too. */
function countLines(text: Buffer): number {
  let count = 0;
  for (const byte of text) if (byte === 10) count += 1;
  return text.length > 0 && text.at(-1) !== 10 ? count + 1 : count;
}

async function keep(call: GitCall, content: Buffer): Promise<string> {
  return (await git({ ...call, input: content }, 'hash-object', '-w', '--stdin')).toString().trim();
}

/** The ids of what the spots hold; a spot where no file is has none. */
async function find(call: GitCall, spots: readonly Spot[]): Promise<Map<Spot, string>> {
  const asked = spots.filter(({ path }) => !path.includes('\n'));
  const input = asked.map(({ tree, path }) => `${tree}:${path}\n`).join('');
  const answers = (await git({ ...call, input }, 'cat-file', '--batch-check')).toString().split('\n');
  const found = new Map<Spot, string>();
  asked.forEach((spot, index) => {
    const [, oid] = /^([0-9a-f]{40,64}) blob \d+$/.exec(answers[index] ?? '') ?? [];
    if (oid !== undefined) found.set(spot, oid);
  });
  return found;
}

async function diff(call: GitCall, before: string, after: string): Promise<Hunk[]> {
  if (before === after) return [];
  const asIs = ['--no-ext-diff', '--no-textconv', '--no-color', '--text', '--diff-algorithm=histogram'];
  const out = await git(call, 'diff', ...asIs, '-U0', '--inter-hunk-context=0', before, after);
  const heads = out.toString('latin1').matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm);
  return Array.from(heads, ([, at = '', count = '1', newAt = '', newCount = '1']) => ({
    before: { at: Number(at), count: Number(count) },
    after: { at: Number(newAt), count: Number(newCount) },
  }));
}
