import path from 'node:path';
import * as z from 'zod';
import { fileKey } from '../core/todo/graph';
import { checkPath, isolatedTestOf } from '../core/todo/paths';
import { realWaySync } from '../persistence/insidePath';

const fileArgs = z.looseObject({ filePath: z.string() });
const patchArgs = z.looseObject({ patchText: z.string() });
const namedInAnswer = z.looseObject({ todo: z.string().optional(), role: z.string().optional() });
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
 * An answer counts for the TODO and the role of the session that gives it. Returns the sentence that refuses one that names
 * another in so many words, or undefined.
 */
export function refuseAnswer(
  own: { readonly role: string; readonly todo?: string | undefined },
  args: unknown,
): string | undefined {
  const named = namedInAnswer.safeParse(args);
  if (!named.success) return undefined; // what is no such text names nobody, and is left to the tool’s own schema
  const { role, todo } = named.data;
  if (role !== undefined && role.toLowerCase() !== own.role)
    return `This session is the ${own.role}’s and answers for nobody else. Hand it in without “role”.`;
  if (todo === undefined || todo.toLowerCase() === own.todo?.toLowerCase()) return undefined;
  const whose = own.todo === undefined ? 'belongs to no TODO' : `belongs to TODO ${own.todo}`;
  return `This session ${whose} and answers for no other. Hand it in without “todo”.`;
}

/**
 * What OpenCode’s own rules do not hold: where a patch moves a file to, and links that lead elsewhere. Returns the sentence
 * that refuses the write, or undefined. `files` are the TODO’s; none means anywhere in the workspace.
 */
export function refuseWrite(workspace: string, files: readonly string[], target: string): string | undefined {
  const relative = path.relative(workspace, path.resolve(workspace, target)).split(path.sep).join('/');
  const checked = checkPath(relative);
  if (!checked.ok) return `${target}: ${checked.sentence}`;
  const real = realWaySync(workspace, checked.path);
  if (real === undefined) return `${target} leads out of the workspace through a link.`;
  const arrived = checkPath(real);
  if (!arrived.ok) return `${target} is a link: ${arrived.sentence}`;
  if (files.length === 0) return undefined;
  const allowed = files.flatMap((file) => [file, isolatedTestOf(file)]);
  const isAllowed = (one: string): boolean => allowed.some((file) => fileKey(file) === fileKey(one));
  const only = `It may write: ${allowed.join(', ').slice(0, 500)}.`;
  if (!isAllowed(checked.path)) return `${checked.path} is not a file of this TODO. ${only}`;
  // A folder that is a link is where its files are; a file that is one would write another file in its place.
  const place = realWaySync(workspace, path.posix.dirname(checked.path));
  const own = path.posix.join(place ?? '', path.posix.basename(checked.path));
  if (fileKey(own) === fileKey(arrived.path) || isAllowed(arrived.path)) return undefined;
  return `${checked.path} is a link to ${arrived.path}, which is not a file of this TODO. ${only}`;
}
