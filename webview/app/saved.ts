import type * as z from 'zod';
import type { Host } from './vscodeApi';

/** Values by name that a reload of the page survives: drafts, selection, what is folded, tabs, sizes. */
export interface Saved {
  /** The value, or the fallback where there is none or it is of another shape. The same object until it is set. */
  get<T>(key: string, schema: z.ZodType<T>, fallback: T): T;
  set(key: string, value: unknown): void;
  /** Writes what was set at once: the page may be gone in a moment. */
  write(): void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Milliseconds in which changes are collected before the page’s state is written. */
const writeMs = 250;

/** Keeps the page’s own state in the host’s store. */
export function makeSaved(host: Host): Saved {
  // Only what was chosen is stored: a fallback that was read is no choice.
  const stored = entriesOf(host.saved());
  const values = new Map<string, unknown>();
  const listeners = new Set<() => void>();
  let timer: number | undefined;

  const write = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    host.save(Object.fromEntries(stored));
  };
  window.addEventListener('pagehide', () => {
    if (timer !== undefined) write();
  });
  return {
    get<T>(key: string, schema: z.ZodType<T>, fallback: T): T {
      if (!values.has(key)) {
        const parsed = schema.safeParse(stored.get(key));
        values.set(key, parsed.success ? parsed.data : fallback);
      }
      // Whatever is in `values` came from this schema or from `set`, which the hook gives the same type.
      return values.get(key) as T;
    },
    set(key, value) {
      if (Object.is(values.get(key), value)) return;
      values.set(key, value);
      stored.set(key, value);
      timer ??= window.setTimeout(write, writeMs);
      for (const listener of [...listeners]) listener();
    },
    write() {
      if (timer !== undefined) write();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function entriesOf(raw: unknown): Map<string, unknown> {
  return new Map(typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : []);
}
