import { readlinkSync, realpathSync } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf } from './errors';

/** A question to the disk; the answer is undefined when nothing is there (for `readlink`: no link). */
interface Question {
  readonly ask: 'realpath' | 'readlink';
  readonly path: string;
}
type Walk<T> = Generator<Question, T, string | undefined>;

const maxLinks = 40;

/**
 * Whether a path, relative to the workspace or absolute, really lies in the workspace: the deepest part that exists is resolved
 * through its symlinks, and a link to nothing counts as where it leads. False when the disk does not tell (a loop, no access).
 */
export async function realPathInside(workspace: string, path: string): Promise<boolean> {
  const walk = wayInside(workspace, path);
  try {
    let step = walk.next();
    while (!step.done) {
      const { ask, path: asked } = step.value;
      step = walk.next(await (ask === 'realpath' ? realpath(asked) : readlink(asked)).catch(nothing));
    }
    return step.value !== undefined;
  } catch (error) {
    unknownTo(error);
    return false;
  }
}

/** The same as `realPathInside`, at once: for a hook that must answer before a tool runs. */
export function realPathInsideSync(workspace: string, path: string): boolean {
  return realWaySync(workspace, path) !== undefined;
}

/** Where a write to a path really arrives, relative to the workspace and with `/`; undefined where that is not in it, or unknown. */
export function realWaySync(workspace: string, path: string): string | undefined {
  const walk = wayInside(workspace, path);
  try {
    let step = walk.next();
    while (!step.done) step = walk.next(answerSync(step.value));
    return step.value;
  } catch (error) {
    return unknownTo(error);
  }
}

function* wayInside(workspace: string, path: string): Walk<string | undefined> {
  const root = yield { ask: 'realpath', path: workspace };
  if (root === undefined) return undefined;
  const way = relative(root, yield* target(resolve(root, path), 0));
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  return isOutside ? undefined : way.split(sep).join('/');
}

/** Where a write to `path` would arrive. */
function* target(path: string, links: number): Walk<string> {
  const real = yield { ask: 'realpath', path };
  if (real !== undefined) return real;
  const parent = dirname(path);
  if (parent === path) return path;
  const folder = yield* target(parent, links);
  const link = yield { ask: 'readlink', path };
  if (link === undefined) return join(folder, basename(path));
  if (links >= maxLinks) throw new LinkLoop();
  return yield* target(resolve(folder, link), links + 1);
}

class LinkLoop extends Error {}

function answerSync({ ask, path }: Question): string | undefined {
  try {
    return ask === 'realpath' ? realpathSync.native(path) : readlinkSync(path);
  } catch (error) {
    return nothing(error);
  }
}

/** Nothing there, or (EINVAL; UNKNOWN on Windows) no link: an answer. Everything else is none. */
function nothing(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR', 'EINVAL', 'UNKNOWN'].includes(codeOf(error) ?? '')) return undefined;
  throw error;
}

function unknownTo(error: unknown): undefined {
  if (error instanceof LinkLoop || codeOf(error) !== undefined) return undefined;
  throw error;
}
