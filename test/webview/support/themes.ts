import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/** A theme as a real VS Code hands it to a webview: recorded from one (1.139.1), whole. */
const themeSchema = z.object({
  name: z.string(),
  classes: z.string(),
  kind: z.string(),
  id: z.string(),
  variables: z.record(z.string(), z.string()),
});
export type Theme = z.infer<typeof themeSchema>;

/** The four themes that every view is looked at in. */
export const themeNames = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type ThemeName = (typeof themeNames)[number];

const folder = path.join(import.meta.dirname, '..', 'themes');

/** The theme with every variable it defines, and no other. */
export function readTheme(name: ThemeName): Theme {
  return themeSchema.parse(JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')));
}

/** The sheet that VS Code puts into every webview. */
export function defaultSheet(): string {
  return readFileSync(path.join(folder, 'default.css'), 'utf8');
}
