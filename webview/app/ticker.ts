/** A clock that tells its listeners once a second, while there are any and the page is shown. */
export interface Ticker {
  /** The host’s time of the last tick, in milliseconds since the epoch. */
  readonly now: () => number;
  /** The host said what time it is. */
  set(hostNow: number): void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** How far the host’s clock may seem to wander, by the way of its messages, before it is believed. */
const slackMs = 300;

/** Counts the host’s seconds: a remote host’s clock may differ from ours. */
export function makeTicker(): Ticker {
  const listeners = new Set<() => void>();
  let offset: number | undefined;
  let shown = Date.now();
  let timer: number | undefined;

  const tick = (): void => {
    shown = Date.now() + (offset ?? 0);
    for (const listener of listeners) listener();
  };
  const run = (): void => {
    const wanted = listeners.size > 0 && document.visibilityState === 'visible';
    if (wanted && timer === undefined) timer = window.setInterval(tick, 1_000);
    if (!wanted && timer !== undefined) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') tick();
    run();
  });
  return {
    now: () => shown,
    set(hostNow) {
      const next = hostNow - Date.now();
      if (offset !== undefined && Math.abs(next - offset) < slackMs) return;
      offset = next;
      tick();
    },
    subscribe(listener) {
      listeners.add(listener);
      run();
      return () => {
        listeners.delete(listener);
        run();
      };
    },
  };
}
