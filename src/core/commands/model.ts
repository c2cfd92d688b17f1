import { crc32 } from '../mission/record';

/** How a background command ended; `lost`: with everybody who could have told, `dropped`: before it began. */
export const commandEnds = ['exited', 'signalled', 'timedOut', 'killed', 'lost', 'unstartable', 'dropped'] as const;

/** A shell command that runs beside the agents: nobody’s turn waits for it. */
export interface Command {
  readonly id: string;
  readonly command: string;
  /** Empty where none was given. */
  readonly label: string;
  readonly timeoutMs: number;
  readonly by: 'commander' | 'worker' | 'person';
  /** The TODO whose worker ordered it. */
  readonly todo?: string | undefined;
  readonly session?: string | undefined;
  readonly state: 'queued' | 'running' | 'ended';
  /** Milliseconds since the epoch. */
  readonly orderedAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** Who wants it ended. */
  readonly unwanted?: string | undefined;
  readonly how?: (typeof commandEnds)[number] | undefined;
  readonly exitCode?: number | null | undefined;
  readonly signal?: string | undefined;
  /** What it wrote altogether. */
  readonly bytes?: number | undefined;
  /** The end of what it wrote. */
  readonly tail?: string | undefined;
  /** The state that the Commander was told of last. */
  readonly told?: 'queued' | 'running' | 'ended' | undefined;
}

/** What a command is before it is anybody’s. */
export interface CommandDraft {
  readonly id: string;
  readonly command: string;
  readonly label: string;
  readonly timeoutMs: number;
}

/** What an agent’s completed call asks for. */
export type BackgroundCall =
  | {
      readonly tool: 'run_background';
      readonly callID: string;
      readonly command: string;
      readonly label?: string | undefined;
      readonly timeoutMs?: number | undefined;
    }
  | { readonly tool: 'kill_background'; readonly callID: string; readonly id: string };

/** Milliseconds until a command is ended that says none, and at most. */
export const defaultTimeoutMs = 10 * 60_000;
const mostTimeoutMs = 24 * 60 * 60_000;
const leastTimeoutMs = 1_000;
/** Commands of a mission, ended ones too. */
export const mostCommands = 1_000;

/** A command’s time-out: what was asked for, within a second and a day. */
export function timeoutOf(asked: number | undefined): number {
  if (asked === undefined) return defaultTimeoutMs;
  return Math.min(mostTimeoutMs, Math.max(leastTimeoutMs, Math.round(asked)));
}

/** The id of the command that a call orders: the bridge names it to the model, the host finds it again, neither asks the other. */
export function commandId(...of: readonly string[]): string {
  return `bg-${crc32(Uint8Array.from(of.join(' '), (character) => character.charCodeAt(0) & 0xff))}`;
}

/** Whether a text can be a command’s id, which names a folder. */
export function isCommandId(id: string): boolean {
  return /^bg-[0-9a-f]{8}$/.test(id);
}
