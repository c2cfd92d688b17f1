import { watch, type FSWatcher } from 'node:fs';

/**
 * Yields at once, then whenever the system hints at a change of `path`, and at the latest every `everyMs`, until the signal
 * aborts. The hint only saves waiting: it is missing on network disks, and the clock carries it there.
 */
export async function* ticks(path: string, everyMs: number, signal: AbortSignal): AsyncGenerator<void, void, void> {
  let hinted = false;
  let wake = (): void => undefined;
  const hint = () => {
    hinted = true;
    wake();
  };
  const watcher = watcherOf(path, hint);
  signal.addEventListener('abort', hint);
  try {
    while (!signal.aborted) {
      yield;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, hinted ? 0 : everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      hinted = false;
    }
  } finally {
    signal.removeEventListener('abort', hint);
    watcher?.close();
  }
}

function watcherOf(path: string, hint: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, hint);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined; // out of watches, or a disk that has none
  }
}
