/** Looks that must find a lock file unchanged before its holder counts as frozen. */
const frozenLooks = 8;
/** A look that comes later than so many times its interval tells nothing: whoever looks may have slept itself. */
const lateTimes = 3;

/**
 * Watches over a driver that may be frozen. It counts looks and compares no clocks, so that neither a jump of the clock nor a
 * machine that slept makes anybody take a mission over.
 */
export class Vigil {
  private mark: string | undefined;
  private lookedAt = 0;
  private unchanged = 0;

  /**
   * Takes in what a lock file looks like at a moment of a clock that only runs forward, in milliseconds; `everyMs` is how often
   * its holder touches it. More frequent looks count once. True means: frozen.
   */
  look(mark: string, at: number, everyMs: number): boolean {
    const passed = at - this.lookedAt;
    if (mark !== this.mark || passed > lateTimes * everyMs) this.unchanged = 0;
    else if (passed < everyMs) return false;
    else this.unchanged += 1;
    this.mark = mark;
    this.lookedAt = at;
    return this.unchanged >= frozenLooks;
  }
}
