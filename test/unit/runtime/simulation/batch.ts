import { play } from './play';

/** What a process is asked to play, and what it says of it. */
export interface Batch {
  readonly seeds: readonly number[];
}

export interface BatchResult {
  readonly missions: number;
  readonly records: number;
  readonly lives: number;
  /** What did not hold, a sentence a seed. */
  readonly defects: readonly string[];
}

/** A seed whose mission goes wrong is told, and the next one played; after so many nobody reads on. */
const mostDefects = 20;

/** Plays the missions of some seeds, one after the other. */
export async function playAll(seeds: readonly number[]): Promise<BatchResult> {
  let [missions, records, lives] = [0, 0, 0];
  const defects: string[] = [];
  for (const seed of seeds) {
    if (defects.length >= mostDefects) break;
    missions += 1;
    try {
      const told = await play(seed);
      records += told.history.records.length;
      lives += told.lives;
    } catch (error) {
      defects.push(`seed ${String(seed)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { missions, records, lives, defects };
}

process.once('message', (batch: Batch) => {
  void playAll(batch.seeds).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});
