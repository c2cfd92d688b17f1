import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Fact } from '../../src/core/mission/facts';
import { openJournal } from '../../src/persistence/journal';
import { median, type Row } from './table';

const records = 400;
const rounds = 5;
const fact: Fact = {
  type: 'worker.reported',
  turn: 't1',
  todo: 'T1',
  status: 'done',
  summary: 'x'.repeat(200),
  files: ['src/a.ts'],
  followUps: [],
};

/** Journal records a second with a flush each, and grouped, beside a bare write and fdatasync of the same bytes. */
export async function benchJournal(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orchestrator-bench-'));
  const times = { single: [] as number[], grouped: [] as number[], bare: [] as number[] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      const journal = await openJournal<Fact>(path.join(folder, `j${String(round)}.jsonl`), { repair: true });
      times.single.push(
        await timed(async () => {
          for (let index = 0; index < records; index += 1) await journal.append([fact], index);
        }),
      );
      times.grouped.push(
        await timed(async () => {
          await Promise.all(Array.from({ length: records }, (_, index) => journal.append([fact], index)));
        }),
      );
      await journal.close();
      const file = await open(path.join(folder, `b${String(round)}`), 'a');
      const line = `${JSON.stringify({ v: 1, seq: 1, at: 1, ...fact })}\n`;
      times.bare.push(
        await timed(async () => {
          for (let index = 0; index < records; index += 1) {
            await file.write(line);
            await file.datasync();
          }
        }),
      );
      await file.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const bare = median(times.bare);
  const row = (what: string, ms: number): Row => ({
    what,
    ours: `${Math.round((records / ms) * 1000).toLocaleString('en')} records/s`,
    baseline: `${Math.round((records / bare) * 1000).toLocaleString('en')} bare writes with fdatasync/s`,
    ratio: (ms / bare).toFixed(2),
  });
  return [row('a flush a record', median(times.single)), row('appended at once (group commit)', median(times.grouped))];
}

async function timed(act: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}
