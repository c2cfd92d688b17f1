import type { MouseEvent, ReactNode, Ref } from 'react';
import { Icon } from './Icon';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress: (event: MouseEvent<HTMLButtonElement>) => void;
  readonly codicon?: string | undefined;
  readonly iconColour?: 'debugStop' | 'debugPause' | undefined;
  /** One a surface. */
  readonly primary?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** Where there is no room, the icon alone is shown. */
  readonly isShy?: boolean | undefined;
  readonly title?: string | undefined;
  /** What a screen reader says where the text alone is not enough. */
  readonly label?: string | undefined;
  readonly tabIndex?: number | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
}

/** A button with words, 26 px high. */
export function Button(props: ButtonProps) {
  const { children, onPress, codicon, iconColour, primary = false, disabled = false, isShy = false } = props;
  const { title, label, tabIndex, ref } = props;
  const classes = ['button', ...(primary ? ['button-primary'] : []), ...(isShy ? ['button-shy'] : [])];
  return (
    <button
      ref={ref}
      type="button"
      className={classes.join(' ')}
      disabled={disabled}
      title={title}
      aria-label={label}
      tabIndex={tabIndex}
      onClick={onPress}
    >
      {codicon === undefined ? null : <Icon codicon={codicon} colour={disabled ? undefined : iconColour} />}
      <span className="button-text">{children}</span>
    </button>
  );
}
