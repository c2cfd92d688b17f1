import type { Recorded } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';
import { seeLock } from '../persistence/lock';
import { refusalOf, takeBack, writeRequest, type DriverRequest, type Wish } from '../persistence/requests';
import { lockPath, requestsDir } from '../persistence/workspaceFiles';
import { HostError } from './errors';
import type { FolderListener } from './folderTypes';

/** Milliseconds in which a driver that is well has carried a request out and its journal has told of it. */
const answerMs = 10_000;

/** The mission as whoever asks sees it. */
export interface Watched {
  readonly state: MissionState | undefined;
  readonly records: readonly Recorded[];
  listen(listener: FolderListener): () => void;
}

export interface Asking {
  readonly workspace: string;
  readonly watched: Watched;
  readonly wish: Wish;
  /** Whether the mission shows that it was done; `fresh` are the records since it was asked for. */
  readonly shows: (state: MissionState, fresh: readonly Recorded[]) => boolean;
}

/**
 * Asks the process that drives a mission for something, and resolves when the journal tells of it. Throws a `HostError`:
 * `input` for what cannot be asked for or came too late, `silent` when that process does not answer; `FilesError` `io`.
 */
export async function askDriver({ workspace, watched, wish, shows }: Asking): Promise<void> {
  const refusal = refusalOf(wish);
  if (refusal !== undefined) throw new HostError('input', refusal);
  const mission = watched.state?.mission ?? '';
  const seen = await seeLock(lockPath(workspace));
  if (!seen?.live || seen.holder.mission !== mission)
    throw new HostError('silent', 'Nobody runs the mission just now: try again in a moment.');
  const { pid, token } = seen.holder;
  const from = watched.records.at(-1)?.seq ?? 0;
  const request: DriverRequest = { ...wish, at: Date.now(), to: token };
  const path = await writeRequest(requestsDir(workspace, mission), request);
  await new Promise<void>((resolve, reject) => {
    const over = (done: () => void): void => {
      clearTimeout(timer);
      forget();
      done();
    };
    const look = (): void => {
      const { state, records } = watched;
      if (!state || state.mission !== mission) return;
      if (shows(state, records.slice(firstAfter(records, from)))) over(resolve);
      else if (state.end)
        over(() => {
          reject(new HostError('input', 'The mission has ended meanwhile.'));
        });
    };
    const timer = setTimeout(() => {
      void takeBack(path).then((untaken) => {
        over(() => {
          reject(
            untaken
              ? new HostError('silent', `Process ${String(pid)}, which runs the mission, does not answer.`)
              : new HostError('input', 'The mission has moved on meanwhile: look again.'),
          );
        });
      });
    }, answerMs);
    const forget = watched.listen({ changed: look, recorded: look, signalled: () => undefined });
    look();
  });
}

function firstAfter(records: readonly Recorded[], seq: number): number {
  let at = records.length;
  while (at > 0 && (records[at - 1]?.seq ?? 0) > seq) at -= 1;
  return at;
}
