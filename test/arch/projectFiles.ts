import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './rules';

const root = fileURLToPath(new URL('../..', import.meta.url));
const maxBytes = 1_000_000;

/** The text files that are in version control or about to be (new and not ignored). Throws outside a git work tree. */
export function projectFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return list
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .filter((path) => statSync(join(root, path)).isFile() && statSync(join(root, path)).size <= maxBytes)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

/** Those of `files` below one of `folders` whose name ends in one of `endings`. */
export function filesIn(
  files: readonly SourceFile[],
  folders: readonly string[],
  endings: readonly string[],
): SourceFile[] {
  return files.filter(
    ({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)) && endings.some((end) => path.endsWith(end)),
  );
}
