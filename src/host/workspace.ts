import { realpath, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { factSchema, type Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import { emptyState, type MissionState } from '../core/mission/state';
import type { JournalRecord } from '../core/mission/record';
import { plain } from '../core/todo/text';
import { JournalError } from '../persistence/errors';
import { readJournal } from '../persistence/journal';
import { lastRecord } from '../persistence/lastRecord';
import { isMissionId, journalPath, listMissions } from '../persistence/workspaceFiles';
import { HostError } from './errors';

/** Characters a mission’s text may have. */
const missionChars = 1_000_000;

/** The workspace folder’s real path. Throws a `HostError` `input`. */
export async function workspaceAt(directory: string): Promise<string> {
  try {
    const real = await realpath(directory);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  throw new HostError('input', `There is no folder ${directory}.`);
}

/** Refuses a mission’s text that is blank or too long; otherwise it is taken word for word. */
export function checkText(text: string): void {
  // A text of marks that nobody sees is as empty as one of blanks.
  if (text.replace(/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '') === '')
    throw new HostError('input', 'The mission is empty: say in a sentence or more what is to be done.');
  if (text.length <= missionChars) return;
  const sizes = `${String(text.length)} characters; at most ${String(missionChars)} are taken`;
  throw new HostError('input', `The mission’s text has ${sizes}. Put the details into a file and name it.`);
}

/** A mission as its journal tells it. */
export interface MissionOnRecord {
  readonly records: readonly Recorded[];
  readonly state: MissionState;
}

/** Records folded at once, some 5 ms of work: a long journal must not freeze an editor. */
const foldedAtOnce = 1_000;

/** Parses the facts of journal records and folds them, in slices. Throws a `JournalError` `damaged` for a fact that is none. */
export async function recall(records: readonly JournalRecord[]): Promise<MissionOnRecord> {
  const facts: Recorded[] = [];
  const state = emptyState();
  for (let start = 0; start < records.length; start += foldedAtOnce) {
    const slice = recordedFacts(records.slice(start, start + foldedAtOnce));
    fold(slice, state);
    for (const record of slice) facts.push(record);
    await setImmediate();
  }
  return { records: facts, state };
}

/** Parses the facts of journal records. Throws as `recall`. */
export function recordedFacts(records: readonly JournalRecord[]): Recorded[] {
  return records.map(({ seq, at, fact }) => {
    const parsed = factSchema.safeParse(fact);
    if (parsed.success) return { seq, at, fact: parsed.data };
    if (!knownTypes.has(fact.type)) {
      const sentence = `Record ${String(seq)} of the journal is of a kind that only a newer release knows: update to go on.`;
      throw new JournalError('newer', sentence, { line: seq });
    }
    throw new JournalError('damaged', `Record ${String(seq)} of the journal is not as its kind should be.`, {
      line: seq,
    });
  });
}

const knownTypes: ReadonlySet<string> = new Set(factSchema.options.map(({ shape }) => shape.type.value));

/** Reads a mission from its journal, changing nothing. */
export async function readMission(workspace: string, id: string): Promise<MissionOnRecord> {
  if (!isMissionId(id)) throw new HostError('input', `“${plain(id, 80)}” is no id of a mission.`);
  try {
    return await recall((await readJournal(journalPath(workspace, id))).records);
  } catch (error) {
    if (error instanceof JournalError && error.kind === 'missing') {
      throw new HostError('none', `There is no mission ${id} in ${workspace}.`);
    }
    throw error;
  }
}

/** The missions of a workspace, the newest first. */
export async function readMissions(
  workspace: string,
  unreadable: (sentence: string) => void,
): Promise<MissionOnRecord[]> {
  const missions: MissionOnRecord[] = [];
  for (const { id } of await listMissions(workspace)) {
    const mission = await readable(workspace, id, unreadable);
    if (mission) missions.push(mission);
  }
  return missions.sort((a, b) => b.state.startedAt - a.state.startedAt);
}

/** A mission with at least one record; one that cannot be read must not hide the others. */
async function readable(
  workspace: string,
  id: string,
  unreadable: (sentence: string) => void,
): Promise<MissionOnRecord | undefined> {
  try {
    const mission = await readMission(workspace, id);
    return mission.records.length > 0 ? mission : undefined;
  } catch (error) {
    if (!(error instanceof JournalError || error instanceof HostError)) throw error;
    unreadable(`Mission ${id} cannot be read: ${error.message}`);
    return undefined;
  }
}

/** The mission that was written last, of those that can be read. */
export async function newestMission(
  workspace: string,
  unreadable: (sentence: string) => void,
): Promise<MissionOnRecord | undefined> {
  for (const { id } of await listMissions(workspace)) {
    const mission = await readable(workspace, id, unreadable);
    if (mission) return mission;
  }
  return undefined;
}

/** The mission written last of those that never ended; most journals are only looked at from behind. */
export async function unfinishedMission(
  workspace: string,
  unreadable: (sentence: string) => void,
): Promise<string | undefined> {
  for (const { id, journal } of await listMissions(workspace)) {
    const last = await lastRecord(journal).catch(() => undefined); // the whole journal says what is wrong with it
    if (last?.fact.type === 'mission.ended') continue;
    const mission = await readable(workspace, id, unreadable);
    if (mission && !mission.state.end) return id;
  }
  return undefined;
}

/** The named mission, or the newest one that `fits`. Throws a `HostError` `none`. */
export async function findMission(
  workspace: string,
  id: string | undefined,
  what: string,
  fits: (state: MissionState) => boolean,
  unreadable: (sentence: string) => void,
): Promise<MissionOnRecord> {
  if (id !== undefined) return await readMission(workspace, id);
  const found = (await readMissions(workspace, unreadable)).find(({ state }) => fits(state));
  if (!found) throw new HostError('none', `There is no ${what} in ${workspace}.`);
  return found;
}
