import * as z from 'zod';
import { agentNames, chatAgent, instructions } from '../core/agents/instructions';
import { checkAnswer } from '../core/answers/check';
import { answerSchemas, parseAnswer, type Decision, type ToolName } from '../core/answers/schemas';
import { runsOf } from '../core/commands/decide';
import { contextOf, toolOf } from '../core/mission/decide';
import type { Role } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';
import { serverMark } from '../core/terminal';
import { registryVariable } from '../opencode/emptyRegistry';
import { realPathInsideSync } from '../persistence/insidePath';
import { askForRuns, backgroundTools, mirrored } from './background';
import { closing, type Closing } from './closing';
import { compactionHooks } from './compaction';
import { keepRegistry } from './registry';
import { refuseAnswer, refuseWrite, targetsOf } from './guard';
import type { Hooks, PluginInput, ToolDefinition } from './host';
import { readMission, readTemperatures, tagReader, type Tag } from './missionOf';
import { paramsHook } from './params';
import { addCommands, carryOut, echoAgent, echoPrompt, isOurs } from './slash';

const descriptions: Readonly<Record<ToolName, string>> = {
  mission_decide: 'Hand in your decision: what happens next in the mission. Ends your turn.',
  mission_plan: 'Hand in the plan: the TODOs. Ends your turn.',
  mission_report: 'Hand in your report on the TODO. Ends your turn.',
  mission_review: 'Hand in your verdict. Ends your turn.',
};

/** The server’s password is the only wall around it, and where its plugin package comes from is not the agents’ business. */
const keptFromShells = [
  'OPENCODE_SERVER_PASSWORD',
  'OPENCODE_SERVER_USERNAME',
  'OPENCODE_CONFIG_CONTENT',
  registryVariable,
];

const exitCode = z.looseObject({ exit: z.number().nullable() });

/** The plugin that runs inside OpenCode: the roles’ agents, the four tools that end a turn, and a guard on what a worker writes. */
export default async function OrchestratorBridge({ client, directory }: PluginInput): Promise<Hooks> {
  keepRegistry();
  const tagOf = tagReader(client);
  const ends = closing(client, log);
  // A TODO’s files never change while a session works on it.
  const filesOf = new Map<string, readonly string[]>();
  // The slash commands are there on a server of ours only, and not those that the person has of that name.
  let slash = false;
  let left: readonly string[] = [];
  return Promise.resolve({
    config: (config: Record<string, unknown>) => {
      config['agent'] = { ...asRecord(config['agent']), ...agents() };
      const permission = mirrored(config['permission']);
      if (permission !== undefined) config['permission'] = permission;
      if (process.env[serverMark] !== undefined) {
        left = addCommands(config);
        slash = true;
        // OpenCode’s output is the server’s log, which the editor’s log names.
        if (left.length > 0) log(`your own ${left.map((name) => `/${name}`).join(', ')} is left alone`);
      }
      return Promise.resolve();
    },
    'command.execute.before': async ({ command, arguments: args }, { parts }) => {
      if (!slash || !isOurs(command, left)) return;
      const line = await carryOut({ directory, secret: process.env['OPENCODE_SERVER_PASSWORD'] }, command, args);
      parts.splice(0, parts.length, { type: 'text', text: echoPrompt(line) });
    },
    tool: {
      ...Object.fromEntries(
        Object.entries(toolOf).map(([role, tool]) => [tool, reportingTool(role as Role, tool, directory, tagOf, ends)]),
      ),
      ...backgroundTools({ directory, tagOf }),
    },
    'tool.execute.before': async ({ tool, sessionID }, { args }) => {
      const targets = targetsOf(tool, args);
      if (!targets) return;
      const tag = await tagOf(sessionID);
      if (tag?.role !== 'worker') return; // other roles are denied every edit by their session’s rules
      const files =
        filesOf.get(sessionID) ??
        (await readMission(tag.home ?? directory, tag.mission)).todos.get(tag.todo ?? '')?.files ??
        [];
      filesOf.set(sessionID, files);
      for (const target of targets) {
        const refusal = refuseWrite(directory, files, target);
        if (refusal !== undefined) throw new Error(refusal);
      }
    },
    'tool.execute.after': async ({ tool, sessionID }, output) => {
      // OpenCode records a command’s exit code and does not tell it to the model: no reviewer could report it honestly.
      if (tool !== 'bash' || (await tagOf(sessionID)) === undefined) return;
      const exit = exitCode.safeParse(output.metadata);
      if (exit.success) output.output += `\nexit code: ${String(exit.data.exit)}`;
    },
    'chat.params': paramsHook({
      tagOf,
      log,
      ends,
      readSettings: ({ mission, home }) => readTemperatures(home ?? directory, mission),
    }),
    ...compactionHooks({ tagOf, log, readMission: ({ mission, home }) => readMission(home ?? directory, mission) }),
    'shell.env': (_input, output) => {
      for (const name of keptFromShells) output.env[name] = undefined;
      return Promise.resolve();
    },
  });
}

/** Into the server’s log. */
function log(sentence: string): void {
  process.stderr.write(`orchestrator: ${sentence}\n`);
}

function agents(): Record<string, unknown> {
  const roles = Object.entries(agentNames).map(([role, name]) => [name, agent(role, instructions[role as Role])]);
  const echo = agent('answers a slash command', echoAgent.instructions);
  const others = [
    [chatAgent.name, agent('chat', chatAgent.instructions)],
    [echoAgent.name, { ...echo, temperature: 0, permission: { '*': 'deny' } }],
  ];
  return Object.fromEntries([...roles, ...others]) as Record<string, unknown>;
}

function agent(role: string, prompt: string): Record<string, unknown> {
  return {
    description: `Orchestrator: ${role}`,
    mode: 'primary',
    hidden: true,
    prompt,
    // Only an agent’s own rules count for these two: a loop of equal calls would ask a person who is not there, and the
    // list of skills would stand in every request.
    permission: { doom_loop: 'allow', skill: 'deny' },
  };
}

function reportingTool(
  role: Role,
  tool: ToolName,
  directory: string,
  tagOf: (session: string) => Promise<Tag | undefined>,
  ends: Closing,
): ToolDefinition {
  return {
    description: descriptions[tool],
    args: answerSchemas[tool].shape,
    async execute(args, context) {
      const { sessionID } = context;
      const tag = await tagOf(sessionID);
      if (tag?.role !== role) throw new Error(`${tool} is the ${role}’s tool; this session is not one.`);
      const foreign = refuseAnswer(tag, args);
      if (foreign !== undefined) throw new Error(foreign);
      const parsed = parseAnswer(tool, args);
      if (!parsed.ok) throw new Error(parsed.sentence);
      const mission = await readMission(tag.home ?? directory, tag.mission);
      const leaves = (file: string) => !realPathInsideSync(directory, file);
      const refusal = checkAnswer(parsed.answer, contextOf(mission, leaves));
      if (refusal !== undefined) throw new Error(refusal);
      if (parsed.answer.tool === 'mission_decide') await askForRuns(context, runsIn(mission, parsed.answer.value));
      ends.recorded(sessionID);
      return 'Recorded. Your turn is over: say nothing more.';
    },
  };
}

/** The commands of a decision that will be run; the others are refused by the host, which says why. */
function runsIn(mission: MissionState, { actions }: Decision): string[] {
  return runsOf(mission, '', actions).runs.map(({ command }) => command);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
