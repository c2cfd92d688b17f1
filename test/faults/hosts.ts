/** The command line as a process that can be killed, with everything it says and when. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cli, type Scratch } from '../support/scratch';

/** A line that a process wrote; `at` in milliseconds since the epoch. */
export interface Said {
  readonly at: number;
  readonly text: string;
}

export interface Exit {
  readonly code: number | null;
  readonly at: number;
}

export interface Host {
  readonly args: readonly string[];
  readonly child: ChildProcess;
  readonly startedAt: number;
  /** Whole lines of standard output: the records, then the result. */
  readonly shown: readonly Said[];
  /** Lines of standard error. */
  readonly said: readonly Said[];
  readonly exit: () => Exit | undefined;
  readonly ended: Promise<Exit>;
}

/** Starts the command line. */
export function startHost(place: Scratch, env: NodeJS.ProcessEnv, args: readonly string[]): Host {
  const child = spawn(process.execPath, [cli, ...args, '-C', place.workspace], {
    cwd: place.base,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const shown: Said[] = [];
  const said: Said[] = [];
  child.stdout.on('data', linesInto(shown));
  child.stderr.on('data', linesInto(said));
  let exit: Exit | undefined;
  const ended = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      exit = { code, at: Date.now() };
      resolve(exit);
    });
  });
  return { args, child, startedAt: Date.now(), shown, said, exit: () => exit, ended };
}

function linesInto(lines: Said[]): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    const at = Date.now();
    lines.push(...parts.filter((text) => text !== '').map((text) => ({ at, text })));
  };
}
