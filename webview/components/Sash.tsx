import { useRef, type KeyboardEvent, type PointerEvent } from 'react';

interface SashProps {
  readonly label: string;
  /** Per cent of the whole that the part above takes; undefined: as much as it needs. */
  readonly share: number | undefined;
  /** Undefined gives the part above what it needs again. */
  readonly onShare: (share: number | undefined) => void;
}

const least = 15;
const most = 85;
const step = 5;

/** The line between two parts one above the other; it moves with the pointer and the arrows. */
export function Sash({ label, share, onShare }: SashProps) {
  const ref = useRef<HTMLDivElement>(null);
  const bound = (value: number): number => Math.round(Math.max(least, Math.min(most, value)) * 10) / 10;
  const now = (): number => {
    const whole = ref.current?.parentElement;
    const above = ref.current?.previousElementSibling;
    if (!whole || !above) return 60;
    return (above.getBoundingClientRect().height / Math.max(1, whole.getBoundingClientRect().height)) * 100;
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const whole = ref.current?.parentElement?.getBoundingClientRect();
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !whole) return;
    onShare(bound(((event.clientY - whole.top) / Math.max(1, whole.height)) * 100));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = { ArrowUp: -step, ArrowDown: step, Home: -100, End: 100 };
    const move = moves[event.key];
    if (move !== undefined) onShare(bound(now() + move));
    else if (event.key === 'Enter') onShare(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={ref}
      className="sash"
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={Math.round(share ?? 60)}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onDoubleClick={() => {
        onShare(undefined);
      }}
      onKeyDown={onKeyDown}
    />
  );
}
