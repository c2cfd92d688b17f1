import type { Recorded } from '../core/mission/facts';
import { fold } from '../core/mission/reduce';
import { buildReport } from '../core/report/build';
import { reportHtml } from '../core/report/html';
import { reportMarkdown } from '../core/report/markdown';
import type { Report } from '../core/report/model';
import { plain } from '../core/todo/text';
import { JournalError } from '../persistence/errors';
import { readLock } from '../persistence/lock';
import { readSoundJournal } from '../persistence/soundJournal';
import { isMissionId, journalPath, listMissions, lockPath } from '../persistence/workspaceFiles';
import { HostError } from './errors';
import { gitChanges } from './gitChanges';
import { recordedFacts } from './workspace';

export const reportFormats = ['md', 'json', 'html'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The format that a file’s name asks for by its ending. */
export function formatOfName(name: string): ReportFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  const format = ending === 'htm' ? 'html' : ending === 'markdown' ? 'md' : ending;
  return reportFormats.find((known) => known === format);
}

/** What a journal gives a report. */
interface Readable {
  readonly records: readonly Recorded[];
  readonly damage?: string | undefined;
}

/** Which mission is reported, and by whom. */
export interface ReportOf {
  /** Without one the newest is meant. */
  readonly mission?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The release that makes it. */
  readonly release: string;
  /** Told of missions that cannot be read at all. */
  readonly unreadable: (sentence: string) => void;
}

/**
 * Makes the report of a mission from its journal, running or not, and changes nothing. A journal that is damaged is read as far
 * as it is whole, and the report says so. Throws a `HostError`: `none`, `input` for a journal of which nothing can be read.
 */
export async function makeReport(workspace: string, of: ReportOf): Promise<Report> {
  const { records, damage } =
    of.mission === undefined ? await newest(workspace, of) : await named(workspace, of.mission);
  const state = fold(records);
  const files = new Set([...state.todos.values()].flatMap((todo) => [...(todo.reported ?? [])]));
  const changes = await gitChanges(
    workspace,
    [...files].map((file) => plain(file, 400)),
  );
  const driven = (await readLock(lockPath(workspace)))?.mission === state.mission;
  return buildReport(records, { now: of.now, release: of.release, changes, driven, damage });
}

/** A report as the text of a file. */
export function reportText(report: Report, format: ReportFormat): string {
  if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
  return format === 'html' ? reportHtml(report) : reportMarkdown(report);
}

async function named(workspace: string, id: string): Promise<Readable> {
  if (!isMissionId(id)) throw new HostError('input', `“${plain(id, 80)}” is no id of a mission.`);
  try {
    const read = await readable(workspace, id);
    if (read.records.length > 0) return read;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    if (error.kind !== 'missing')
      throw new HostError('input', `Nothing of mission ${id} can be read: ${error.message}`);
  }
  throw new HostError('none', `There is no mission ${id} in ${workspace}.`);
}

/** The mission that began last, as `status` shows it. */
async function newest(workspace: string, { unreadable }: ReportOf): Promise<Readable> {
  let found: Readable | undefined;
  for (const { id } of await listMissions(workspace)) {
    try {
      const read = await readable(workspace, id);
      if ((read.records[0]?.at ?? -1) > (found?.records[0]?.at ?? -1)) found = read;
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      unreadable(`Mission ${id} cannot be read: ${error.message}`);
    }
  }
  if (!found) throw new HostError('none', `There is no mission in ${workspace}.`);
  return found;
}

async function readable(workspace: string, id: string): Promise<Readable> {
  const { records, damage } = await readSoundJournal(journalPath(workspace, id));
  const facts: Recorded[] = [];
  try {
    for (const record of records) facts.push(...recordedFacts([record]));
  } catch (error) {
    if (!(error instanceof JournalError) || facts.length === 0) throw error;
    return { records: facts, damage: `${error.message} What stands behind that is left out.` };
  }
  return { records: facts, damage };
}
