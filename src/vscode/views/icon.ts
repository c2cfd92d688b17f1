import { ThemeColor, ThemeIcon } from 'vscode';
import type { ColourRole, Icon } from '../../core/view/icons';

/** The theme’s colour of each meaning; what is only description has the foreground’s own rank. */
const colours: Readonly<Record<ColourRole, string>> = {
  blue: 'charts.blue',
  green: 'charts.green',
  purple: 'charts.purple',
  warning: 'problemsWarningIcon.foreground',
  error: 'problemsErrorIcon.foreground',
  description: 'descriptionForeground',
};

/** An icon of the states as the native trees show it. */
export function themeIcon({ codicon, colour }: Icon): ThemeIcon {
  return new ThemeIcon(codicon, new ThemeColor(colours[colour]));
}
