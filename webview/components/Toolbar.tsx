import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { buttonsIn, nextPlace } from './roving';

interface ToolbarProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** Buttons that are one stop of the Tab key; arrows go from one to the next. */
export function Toolbar({ label, children, className }: ToolbarProps) {
  const ref = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLButtonElement | undefined>(undefined);

  const settle = (): void => {
    if (!ref.current) return;
    const buttons = buttonsIn(ref.current);
    const stop = buttons.find((button) => button === current.current) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  };
  // Buttons come and go with the mission’s state, so that the one stop is found anew each time.
  useLayoutEffect(settle);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const buttons = buttonsIn(event.currentTarget);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = at < 0 ? undefined : nextPlace(event.key, at, buttons.length, 'horizontal');
    if (next === undefined) return;
    event.preventDefault();
    buttons[next]?.focus();
  };
  return (
    <div
      ref={ref}
      role="toolbar"
      aria-label={label}
      className={className === undefined ? 'toolbar' : `toolbar ${className}`}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        current.current = buttonsIn(event.currentTarget).find((button) => button.contains(event.target));
        settle();
      }}
    >
      {children}
    </div>
  );
}
