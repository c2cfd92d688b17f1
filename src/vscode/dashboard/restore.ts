import * as z from 'zod';

/** Under which folder’s key the dashboards of the window before stood, by their titles. */
export const titlesSchema = z.record(z.string(), z.string());
const stateSchema = z.looseObject({ folder: z.string() });

/** A dashboard that comes back with a window: what its page kept, and its title. */
export interface Restored {
  readonly state: unknown;
  readonly title: string;
}

/** What is known when it comes back. */
export interface Folders {
  /** As the window before left them, for a page that kept nothing: missions of the same text have the same title. */
  readonly titles: Readonly<Record<string, string>>;
  /** The keys of the folders that are there; none before they are known. */
  readonly keys: readonly string[];
  /** The keys that other dashboards have. */
  readonly taken: ReadonlySet<string>;
  /** Without trust there are no folders yet: what was kept is believed. */
  readonly trusted: boolean;
}

/** The key of the folder that a dashboard goes on with; empty where there is none. */
export function folderOf({ state, title }: Restored, { titles, keys, taken, trusted }: Folders): string {
  const kept = stateSchema.safeParse(state).data?.folder ?? titles[title];
  const isFree = kept !== undefined && !taken.has(kept);
  if (isFree && (!trusted || keys.includes(kept))) return kept;
  return keys.find((key) => !taken.has(key)) ?? '';
}
