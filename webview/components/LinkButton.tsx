import type { ReactNode } from 'react';

interface LinkButtonProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly title?: string | undefined;
  readonly label?: string | undefined;
  /** −1 within rows: arrows reach it there. */
  readonly tabIndex?: number | undefined;
}

/** An action that looks like a link, as in the Welcome views. */
export function LinkButton({ children, onPress, title, label, tabIndex }: LinkButtonProps) {
  return (
    <button
      type="button"
      className="link-button"
      data-row-action=""
      title={title}
      aria-label={label}
      tabIndex={tabIndex}
      onClick={(event) => {
        event.stopPropagation();
        onPress();
      }}
    >
      {children}
    </button>
  );
}
