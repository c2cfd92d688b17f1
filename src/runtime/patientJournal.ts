import type { Fact } from '../core/mission/facts';
import type { Ports } from './ports';

/** Waits between tries while the disk refuses; the last one again and again. */
const waitsMs = [1_000, 2_000, 5_000];

/** Appends to the mission’s journal; a disk that refuses is waited for, and nothing is begun meanwhile. */
export class PatientJournal {
  /** What keeps the journal from being written, as a sentence; undefined while nothing does. */
  trouble: string | undefined;
  private givenUp = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly ports: Pick<Ports, 'journal' | 'clock' | 'watcher' | 'log'>,
    /** Called with each try that failed. */
    private readonly refused: () => void,
  ) {}

  /** Resolves when the facts are on disk; rejects when that cannot be any more, or when it was given up. */
  async append(facts: readonly Fact[], at: number): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.ports.journal.append(facts, at);
        this.say(undefined);
        return;
      } catch (error) {
        // Another process drives, the journal is closed, or the defect is ours: waiting helps nothing.
        if (this.isGivenUp() || !isRefusal(error)) throw error;
        this.say(error.message);
        this.refused();
        await this.pause(waitsMs[Math.min(tries, waitsMs.length - 1)] ?? 0);
        if (this.isGivenUp()) throw error;
      }
    }
  }

  /** What waits for the disk, or will, is not waited for any more. */
  giveUp(): void {
    this.givenUp = true;
    this.wake();
  }

  private isGivenUp(): boolean {
    return this.givenUp;
  }

  private say(trouble: string | undefined): void {
    if (trouble === this.trouble) return;
    if (trouble !== undefined) this.ports.log(`${trouble} Nothing new is started until there is room.`);
    else this.ports.log('The journal can be written again; the mission goes on.');
    this.trouble = trouble;
    this.ports.watcher.held?.(trouble);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.ports.clock.after(ms, resolve);
      this.wake = () => {
        forget();
        resolve();
      };
    });
  }
}

/** Whether the disk refused, as the journal says it: `kind` is `io`. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'kind' in error && error.kind === 'io';
}
