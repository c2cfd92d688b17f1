import type { MissionState } from '../mission/state';
import { duration } from '../todo/text';
import type { Command } from './model';

/** Commands that run or wait for a place. */
export function openCommands(s: MissionState): Command[] {
  return [...s.commands.values()].filter(({ state }) => state !== 'ended');
}

/** Commands that have been started and have not ended. */
export function runningCommands(s: MissionState): Command[] {
  return [...s.commands.values()].filter(({ state }) => state === 'running');
}

/** What of the commands keeps a mission from being sealed. */
export function missingCommands(s: MissionState): string[] {
  const open = openCommands(s).length;
  const unheard = [...s.commands.values()].filter(isUnheard);
  return [
    ...(open > 0 ? [open === 1 ? '1 background command runs' : `${String(open)} background commands run`] : []),
    ...unheard.slice(0, 5).map(({ id }) => `the Commander has not heard how ${id} ended`),
  ];
}

/** An end that the Commander has to hear of: of a command of its own, or a bad one. */
function isUnheard(command: Command): boolean {
  if (command.state !== 'ended' || command.told === 'ended' || command.how === 'dropped') return false;
  if (command.unwanted !== undefined) return false; // who ended it knows
  return command.by === 'commander' || command.exitCode !== 0;
}

/** Whether the Commander knows all that there is, has nothing to do about it, and so the end of a command is waited for. */
export function waitsForCommands(s: MissionState): boolean {
  const open = openCommands(s);
  if (open.length === 0 || s.commander.idle === 0 || s.news.notes.length > 0) return false;
  return open.every(({ told }) => told !== undefined) && ![...s.commands.values()].some(isUnheard);
}

/** How a command stands, in a few words: `exit 0 after 12s`, `running for 3s`. */
export function commandWords(command: Command, now: number): string {
  const { state, startedAt = command.orderedAt, endedAt = now } = command;
  if (state === 'queued') return 'waits for a free place';
  const took = duration(Math.max(0, (state === 'running' ? now : endedAt) - startedAt));
  if (state === 'running') return command.unwanted === undefined ? `running for ${took}` : 'is being ended';
  return `${endWords(command)}${command.how === 'dropped' || command.how === 'unstartable' ? '' : ` after ${took}`}`;
}

/** How a command ended. */
export function endWords({ how, exitCode, signal, unwanted }: Command): string {
  switch (how) {
    case 'exited':
      return `exit ${String(exitCode)}`;
    case 'signalled':
      return `ended by ${signal ?? 'a signal'}`;
    case 'timedOut':
      return 'timed out';
    case 'killed':
      return unwanted === undefined ? 'ended with the mission' : `ended by ${unwanted}`;
    case 'unstartable':
      return 'could not be started';
    case 'dropped':
      return 'never began';
    default:
      return 'lost with the process that ran it';
  }
}

/** A command’s name for people: its label, or how it begins. */
export function commandName({ label, command }: Pick<Command, 'label' | 'command'>): string {
  return label === '' ? command : label;
}

/** Ended commands that a prompt lists beside the open ones. */
const listed = 20;

/** The commands for a prompt: all that are open, and the newest that ended. */
export function commandsFor(s: MissionState, todo?: string): Command[] {
  const all = [...s.commands.values()].filter((item) => todo === undefined || item.todo === todo);
  const ended = all.filter(({ state }) => state === 'ended').slice(-listed);
  return all.filter((item) => item.state !== 'ended' || ended.includes(item));
}
