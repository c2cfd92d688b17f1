import { iconOf, type ColourRole, type IconName } from '../../src/core/view/icons';

interface IconProps {
  /** A state or sign of the core, with its colour. */
  readonly name?: IconName;
  /** Or a codicon by its own name. */
  readonly codicon?: string;
  readonly colour?: ColourRole | 'debugStop' | 'debugPause' | undefined;
  /** It turns; at most one on the page does. */
  readonly turns?: boolean;
}

/** A codicon; never read aloud, the word beside it is the name. */
export function Icon({ name, codicon, colour, turns = false }: IconProps) {
  const icon = name === undefined ? undefined : iconOf(name);
  const shape = codicon ?? icon?.codicon ?? 'blank';
  const tint = colour ?? icon?.colour;
  const classes = ['codicon', `codicon-${shape}`, 'icon'];
  if (tint !== undefined) classes.push(`icon-${tint}`);
  if (turns) classes.push('icon-turns');
  return <span className={classes.join(' ')} aria-hidden="true" />;
}
