import type { Clock } from '../../src/runtime/ports';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that a test turns by hand; timers fire in order of their time. */
export class ManualClock implements Clock {
  private time = 1_000_000;
  private order = 0;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), order: (this.order += 1), callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets everything that is already due in promises run; a turn of the event loop empties the whole queue of them. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Turns the clock to the next timer; false when there is none. */
  async next(): Promise<boolean> {
    let first: Timer | undefined;
    for (const timer of this.timers)
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    if (!first) return false;
    this.timers.delete(first);
    this.time = Math.max(this.time, first.at);
    first.callback();
    await this.settle();
    return true;
  }

  /** Turns the clock until the promise is settled; gives up after so many virtual milliseconds. */
  async until<T>(promise: Promise<T>, mostMs = 24 * 3_600_000): Promise<T> {
    let over = false;
    const done = promise.finally(() => (over = true));
    done.catch(() => undefined); // the caller awaits it below
    const limit = this.time + mostMs;
    await this.settle();
    while (!over) {
      if (this.time > limit || !(await this.next())) throw new Error(`Nothing more happens at ${String(this.time)}.`);
    }
    return await done;
  }
}
