import type { FactOf } from '../mission/facts';
import type { MissionState } from '../mission/state';
import type { Command, CommandDraft } from './model';

/** Takes an order in; it waits for a free place. */
export function orderCommand(
  s: MissionState,
  draft: CommandDraft & Pick<Command, 'by' | 'todo' | 'session'>,
  at: number,
): void {
  const { id, command, label, timeoutMs, by, todo, session } = draft;
  s.commands.set(id, { id, command, label, timeoutMs, by, todo, session, state: 'queued', orderedAt: at });
}

export function startCommand(s: MissionState, { id }: FactOf<'command.started'>, at: number): void {
  patch(s, id, { state: 'running', startedAt: at });
}

/** One that nobody began yet is over at once. */
export function unwantCommand(s: MissionState, { id, by }: FactOf<'command.unwanted'>, at: number): void {
  const found = s.commands.get(id);
  patch(s, id, found?.state === 'queued' ? { ...dropped(at), unwanted: by } : { unwanted: by });
}

export function endCommand(s: MissionState, fact: FactOf<'command.ended'>, at: number): void {
  const { id, how, exitCode, signal, bytes, tail } = fact;
  patch(s, id, { state: 'ended', endedAt: at, how, exitCode, signal, bytes, tail });
}

/** A mission that winds up begins nothing more. */
export function dropQueued(s: MissionState, at: number): void {
  for (const { id, state } of s.commands.values()) if (state === 'queued') patch(s, id, dropped(at));
}

/** The Commander’s turn is told how all of them stand. */
export function tellCommands(s: MissionState): void {
  for (const { id, state, told } of s.commands.values()) if (told !== state) patch(s, id, { told: state });
}

function dropped(at: number): Partial<Command> {
  return { state: 'ended', endedAt: at, how: 'dropped', exitCode: null };
}

function patch(s: MissionState, id: string, by: Partial<Command>): void {
  const found = s.commands.get(id);
  if (found && found.state !== 'ended') s.commands.set(id, { ...found, ...by });
  else if (found && by.told !== undefined) s.commands.set(id, { ...found, told: by.told });
}
