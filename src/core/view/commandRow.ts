import type { Command } from '../commands/model';
import { commandName, commandWords } from '../commands/select';
import { plain } from '../todo/text';
import type { Moment } from './moment';
import type { StateName } from './words';

/** A background command as it is shown. */
export interface CommandRow {
  readonly id: string;
  readonly icon: StateName;
  /** Its label, or how the command begins. */
  readonly name: string;
  readonly command: string;
  /** `running for 3s`, `exit 0 after 12s`. */
  readonly words: string;
  /** Who ordered it: `T2`, `Commander`, `you`. */
  readonly whose: string;
  readonly canKill: boolean;
  readonly canAgain: boolean;
}

/** The commands: those that are open first, then what ended, the newest first. */
export function commandRows({ state: s, now }: Moment): CommandRow[] {
  const all = [...s.commands.values()];
  const open = all.filter(({ state }) => state !== 'ended');
  const ended = all.filter(({ state }) => state === 'ended').reverse();
  const goesOn = s.end === undefined && s.stop === undefined;
  return [...open, ...ended].map((item) => ({
    id: item.id,
    icon: iconOf(item),
    name: plain(commandName(item), 200),
    command: plain(item.command, 1_000),
    words: commandWords(item, now),
    whose: item.by === 'person' ? 'you' : plain(item.todo ?? 'Commander', 64),
    canKill: item.state !== 'ended' && item.unwanted === undefined,
    canAgain: item.state === 'ended' && goesOn,
  }));
}

/** `2 running, 1 queued`, or how many have ended; empty without any. */
export function commandCounts(s: Moment['state']): string {
  const of = (state: Command['state']) => [...s.commands.values()].filter((item) => item.state === state).length;
  const [running, queued, ended] = [of('running'), of('queued'), of('ended')];
  const open = [running > 0 ? `${running} running` : '', queued > 0 ? `${queued} queued` : ''].filter(Boolean);
  return open.length > 0 ? open.join(', ') : ended > 0 ? `${ended} ended` : '';
}

function iconOf({ state, how, exitCode, unwanted }: Command): StateName {
  if (state === 'queued') return 'queued';
  if (state === 'running') return unwanted === undefined ? 'running' : 'stopping';
  if (how === 'exited' && exitCode === 0) return 'done';
  return how === 'killed' || how === 'dropped' ? 'cancelled' : 'failed';
}
