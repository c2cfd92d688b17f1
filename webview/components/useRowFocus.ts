import { useRef, useState, type FocusEvent, type RefObject } from 'react';

/** Which row is the Tab key’s stop, and where the focus goes when that row leaves. */
export interface RowFocus {
  /** The index of the row; −1 without rows. */
  readonly stop: number;
  /** Makes a row the stop and puts the focus there once it is in the page. */
  take(index: number): void;
  /** Makes a row the stop. */
  point(index: number): void;
  /** After each drawing. */
  readonly settle: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/** Keeps the focus in rows that come, go and move. */
export function useRowFocus(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  keyAt: (index: number) => string,
  places: ReadonlyMap<string, number>,
): RowFocus {
  const [active, setActive] = useState<{ key: string; index: number } | undefined>();
  const wanted = useRef<string | undefined>(undefined);
  const isInside = useRef(false);

  // A row that left is followed by the one now in its place.
  const known = active && places.get(active.key);
  const stop = count === 0 ? -1 : Math.min(known ?? active?.index ?? 0, count - 1);
  const settledKey = stop < 0 ? undefined : keyAt(stop);

  const point = (index: number): void => {
    setActive({ key: keyAt(index), index });
  };
  const settle = (): void => {
    if (active && settledKey !== undefined && (active.key !== settledKey || active.index !== stop)) {
      setActive({ key: settledKey, index: stop });
    }
    const isLost = isInside.current && (document.activeElement === document.body || document.activeElement === null);
    if (isLost) wanted.current = settledKey;
    if (wanted.current === undefined) return;
    const row = rowElement(scroller.current, wanted.current);
    if (!row) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  };
  return {
    stop,
    take(index) {
      wanted.current = keyAt(index);
      point(index);
      settle();
    },
    point,
    settle,
    onFocus(event) {
      isInside.current = true;
      const key = event.target.closest<HTMLElement>('[data-row]')?.dataset['row'];
      const index = key === undefined ? undefined : places.get(key);
      if (key !== undefined && index !== undefined && key !== active?.key) setActive({ key, index });
    },
    onBlur(event) {
      const target = event.target;
      const into = event.relatedTarget;
      if (into instanceof Node && scroller.current?.contains(into) === true) return;
      if (into !== null) {
        isInside.current = false;
        return;
      }
      // Pressed beside everything, or the row was taken away: only then the focus is to come back.
      requestAnimationFrame(() => {
        if (target.isConnected && document.hasFocus() && document.activeElement !== target) isInside.current = false;
      });
    },
  };
}

function rowElement(scroller: HTMLElement | null, key: string): HTMLElement | undefined {
  for (const row of scroller?.querySelectorAll<HTMLElement>('[data-row]') ?? []) {
    if (row.dataset['row'] === key) return row;
  }
  return undefined;
}
