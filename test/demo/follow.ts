import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missionView, type MissionView } from '../../src/cli/missionView';
import { factSchema, type Recorded } from '../../src/core/mission/facts';
import type { JournalRecord } from '../../src/core/mission/record';
import { reduce } from '../../src/core/mission/reduce';
import { emptyState, type MissionState } from '../../src/core/mission/state';
import { followJournal } from '../../src/persistence/journalFollow';

const lookMs = 200;

/** A mission that another process drives, told on this terminal as the command line tells its own. */
export interface Told {
  /** A line above what is drawn live. */
  line(text: string): void;
  /** Follows the workspace’s mission from its beginning to its end. Rejects when the signal aborts before that. */
  toEnd(workspace: string, signal: AbortSignal): Promise<MissionState>;
  close(): void;
}

/** Tells on a stream. */
export function tell(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Told {
  const view = missionView(stream, env);
  return {
    line: (text) => view.line(text),
    toEnd: async (workspace, signal) => {
      const state = await follow(await journalOf(workspace, signal), view, signal);
      view.end(state);
      return state;
    },
    close: () => view.close(),
  };
}

/** The journal of the first mission that begins in a workspace. */
async function journalOf(workspace: string, signal: AbortSignal): Promise<string> {
  const folder = path.join(workspace, '.opencode', 'orchestrator');
  for (;;) {
    const journals = (existsSync(folder) ? readdirSync(folder) : []).map((name) =>
      path.join(folder, name, 'journal.jsonl'),
    );
    const found = journals.find((file) => existsSync(file));
    if (found !== undefined) return found;
    await sleep(lookMs, undefined, { signal });
  }
}

async function follow(journal: string, view: MissionView, signal: AbortSignal): Promise<MissionState> {
  const ended = new AbortController();
  let state: MissionState | undefined;
  const take = (records: readonly JournalRecord[], restarted: boolean): void => {
    if (restarted) state = undefined;
    for (const { seq, at, fact } of records) {
      const record: Recorded = { seq, at, fact: factSchema.parse(fact) };
      const begins = state === undefined;
      state ??= emptyState();
      reduce(state, record);
      if (begins) view.begin(state);
      view.recorded([record]);
    }
    if (state?.end !== undefined) ended.abort();
  };
  await followJournal(journal, take, AbortSignal.any([signal, ended.signal]));
  if (state?.end === undefined) throw signal.reason;
  return state;
}
