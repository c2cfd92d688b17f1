import { textLimits } from '../answers/schemas';
import type { CommanderAction } from '../answers/schemas';
import type { Fact, FactOf } from '../mission/facts';
import type { MissionState } from '../mission/state';
import { holdsSecret } from '../secrets';
import { commandId, mostCommands, timeoutOf, type BackgroundCall, type CommandDraft } from './model';

/** Why a command cannot be run, in a sentence for the one who asked; undefined when it can. */
export function refuseCommand(s: MissionState, command: string): string | undefined {
  if (command.trim() === '') return 'The command is empty.';
  if (command.length > textLimits.command)
    return `The command is longer than ${textLimits.command} characters: put it into a script.`;
  if (command.includes('\0')) return 'The command has a NUL character in it.';
  if (s.settings['limits.backgroundCommands'] === 0)
    return 'Background commands are switched off (limits.backgroundCommands is 0): run it in the foreground.';
  if (s.commands.size >= mostCommands) return `The mission has run ${mostCommands} background commands already.`;
  if (holdsSecret(command)) return 'The command holds a key or a password: have it read from the environment.';
  return undefined;
}

/** Why an agent cannot end a command. */
export function refuseKill(s: MissionState, id: string, of: Asking): string | undefined {
  const found = s.commands.get(id);
  if (!found) return `There is no background command ${id.slice(0, 40)}.`;
  if (of.role === 'worker' && found.todo !== of.todo)
    return `${id} is not of your TODO: only who ordered it, the Commander and the person can end it.`;
  return undefined;
}

/** Whose session asks. */
export interface Asking {
  readonly role: 'commander' | 'worker';
  readonly todo?: string | undefined;
}

/** What follows from the completed calls of a session; each call counts once, however often it is heard of. */
export function callFacts(s: MissionState, session: string, calls: readonly BackgroundCall[]): Fact[] {
  if (s.end ?? s.stop) return [];
  const whose = s.sessions.get(session);
  if (whose?.role !== 'commander' && whose?.role !== 'worker') return [];
  const asking: Asking = { role: whose.role, todo: whose.todo };
  return calls.flatMap((call): Fact[] => {
    if (call.tool === 'kill_background') {
      if (refuseKill(s, call.id, asking) !== undefined) return [];
      const by = asking.role === 'commander' ? 'the Commander' : `the worker of ${asking.todo ?? ''}`;
      return killFacts(s, call.id, by);
    }
    const id = commandId(session, call.callID);
    if (s.commands.has(id) || refuseCommand(s, call.command) !== undefined) return [];
    return [{ type: 'command.ordered', ...draftOf(id, call), by: asking.role, session, ...todoOf(asking) }];
  });
}

/** That somebody wants a command ended; nothing when it has, or when that is known. */
export function killFacts(s: MissionState, id: string, by: string): Fact[] {
  const found = s.commands.get(id);
  if (!found || found.state === 'ended' || found.unwanted !== undefined) return [];
  return [{ type: 'command.unwanted', id, by }];
}

/** A person’s wish to run a command once more. */
export function againFacts(s: MissionState, id: string, at: number): FactOf<'command.ordered'>[] {
  const found = s.commands.get(id);
  if (!found || s.end || s.stop || refuseCommand(s, found.command) !== undefined) return [];
  const again = commandId(id, String(at), String(s.commands.size));
  const { command, label, timeoutMs } = found;
  return [{ type: 'command.ordered', id: again, command, label, timeoutMs, by: 'person', ...todoOf(found) }];
}

/** The commands that a Commander’s decision orders, and why others are refused. */
export function runsOf(
  s: MissionState,
  turn: string,
  actions: readonly CommanderAction[],
): { runs: CommandDraft[]; refusals: string[] } {
  const runs: CommandDraft[] = [];
  const refusals: string[] = [];
  actions.forEach((action, index) => {
    if (action.type !== 'run') return;
    const command = action.command ?? '';
    const refusal = refuseCommand(s, command);
    if (refusal === undefined) runs.push(draftOf(commandId(turn, String(index)), { ...action, command }));
    else refusals.push(`run: ${refusal}`);
  });
  return { runs, refusals };
}

function draftOf(
  id: string,
  of: { readonly command: string; readonly label?: string | undefined; readonly timeoutMs?: number | undefined },
): CommandDraft {
  const label = (of.label ?? '').trim().slice(0, textLimits.title);
  return { id, command: of.command, label, timeoutMs: timeoutOf(of.timeoutMs) };
}

function todoOf({ todo }: { readonly todo?: string | undefined }): { todo?: string } {
  return todo === undefined ? {} : { todo };
}
