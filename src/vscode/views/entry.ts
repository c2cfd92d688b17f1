import type { Icon } from '../../core/view/icons';

/** What an entry of a native tree says; every text is plain. */
export interface Entry {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** For a screen reader. */
  readonly spoken: string;
  readonly icon: Icon;
  /** What can be done about it, for the menus: words between dots. */
  readonly context: string;
}
