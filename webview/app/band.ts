import { createContext, use, useLayoutEffect, useState, type RefObject } from 'react';

/** How wide the panel is: at least 1200, 1000, 640, 340 pixels, or less. */
export type Band = 'wide' | 'mid' | 'medium' | 'narrow' | 'tiny';

/** Where the components find how wide the panel is. */
export const BandContext = createContext<Band>('wide');

/** How wide the panel is. What a style can do alone is done by container queries; this is for what is another structure. */
export function useBand(): Band {
  return use(BandContext);
}

/** Whether parts are tabs and rows have two lines. */
export function isNarrow(band: Band): boolean {
  return band === 'narrow' || band === 'tiny';
}

/** Measures an element. */
export function useMeasuredBand(ref: RefObject<HTMLElement | null>): Band {
  const [band, setBand] = useState<Band>('wide');
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      setBand(bandOf(element.clientWidth));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [ref]);
  return band;
}

function bandOf(width: number): Band {
  if (width >= 1_200) return 'wide';
  if (width >= 1_000) return 'mid';
  if (width >= 640) return 'medium';
  return width >= 340 ? 'narrow' : 'tiny';
}
