import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { factSchema, type Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import { defaultSettings, settingsSchema, type Settings } from '../core/mission/settings';
import type { MissionState } from '../core/mission/state';
import { readJournal } from '../persistence/journal';
import { isMissionId, journalPath } from '../persistence/workspaceFiles';
import type { PluginInput } from './host';

const tagSchema = z.looseObject({
  metadata: z.looseObject({
    orchestrator: z.looseObject({
      mission: z.string().refine(isMissionId),
      role: z.enum(['commander', 'planner', 'worker', 'reviewer', 'chat']),
      todo: z.string().optional(),
      /** The mission’s folder, for a session that works in a worktree. */
      home: z.string().optional(),
    }),
  }),
});

const someTemperature = /"temperatures\.[a-z]+":"[^"]/;
const holdsSettings = z.looseObject({ settings: settingsSchema });

export type Tag = z.infer<typeof tagSchema>['metadata']['orchestrator'];

/** Tells what a session is in a mission, from the metadata it was created with; undefined for sessions of anyone else. */
export function tagReader(client: PluginInput['client']): (session: string) => Promise<Tag | undefined> {
  // A session’s tag never changes, so it is asked for once.
  const known = new Map<string, Promise<Tag | undefined>>();
  return (session) => {
    const cached = known.get(session);
    if (cached) return cached;
    const tag = client.session.get({ path: { id: session } }).then(({ data, error }) => {
      if (data === undefined) throw new Error(`The session could not be looked up: ${JSON.stringify(error)}`);
      const parsed = tagSchema.safeParse(data);
      return parsed.success ? parsed.data.metadata.orchestrator : undefined;
    });
    known.set(session, tag);
    tag.catch(() => known.delete(session)); // asked again next time; the caller sees this failure
    return tag;
  };
}

/** The mission as its journal tells it now; read only, a torn tail is passed over. */
export async function readMission(directory: string, mission: string): Promise<MissionState> {
  const { records } = await readJournal(journalPath(directory, mission));
  return fold(records.map(({ seq, at, fact }): Recorded => ({ seq, at, fact: factSchema.parse(fact) })));
}

/** The settings of a mission as they are now; the defaults where no temperature was ever set, which costs next to nothing. */
export async function readTemperatures(directory: string, mission: string): Promise<Settings> {
  const file = journalPath(directory, mission);
  if (!someTemperature.test(await readFile(file, 'utf8'))) return defaultSettings;
  const { records } = await readJournal(file);
  // Only few facts hold settings, so that the mission need not be folded for them.
  const held = records.flatMap(({ fact }) => {
    const parsed = holdsSettings.safeParse(fact);
    return parsed.success ? [parsed.data.settings] : [];
  });
  return held.at(-1) ?? defaultSettings;
}
