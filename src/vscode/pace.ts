import type { Clock } from '../runtime/ports';

/** What is done soon, and never more often than its pace. */
export interface Paced {
  /** It is to be done; many wishes are one. */
  ask(): void;
  dispose(): void;
}

/** Does something at most once every `everyMs`: the first time at once (a moment later), then after the pause. */
export function paced(clock: Clock, everyMs: number, act: () => void): Paced {
  let last = -Infinity;
  let forget: (() => void) | undefined;
  return {
    ask() {
      if (forget) return;
      const now = clock.now();
      // A clock that was put back holds nothing up for longer than the pace.
      const waitMs = Math.min(everyMs, Math.max(0, last + everyMs - now));
      forget = clock.after(waitMs, () => {
        forget = undefined;
        last = clock.now();
        act();
      });
    },
    dispose() {
      forget?.();
      forget = undefined;
    },
  };
}
