import { setTimeout as sleep } from 'node:timers/promises';
import { refuseNote } from '../core/mission/notes';
import type { MissionState } from '../core/mission/state';
import { HostError } from '../host/errors';
import { readMission, workspaceAt } from '../host/workspace';
import { seeLock } from '../persistence/lock';
import { takeBack, writeRequest, type Wish } from '../persistence/requests';
import { lockPath, requestsDir } from '../persistence/workspaceFiles';
import type { Common, NoteCall } from './args';

const answerMs = 10_000;
const by = `the command line, process ${String(process.pid)}`;

/** Gives a running mission a note. Throws a `HostError`. */
export async function sendNote({ text, to, now, mission, common }: NoteCall): Promise<number> {
  const before = await running(common, mission);
  const refusal = refuseNote(before.state, text, { to });
  if (refusal !== undefined) throw new HostError('input', refusal);
  const from = before.state.notes.length;
  const state = await ask(before, { type: 'note', text, todo: to, now, by }, (s) => s.notes.length > from);
  const note = state.notes[from];
  const whom = to === undefined || note?.moved === true ? 'the Commander' : `the worker of ${to}`;
  process.stdout.write(common.json ? `${JSON.stringify(note)}\n` : `The note waits for ${whom}.\n`);
  return 0;
}

/** Pauses a running mission, or lets it go on. Throws a `HostError`. */
export async function setPaused(
  common: Common,
  mission: string | undefined,
  type: 'pause' | 'unpause',
): Promise<number> {
  const before = await running(common, mission);
  const state = await ask(before, { type, by }, (s) => (s.paused !== undefined) === (type === 'pause'));
  process.stdout.write(`Mission ${state.mission} ${type === 'pause' ? 'is paused' : 'goes on'}.\n`);
  return 0;
}

interface Running {
  readonly workspace: string;
  readonly token: string;
  readonly state: MissionState;
}

async function running(common: Common, mission: string | undefined): Promise<Running> {
  const workspace = await workspaceAt(common.directory);
  const seen = await seeLock(lockPath(workspace));
  if (!seen?.live || (mission !== undefined && seen.holder.mission !== mission))
    throw new HostError(
      'none',
      mission === undefined ? 'No mission runs here.' : `Mission ${mission.slice(0, 80)} does not run here.`,
    );
  const { state } = await readMission(workspace, seen.holder.mission);
  return { workspace, token: seen.holder.token, state };
}

async function ask(
  { workspace, token, state }: Running,
  wish: Wish,
  shows: (state: MissionState) => boolean,
): Promise<MissionState> {
  const { mission } = state;
  const path = await writeRequest(requestsDir(workspace, mission), { ...wish, at: Date.now(), to: token });
  const deadline = performance.now() + answerMs;
  for (;;) {
    const now = (await readMission(workspace, mission)).state;
    if (shows(now)) return now;
    if (now.end) throw new HostError('input', 'The mission has ended meanwhile.');
    if (performance.now() > deadline) {
      await takeBack(path);
      throw new HostError('silent', 'The process that runs the mission does not answer.');
    }
    await sleep(100);
  }
}
