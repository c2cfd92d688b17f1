import { counts, phase, status } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { stopMission } from '../host/stop';
import { findMission, readMissions, workspaceAt } from '../host/workspace';
import { readLock } from '../persistence/lock';
import { lockPath } from '../persistence/workspaceFiles';
import { HostError } from '../host/errors';
import type { Common } from './args';
import { plainLine } from './view/plainLines';
import { listLines, statusLines } from './view/listing';

/** Stops a mission and says how it ended. */
export async function stop(common: Common, mission: string | undefined, bridge: string): Promise<number> {
  const state = await stopMission(
    { directory: common.directory, bridge, env: process.env, log: say, by: 'the command line' },
    mission,
  );
  print(common, status(state), [`Mission ${state.mission} is ${phase(state)}: ${state.end?.reason ?? ''}`]);
  return 0;
}

/** Shows how a mission stands, from its journal. */
export async function showStatus(common: Common, mission: string | undefined): Promise<number> {
  const workspace = await workspaceAt(common.directory);
  const { state } = await findMission(workspace, mission, 'mission', () => true, say);
  const shown = status(state);
  if (!state.end && !(await isDriven(workspace, state))) {
    shown.reason = 'Nobody drives it: its process is gone. “opencode-orchestrator resume” goes on with it.';
  }
  print(common, shown, [...statusLines(state, Date.now()), ...(state.end ? [] : [shown.reason])]);
  return 0;
}

async function isDriven(workspace: string, state: MissionState): Promise<boolean> {
  return (await readLock(lockPath(workspace)))?.mission === state.mission;
}

/** Lists the missions of a workspace. */
export async function list(common: Common): Promise<number> {
  const workspace = await workspaceAt(common.directory);
  const missions = await readMissions(workspace, say);
  if (missions.length === 0) throw new HostError('none', `There is no mission in ${workspace}.`);
  const rows = missions.map(({ state }) => ({
    id: state.mission,
    state: phase(state),
    startedAt: state.startedAt,
    done: counts(state).done,
    total: counts(state).total,
    text: state.text,
  }));
  print(common, rows, listLines(rows));
  return 0;
}

function say(sentence: string): void {
  process.stderr.write(`${plainLine(Date.now(), sentence)}\n`);
}

function print(common: Common, json: unknown, lines: readonly string[]): void {
  process.stdout.write(
    common.json ? `${JSON.stringify(json)}\n` : `${lines.filter((line) => line !== '').join('\n')}\n`,
  );
}
