import { plain } from '../core/todo/text';
import { revertMission, revertTodo, undoRevert, type Undid } from '../host/undo';
import type { Common, RevertCall } from './args';
import { exitCodes } from './exitCodes';

/** Takes back what a TODO, or a mission, changed. Throws a `HostError`. */
export async function revert(call: RevertCall): Promise<number> {
  const { todo, mission, files, force, common } = call;
  if (todo === undefined) return tell(common, await revertMission({ directory: common.directory, mission, log }));
  return tell(common, await revertTodo({ directory: common.directory, mission, todo, files, force, log }));
}

/** Takes back the last revert. Throws a `HostError`. */
export async function undo(common: Common, mission: string | undefined): Promise<number> {
  return tell(common, await undoRevert({ directory: common.directory, mission, log }));
}

function log(sentence: string): void {
  process.stderr.write(`${plain(sentence, 1_000)}\n`);
}

function tell({ json }: Common, { revert: done, conflicts }: Undid): number {
  const paths = done?.paths ?? [];
  if (json) {
    const left = conflicts.map(({ path, why }) => ({ path, why }));
    process.stdout.write(`${JSON.stringify({ id: done?.id ?? null, files: paths, conflicts: left })}\n`);
  } else {
    const files = paths.length === 1 ? '1 file is' : `${String(paths.length)} files are`;
    process.stdout.write(paths.length === 0 ? 'Nothing had to be changed.\n' : `${files} as before: ${list(paths)}\n`);
  }
  for (const { path, why } of conflicts) log(`${path} is left as it is: it ${words[why]}.`);
  return conflicts.length === 0 ? 0 : exitCodes.waiting;
}

const words = {
  'changed since': 'was changed in the same place since',
  'too large': 'is too large to be kept',
  'changed meanwhile': 'was changed at this moment',
} as const;

function list(paths: readonly string[]): string {
  return paths.map((path) => plain(path, 200)).join(', ');
}
