/**
 * `npm start`: without arguments a demo mission in a sample repository, in a real VS Code, on the real OpenCode with a
 * scripted model; `npm start -- --terminal` shows it with the command line only. `npm start -- "<mission>" -C DIR` runs a
 * mission of yours in your repository with OpenCode’s own model.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '../support/model/scenario';
import { cli, opencode, scratch, scriptedModel, type Scratch } from '../support/scratch';
import { editorDemo } from './editorDemo';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Runs the command line on this terminal; resolves with its exit code. */
function commandLine(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: 'inherit' });
  // The terminal sends Ctrl-C to the command line as well, which stops the mission; this process waits for its end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Runs a demo mission in a fresh copy of the sample repository. */
async function demo(show: (place: Scratch, mission: string) => Promise<number>): Promise<number> {
  const scenario = loadScenario(path.join(here, 'scenario.json'));
  const place = scratch({ from: path.join(here, 'sample') });
  const model = await scriptedModel(place, scenario);
  console.log('DEMO: OpenCode, its agents, the files, the checks and git are real. The language model is SCRIPTED:');
  console.log('      it plays its part from test/demo/scenario.json, since a demo cannot bring a model along.');
  console.log(`      The sample repository is ${place.workspace}\n`);
  try {
    const code = await show(place, scenario.mission ?? 'Build a tiny REST API for notes with its tests');
    console.log(`\nLook at what was made: ${place.workspace}`);
    console.log('With your own repository and model: npm start -- "<mission>" -C <directory>');
    return code;
  } finally {
    await model.close();
  }
}

function inTerminal(place: Scratch, mission: string): Promise<number> {
  return commandLine(['task', mission, '--opencode', opencode], place.workspace, place.env);
}

async function inEditor(place: Scratch, mission: string): Promise<number> {
  try {
    return await editorDemo(place, mission);
  } catch (error) {
    console.error(`start: ${error instanceof Error ? error.message : String(error)}`);
    console.error('start: npm start -- --terminal shows the same mission without VS Code.');
    return 1;
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.length === 0) return await demo(inEditor);
  if (args.length === 1 && args[0] === '--terminal') return await demo(inTerminal);
  return await commandLine(['task', ...args], process.env['INIT_CWD'] ?? process.cwd(), process.env);
}

process.exitCode = await main();
