import { setTimeout as sleep } from 'node:timers/promises';
import { counts, phase } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { terminalUi } from '../core/terminal';
import { plain } from '../core/todo/text';
import { readSaid, type Said } from '../protocol/slash';
import { seeLock, type LockHolder } from '../persistence/lock';
import { writeRequest, type Wish } from '../persistence/requests';
import { askForStart, startChars, type ReceiptBounds } from '../persistence/startRequests';
import { listMissions, lockPath, requestsDir } from '../persistence/workspaceFiles';
import { readMission } from './missionOf';

/** The agent that says one line back: no tools, no instructions of OpenCode’s. */
export const echoAgent = {
  name: 'orchestrator-echo',
  instructions: 'You repeat, word for word, the one line that the message quotes. You say nothing else and do nothing.',
} as const;

const commands = {
  task: 'Orchestrator: start a mission',
  stop: 'Orchestrator: stop the mission',
  cancel: 'Orchestrator: stop the mission, or cancel one TODO',
  status: 'Orchestrator: say how the mission stands',
  mission: 'Orchestrator: say how the mission stands; /status is the terminal UI’s own where it has one',
} as const;

/**
 * What a person typed must not stand in the text that OpenCode expands: it would run `!`commands`` in it and open @files. A
 * template without a placeholder gets the words appended; one with a placeholder beyond all words gets nothing.
 */
const template = 'The Orchestrator carries this command out itself.$999999999';

/** Puts our commands into a configuration; returns those that are left to the person’s own. */
export function addCommands(config: Record<string, unknown>): string[] {
  const own = recordOf(config['command']);
  const added = Object.entries(commands).map(([name, description]) => {
    return [name, { template, description, agent: echoAgent.name, subtask: false }] as const;
  });
  config['command'] = { ...Object.fromEntries(added), ...own };
  return Object.keys(commands).filter((name) => Object.hasOwn(own, name));
}

/** Whether a command is one of ours, and no person’s of the same name. */
export function isOurs(name: string, lefts: readonly string[]): boolean {
  return Object.hasOwn(commands, name) && !lefts.includes(name);
}

/** The prompt in place of the command’s text: the model has nothing to decide. */
export function echoPrompt(line: string): string {
  return `Repeat this line and say nothing else:\n${line}`;
}

export interface SlashPlace {
  readonly directory: string;
  /** What our server and our windows know, and no file of the workspace. */
  readonly secret: string | undefined;
  readonly bounds?: ReceiptBounds | undefined;
  /** Milliseconds to wait for a stop to be confirmed, or an edit to be taken. */
  readonly waitMs?: number | undefined;
}

/** Carries out a slash command that was typed in the terminal UI; resolves with the one line that answers it. */
export async function carryOut(place: SlashPlace, name: string, args: string): Promise<string> {
  try {
    return plain(await answer(place, readSaid(`/${name} ${args}`)), 500);
  } catch (error) {
    return plain(`That did not work: ${error instanceof Error ? error.message : String(error)}`, 500);
  }
}

async function answer(place: SlashPlace, said: Said): Promise<string> {
  switch (said.type) {
    case 'refused':
      return said.sentence;
    case 'task':
      return await startMission(place, said.text);
    case 'status':
      return await missionLine(place.directory);
    case 'stop':
      return await ask(place, { type: 'stop', by: terminalUi });
    case 'cancel':
      return await cancel(place, said.todo);
    case 'note':
    case 'text':
      return 'That is no command.';
  }
}

async function driverOf(directory: string): Promise<LockHolder | undefined> {
  const seen = await seeLock(lockPath(directory));
  return seen?.live ? seen.holder : undefined;
}

async function startMission(place: SlashPlace, text: string): Promise<string> {
  const { directory, secret, bounds } = place;
  if (text.length > startChars)
    return `The mission has ${String(text.length)} characters; at most ${String(startChars)} are taken here. Put the details into a file and name it.`;
  const busy = await driverOf(directory);
  if (busy) return atWork(busy);
  if (secret === undefined)
    return 'This server has no password, so no window can be asked. Start the mission in VS Code.';
  const receipt = await askForStart(directory, { text, at: Date.now(), by: terminalUi }, secret, bounds);
  if (receipt.type === 'answered') return receipt.sentence;
  if (receipt.type === 'late')
    return 'A VS Code window took the mission and has not said yet that it began; /mission tells.';
  const now = await driverOf(directory);
  return now
    ? atWork(now)
    : 'No VS Code window has this folder open: open it there, or run opencode-orchestrator task "…" in it.';
}

function atWork({ mission }: LockHolder): string {
  return `Mission ${mission} is at work in this folder. /stop ends it before you start another one.`;
}

async function missionLine(directory: string): Promise<string> {
  const newest = (await driverOf(directory))?.mission ?? (await listMissions(directory))[0]?.id;
  if (newest === undefined) return 'There is no mission in this folder yet. /task "…" starts one.';
  return lineOf(await readMission(directory, newest));
}

function lineOf(s: MissionState): string {
  const { total, done, verified } = counts(s);
  const max = String(s.settings['limits.maxIterations']);
  const parts = [
    `${s.mission}: ${phase(s)}`,
    `${String(done)} of ${String(total)} done: ${String(verified)} verified`,
    ...(s.end ? [s.end.reason] : [`iteration ${String(s.iteration)} of ${max}`, `${String(s.turns.size)} at work`]),
  ];
  return parts.join(' · ');
}

async function cancel(place: SlashPlace, todo: string): Promise<string> {
  const holder = await driverOf(place.directory);
  if (!holder) return 'No mission runs here.';
  const state = await readMission(place.directory, holder.mission);
  const found = state.keys.get(todo.toLowerCase());
  if (found === undefined) return `There is no TODO ${plain(todo, 64)}.`;
  return await ask(place, { type: 'edit', edit: { type: 'cancel', todo: found }, by: terminalUi });
}

/** Asks the process that drives the mission, and waits a little for what the journal tells of it. */
async function ask(place: SlashPlace, wish: Extract<Wish, { type: 'stop' | 'edit' }>): Promise<string> {
  const { directory, waitMs = 8_000 } = place;
  const holder = await driverOf(directory);
  if (!holder) return 'No mission runs here.';
  const { mission, token } = holder;
  await writeRequest(requestsDir(directory, mission), { ...wish, at: Date.now(), to: token });
  const deadline = performance.now() + waitMs;
  do {
    const told = tell(await readMission(directory, mission), wish);
    if (told !== undefined) return told;
    await sleep(100);
  } while (performance.now() < deadline);
  return wish.type === 'stop'
    ? `Stopping mission ${mission}; /mission tells when everything is confirmed idle.`
    : 'The process that runs the mission has not taken it yet; /mission tells more.';
}

function tell(s: MissionState, wish: Wish): string | undefined {
  if (wish.type === 'stop') {
    if (!s.end) return undefined;
    const confirmed =
      s.end.confirmed === undefined ? '' : ` ${String(s.end.confirmed)} of ${String(s.sessions.size)} confirmed.`;
    return `Mission ${s.mission}: ${s.end.state}.${confirmed}`;
  }
  if (wish.type !== 'edit' || wish.edit.type !== 'cancel') return undefined;
  const todo = s.todos.get(wish.edit.todo);
  return todo?.state === 'cancelled' ? `${todo.id} is cancelled.` : undefined;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
