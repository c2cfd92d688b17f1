import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { OpenCodeError } from './errors';

export const missingSentence =
  'OpenCode was not found: it is not on PATH, and no path or server is set. Install it with “npm install -g opencode-ai”, or name it with --opencode PATH.';

/** Finds the opencode executable: the given path, or the first one on PATH. Throws `OpenCodeError` `missing`. */
export function findOpenCode(given: string, env: NodeJS.ProcessEnv): string {
  if (given !== '') {
    const full = path.resolve(given);
    if (isExecutable(full)) return full;
    throw new OpenCodeError('missing', `There is no OpenCode executable at ${full}.`);
  }
  const names = process.platform === 'win32' ? ['opencode.exe', 'opencode.cmd'] : ['opencode'];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    // An entry that is not absolute would let the workspace choose what runs.
    if (!path.isAbsolute(folder)) continue;
    for (const name of names) if (isExecutable(path.join(folder, name))) return path.join(folder, name);
  }
  throw new OpenCodeError('missing', missingSentence);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not ours to run: the next candidate is tried
  }
}
