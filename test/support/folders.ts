import assert from 'node:assert/strict';
import { MissionFolder } from '../../src/host/folder';
import type { FolderMode } from '../../src/host/folderTypes';
import { realParts, type HostParts } from '../../src/host/parts';
import { phase } from '../../src/core/mission/select';
import type { MissionState } from '../../src/core/mission/state';
import { onStage, type Stage } from './e2e';
import type { Scenario } from './model/scenario';
import { bridge, opencode, type Scratch } from './scratch';

/** A scratch repository with a scripted model, and folders of it as an editor has them. */
export interface FolderStage extends Stage {
  readonly folder: (set?: readonly string[], parts?: Partial<HostParts>) => MissionFolder;
  /** What the folders logged. */
  readonly log: string[];
}

/** Runs a test with folders in this process; what they left running is let go of and ended. */
export async function onFolders(
  scenario: Scenario,
  act: (stage: FolderStage) => Promise<void>,
  config: Record<string, unknown> = {},
): Promise<void> {
  await onStage(
    scenario,
    async ({ place, model }) => {
      const folders: MissionFolder[] = [];
      const log: string[] = [];
      const folder = (set: readonly string[] = [], parts: Partial<HostParts> = {}) => {
        const made = folderAt(place, set, log, parts);
        folders.push(made);
        return made;
      };
      await withState(place, async () => {
        try {
          await act({ place, model, folder, log });
        } catch (error) {
          console.error(log.join('\n'));
          throw error;
        } finally {
          for (const made of folders) await settle(made);
        }
      });
    },
    { config },
  );
}

/** Whoever failed in the middle of a test must leave no server behind. */
async function settle(made: MissionFolder): Promise<void> {
  if (made.mode === 'drives' || made.mode === 'watches') await made.stop('the test’s end').catch(() => undefined);
  await made.detach();
}

function folderAt(place: Scratch, set: readonly string[], log: string[], parts: Partial<HostParts>): MissionFolder {
  const settings = () => [`opencode.path=${opencode}`, ...set];
  const options = { directory: place.workspace, bridge, env: place.env, settings };
  return new MissionFolder({ ...options, log: (sentence) => log.push(sentence) }, { ...realParts, ...parts });
}

/** The leases go where the environment says, which here is this process’s own. */
async function withState(place: Scratch, act: () => Promise<void>): Promise<void> {
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = place.env['XDG_STATE_HOME'];
  try {
    await act();
  } finally {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
  }
}

/** Waits until something holds of a folder, looked at after each of its news; rejects after so many milliseconds. */
export function untilIn<T>(
  folder: MissionFolder,
  look: (state: MissionState | undefined, mode: FolderMode) => T | undefined | false,
  mostMs = 90_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      forget();
      const { mission } = folder;
      reject(new Error(`Not seen: ${String(look)}; ${folder.mode}, ${mission ? phase(mission) : 'no mission'}`));
    }, mostMs);
    const check = () => {
      const seen = look(folder.mission, folder.mode);
      if (seen === undefined || seen === false) return;
      clearTimeout(timer);
      forget();
      resolve(seen);
    };
    const forget = folder.listen({ changed: check, recorded: check, signalled: () => undefined });
    check();
  });
}

/** Waits until the mission is over, and says that it ended so. */
export async function ended(folder: MissionFolder, state: string): Promise<MissionState> {
  const mission = await untilIn(folder, (now, mode) => mode === 'over' && now?.end && now);
  assert.equal(mission.end?.state, state, mission.end?.reason);
  return mission;
}
