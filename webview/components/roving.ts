/** Where an arrow, Home or End leads from a place in a row of `count`; undefined for other keys. Ends meet. */
export function nextPlace(key: string, at: number, count: number, axis: 'horizontal' | 'vertical'): number | undefined {
  if (count === 0) return undefined;
  const [back, on] = axis === 'horizontal' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  if (key === on) return (at + 1) % count;
  if (key === back) return (at - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/** The buttons in an element that can be used, in their order. */
export function buttonsIn(element: Element): HTMLButtonElement[] {
  return [...element.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
}
