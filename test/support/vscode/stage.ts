import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** How often a copy is begun anew because something was written meanwhile. */
const tries = 50;
const pauseMs = 100;

/** Every place that .vscodeignore lets something of into the package. */
const parts = ['.vscodeignore', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist', 'media'];

/**
 * Copies what may be packed, as it stands at one moment: vsce fails over a file that changes while it packs, and another
 * process may build meanwhile. Throws when it never rests. `between` is for tests: it is called once the copy is made.
 */
export async function stage(from: string, to: string, between: () => void = () => undefined): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    const before = stampOf(from);
    rmSync(to, { recursive: true, force: true });
    const filter = (file: string): boolean => !isPart(file);
    for (const part of partsOf(from)) cpSync(path.join(from, part), path.join(to, part), { recursive: true, filter });
    between();
    if (stampOf(from) === before) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`the files to be packed change all the time: ${from}`);
}

function partsOf(folder: string): string[] {
  const translations = readdirSync(folder).filter((name) => /^package\.nls.*\.json$/.test(name));
  return [...parts, ...translations].filter((part) => existsSync(path.join(folder, part)));
}

/** Names, sizes and times of all that is copied. */
function stampOf(folder: string): string {
  const files = partsOf(folder).flatMap((part) => {
    const whole = path.join(folder, part);
    if (!statSync(whole).isDirectory()) return [part];
    const names = readdirSync(whole, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => !isPart(name)).map((name) => path.join(part, name));
  });
  return files
    .map((file) => {
      const { size, mtimeMs } = statSync(path.join(folder, file));
      return `${file} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

/** A file that the build is writing; it gets its name when it is whole. */
function isPart(file: string): boolean {
  return file.endsWith('.part');
}
