import { factSchema, type Recorded } from '../../core/mission/facts';
import type { Clock } from '../../runtime/ports';
import { parseJson } from '../../persistence/parseJson';
import * as z from 'zod';

/** How long the recorded mission takes when it is played, in milliseconds. */
export const demoMs = 40_000;
/** No silence of the recording is longer than this share of it. */
const longestPause = 0.1;

const line = z.looseObject({ seq: z.number(), at: z.number(), type: z.string() });

/** Reads a recording: the lines of `task --json`. A line that is none of ours ends it there. */
export function readDemo(text: string): Recorded[] {
  const records: Recorded[] = [];
  for (const raw of text.split('\n')) {
    const parsed = line.safeParse(parseJson(raw));
    if (!parsed.success) break;
    const { seq, at, ...rest } = parsed.data;
    const fact = factSchema.safeParse(rest);
    if (!fact.success) break;
    records.push({ seq, at, fact: fact.data });
  }
  return records;
}

/** The records with the times at which they are played, from `start` on: whole, in order, in about `lengthMs`. */
export function timetable(records: readonly Recorded[], start: number, lengthMs = demoMs): Recorded[] {
  const pauses = records.map((record, index) => Math.max(0, record.at - (records[index - 1]?.at ?? record.at)));
  const sum = (items: readonly number[]) => items.reduce((total, item) => total + item, 0);
  const cap = sum(pauses) * longestPause;
  const capped = pauses.map((pause) => Math.min(pause, cap));
  const scale = lengthMs / Math.max(1, sum(capped));
  let at = start;
  return records.map((record, index) => ({ ...record, at: Math.round((at += (capped[index] ?? 0) * scale)) }));
}

export interface DemoPorts {
  readonly clock: Clock;
  readonly recorded: (records: readonly Recorded[]) => void;
  readonly ended: () => void;
}

/** Plays a recording; the returned function ends it. It reads and writes nothing and starts no agent. */
export function playRecords(records: readonly Recorded[], { clock, recorded, ended }: DemoPorts): () => void {
  const played = timetable(records, clock.now());
  let next = 0;
  let forget: (() => void) | undefined;
  const step = (): void => {
    const now = clock.now();
    const due: Recorded[] = [];
    for (let record = played[next]; record !== undefined && record.at <= now; record = played[next]) {
      due.push(record);
      next += 1;
    }
    if (due.length > 0) recorded(due);
    const following = played[next];
    if (following === undefined) ended();
    else forget = clock.after(following.at - now, step);
  };
  forget = clock.after(0, step);
  return () => forget?.();
}
