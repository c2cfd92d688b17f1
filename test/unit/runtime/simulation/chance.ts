/** Chance from a seed (mulberry32): the same seed gives the same mission, to the millisecond. */
export class Chance {
  private seed: number;

  constructor(seed: number) {
    // Seeds that follow each other must not give missions that resemble each other.
    this.seed = Math.imul(seed, 0x9e3779b1) | 0;
  }

  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to, and without, `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('one of nothing');
    return item;
  }
}
