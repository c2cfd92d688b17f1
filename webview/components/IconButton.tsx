import type { MouseEvent, Ref } from 'react';
import type { ColourRole } from '../../src/core/view/icons';
import { Icon } from './Icon';

interface IconButtonProps {
  readonly codicon: string;
  /** Its name and tooltip. */
  readonly label: string;
  readonly onPress: (event: MouseEvent<HTMLButtonElement>) => void;
  readonly disabled?: boolean | undefined;
  /** For a switch. */
  readonly pressed?: boolean | undefined;
  /** It opens a menu. */
  readonly hasMenu?: boolean | undefined;
  readonly colour?: ColourRole | 'debugStop' | 'debugPause' | undefined;
  /** −1 within rows: arrows reach it there. */
  readonly tabIndex?: number | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
}

/** A button that is an icon, with a name and a tooltip. */
export function IconButton(props: IconButtonProps) {
  const { codicon, label, onPress, disabled = false, pressed, hasMenu, colour, tabIndex, ref } = props;
  return (
    <button
      ref={ref}
      type="button"
      className="icon-button"
      data-row-action=""
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      aria-haspopup={hasMenu === true ? 'menu' : undefined}
      disabled={disabled}
      tabIndex={tabIndex}
      onClick={(event) => {
        event.stopPropagation();
        onPress(event);
      }}
    >
      <Icon codicon={codicon} colour={colour} />
    </button>
  );
}
