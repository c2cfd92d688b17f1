import * as z from 'zod';
import { textLimits } from '../core/answers/schemas';
import { refuseCommand, refuseKill, type Asking } from '../core/commands/decide';
import { commandId, defaultTimeoutMs, isCommandId, timeoutOf } from '../core/commands/model';
import { commandName, commandsFor, commandWords, openCommands } from '../core/commands/select';
import type { MissionState } from '../core/mission/state';
import { maskSecrets } from '../core/secrets';
import { duration, plainLines } from '../core/todo/text';
import { readTail } from '../persistence/commandFiles';
import { commandDir } from '../persistence/workspaceFiles';
import type { ToolContext, ToolDefinition } from './host';
import { readMission, type Tag } from './missionOf';

/** What the tools need of the bridge. */
export interface Around {
  readonly directory: string;
  readonly tagOf: (session: string) => Promise<Tag | undefined>;
}

const tailLines = { usual: 40, most: 400 };
const tailBytes = 64 * 1024;
const patience = { ms: 3_000, lookMs: 100 };

const runArgs = z.object({
  command: z.string().max(textLimits.command).describe('one shell command, run in the workspace folder'),
  label: z.string().max(textLimits.title).optional().describe('one short line: what it is for'),
  timeoutMs: z
    .number()
    .positive()
    .optional()
    .describe(`milliseconds after which it is ended; ${String(defaultTimeoutMs)} unless given, at most a day`),
});
const checkArgs = z.object({
  id: z.string().describe('the id that run_background gave'),
  tailLines: z.number().int().positive().optional().describe(`lines of its output; ${tailLines.usual} unless given`),
});
const killArgs = z.object({ id: z.string().describe('the id that run_background gave') });

/**
 * The tools for background commands. They look and they ask for permission; the host, which hears of each completed call from
 * OpenCode itself, runs and ends the commands.
 */
export function backgroundTools({ directory, tagOf }: Around): Readonly<Record<string, ToolDefinition>> {
  const asking = async ({
    sessionID,
  }: ToolContext): Promise<{ s: MissionState; who: Asking; mission: string; home: string }> => {
    const tag = await tagOf(sessionID);
    if (tag?.role !== 'commander' && tag?.role !== 'worker')
      throw new Error(
        'Background commands are for the Commander and the workers of a mission; this session is neither.',
      );
    const home = tag.home ?? directory;
    return { s: await readMission(home, tag.mission), who: tag as Asking, mission: tag.mission, home };
  };
  return {
    run_background: {
      description:
        'Run a shell command beside your work: a server, a watcher, a long build. Returns at once with its id; its end is told to you with your next turn.',
      args: runArgs.shape,
      async execute(args, context) {
        const { s, who } = await asking(context);
        const { command, label = '', timeoutMs } = parse(runArgs, args);
        const refusal = refuseCommand(s, command);
        if (refusal !== undefined) throw new Error(refusal);
        await askToRun(context, who.role, command);
        const id = commandId(context.sessionID, context.callID);
        const places = s.settings['limits.backgroundCommands'];
        const waits =
          openCommands(s).length >= places ? ` It begins when one of ${String(places)} places is free.` : '';
        const until = duration(timeoutOf(timeoutMs));
        return `${id}: ${commandName({ label, command })} is started, and ended after ${until} at the latest.${waits} See it with check_background.`;
      },
    },
    check_background: {
      description: 'How a background command stands, its exit code, and the end of its output.',
      args: checkArgs.shape,
      async execute(args, context) {
        const { id, tailLines: lines = tailLines.usual } = parse(checkArgs, args);
        if (!isCommandId(id)) throw new Error(`${JSON.stringify(id.slice(0, 40))} is no id of a background command.`);
        const { s, mission, home } = await known(() => asking(context), id);
        const command = s.commands.get(id);
        if (!command) throw new Error(`There is no background command ${id}.`);
        const tail = await readTail(commandDir(home, mission, id), tailBytes);
        const shown = plainLines(maskSecrets(tail).trimEnd(), 2_000).slice(-Math.min(lines, tailLines.most));
        return `${id}: ${commandWords(command, Date.now())}\n${shown.join('\n') || '(no output)'}`;
      },
    },
    list_background: {
      description: 'The background commands of the mission, those that run and the newest that ended.',
      args: {},
      async execute(_args, context) {
        const { s } = await asking(context);
        const lines = commandsFor(s).map(
          (item) => `${item.id}: ${commandWords(item, Date.now())}: ${commandName(item)}`,
        );
        return lines.join('\n') || 'There is no background command.';
      },
    },
    kill_background: {
      description: 'End a background command with everything that it started.',
      args: killArgs.shape,
      async execute(args, context) {
        const { id } = parse(killArgs, args);
        const { s, who } = await known(() => asking(context), id);
        const refusal = refuseKill(s, id, who);
        if (refusal !== undefined) throw new Error(refusal);
        const ended = s.commands.get(id)?.state === 'ended';
        return ended ? `${id} has ended already.` : `${id} is being ended.`;
      },
    },
  };
}

/** A command that was ordered a moment ago may not be in the journal yet. */
async function known<T extends { readonly s: MissionState }>(read: () => Promise<T>, id: string): Promise<T> {
  const deadline = Date.now() + patience.ms;
  for (;;) {
    const found = await read();
    if (found.s.commands.has(id) || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, patience.lookMs));
  }
}

/** As OpenCode’s own `bash` asks: each simple command by itself, so that a rule against one of them holds. */
async function askToRun(context: ToolContext, role: Asking['role'], command: string): Promise<void> {
  const patterns = simpleCommands(command);
  // The Commander’s own rules keep `bash` from it; the person’s rules for `bash` count under the tool’s own name (see `mirrored`).
  const permission = role === 'commander' ? 'run_background' : 'bash';
  await context.ask({ permission, patterns, always: patterns.map(prefixOf), metadata: { command } });
}

/** The commands that a shell line runs one by one or side by side; quotes are not looked at, so that there is rather one too many. */
export function simpleCommands(command: string): string[] {
  const parts = command
    .split(/[;&|\n(){}`]+/)
    .map((part) => part.replace(/\$$/, '').trim())
    .filter((part) => part !== '');
  return parts.length > 0 ? parts : [command.trim()];
}

function prefixOf(command: string): string {
  const words = command.split(/\s+/);
  return words.length === 1 ? command : `${words.slice(0, 2).join(' ')}${words.length > 2 ? ' *' : ''}`;
}

/** The person’s permissions with those for `bash` under the name of our tool, too, unless they gave it some. */
export function mirrored(permission: unknown): unknown {
  if (typeof permission !== 'object' || permission === null || 'run_background' in permission) return permission;
  return 'bash' in permission ? { ...permission, run_background: permission.bash } : permission;
}

function parse<T extends z.ZodType>(schema: T, args: unknown): z.infer<T> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`The field ${issue?.path.join('.') || 'input'} is wrong: ${issue?.message ?? 'unusable'}.`);
}

/** The `run` actions of a decision are asked for as a worker’s commands are. Rejects when the person, or a rule, says no. */
export async function askForRuns(context: ToolContext, commands: readonly string[]): Promise<void> {
  for (const command of commands) await askToRun(context, 'commander', command);
}
