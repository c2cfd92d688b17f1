/** What a mission leaves behind to be judged: the journal, what the hosts showed, the model’s calls. */
import { readFileSync } from 'node:fs';
import { factSchema, type Recorded } from '../../src/core/mission/facts';
import { decodeRecord } from '../../src/core/mission/record';
import type { Call, Refusal } from '../support/model/calls';
import type { Exit, Said } from './hosts';
import type { Schedule } from './schedule';
import { journalOf, type Mark, type World } from './world';

/** One process of the command line as it is judged. */
export interface HostHistory {
  readonly shown: readonly Said[];
  readonly said: readonly Said[];
  readonly startedAt: number;
  readonly exit: Exit | undefined;
}

export interface History {
  readonly schedule: Pick<Schedule, 'todos' | 'seals' | 'settings'>;
  readonly records: readonly Recorded[];
  /** What is wrong with the journal’s lines. */
  readonly damage: readonly string[];
  readonly hosts: readonly HostHistory[];
  readonly calls: readonly Call[];
  readonly refusals: readonly Refusal[];
  readonly marks: readonly Mark[];
  /** When the server was killed, in milliseconds since the epoch. */
  readonly kills: readonly number[];
  /** The answer to `status --json`. */
  readonly status: unknown;
  /** The TODOs’ files with their text; undefined where one is not there. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** Paths that git sees and nobody planned. */
  readonly strangers: readonly string[];
  /** Processes that are left. */
  readonly left: readonly string[];
}

/** Reads everything that can be judged once the mission has ended. */
export async function historyOf(world: World, left: readonly string[]): Promise<History> {
  const { schedule, place, model, hosts, marks, kills } = world;
  const status = await world.call('status', '--json');
  const planned = schedule.todos.flatMap(({ files }) => files);
  const known = (file: string) => planned.includes(file) || /^(?:opencode\.json$|\.opencode\/)/.test(file);
  return {
    ...{ schedule, marks, kills, left, calls: model.calls, refusals: model.refusals },
    ...readRecords(journalOf(place)),
    hosts: hosts.map(({ shown, said, startedAt, exit }) => ({ shown, said, startedAt, exit: exit() })),
    status: parsed(status.shown[0]?.text ?? ''),
    files: new Map(planned.map((file) => [file, textOf(() => place.read(file))])),
    strangers: place
      .git('status', '--porcelain', '-z', '-uall')
      .split('\0')
      .map((line) => line.slice(3))
      .filter((file) => file !== '' && !known(file)),
  };
}

/** The records of a journal on disk, and what is wrong with its lines. */
export function readRecords(journal: string | undefined): { records: Recorded[]; damage: string[] } {
  const records: Recorded[] = [];
  const damage: string[] = [];
  const lines = journal === undefined ? [] : readFileSync(journal, 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const decoded = decodeRecord(line);
    const fact = decoded.ok ? factSchema.safeParse(decoded.record.fact) : undefined;
    if (!decoded.ok) damage.push(`line ${String(index + 1)}: ${decoded.sentence}`);
    else if (!fact?.success) damage.push(`line ${String(index + 1)} holds no fact`);
    else records.push({ seq: decoded.record.seq, at: decoded.record.at, fact: fact.data });
    if (decoded.ok && decoded.record.seq !== index + 1) damage.push(`line ${String(index + 1)} is out of order`);
  }
  return { records, damage };
}

/** JSON, or undefined where a line is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the check that reads it says so
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined; // it is not there
  }
}
