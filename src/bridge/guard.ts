import path from 'node:path';
import * as z from 'zod';
import { fileKey } from '../core/todo/graph';
import { checkPath, isolatedTestOf } from '../core/todo/paths';
import { realPathInsideSync } from '../persistence/insidePath';

const fileArgs = z.looseObject({ filePath: z.string() });
const patchArgs = z.looseObject({ patchText: z.string() });
const patchHeads = ['*** Add File:', '*** Update File:', '*** Delete File:', '*** Move to:'];

/** The paths that a call of a file-writing tool would write; undefined for tools that write none. */
export function targetsOf(tool: string, args: unknown): string[] | undefined {
  if (tool === 'write' || tool === 'edit' || tool === 'multiedit') {
    const parsed = fileArgs.safeParse(args);
    return parsed.success ? [parsed.data.filePath] : [];
  }
  if (tool === 'apply_patch' || tool === 'patch') {
    const parsed = patchArgs.safeParse(args);
    return parsed.success ? patchTargets(parsed.data.patchText) : [];
  }
  return undefined;
}

/** A patch’s targets as OpenCode reads them: its lines end with a line feed and nothing else, and what follows the head is trimmed. */
function patchTargets(patch: string): string[] {
  return patch.split('\n').flatMap((line) => {
    const head = patchHeads.find((candidate) => line.trimStart().startsWith(candidate));
    return head === undefined ? [] : [line.trimStart().slice(head.length).trim()];
  });
}

/**
 * What OpenCode’s own rules do not hold: where a patch moves a file to, and links that lead elsewhere. Returns the sentence
 * that refuses the write, or undefined. `files` are the TODO’s; none means anywhere in the workspace.
 */
export function refuseWrite(workspace: string, files: readonly string[], target: string): string | undefined {
  const relative = path.relative(workspace, path.resolve(workspace, target)).split(path.sep).join('/');
  const checked = checkPath(relative);
  if (!checked.ok) return `${target}: ${checked.sentence}`;
  if (!realPathInsideSync(workspace, checked.path)) return `${target} leads out of the workspace through a link.`;
  if (files.length === 0) return undefined;
  const allowed = files.flatMap((file) => [file, isolatedTestOf(file)]);
  if (allowed.some((file) => fileKey(file) === fileKey(checked.path))) return undefined;
  return `${checked.path} is not a file of this TODO. It may write: ${allowed.join(', ').slice(0, 500)}.`;
}
