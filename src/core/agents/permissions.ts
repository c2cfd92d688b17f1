import type { Role } from '../mission/facts';
import { toolOf } from '../mission/decide';
import { isolatedTestOf } from '../todo/paths';

/** A rule as OpenCode takes it on a session; the last one that matches wins. */
export interface PermissionRule {
  permission: string;
  pattern: string;
  action: 'allow' | 'ask' | 'deny';
}

/** Written by nobody but the person, whatever a TODO names; relative to the git worktree’s root like every `edit` rule. */
const protectedPlaces = ['.git/**', '.opencode/**', '.vscode/**', 'opencode.json*'];

/** Denied to every role: they start agents, lists and questions that the host would not know of. */
const deniedToAll = ['task', 'todowrite', 'question', 'external_directory', 'plan_enter', 'plan_exit', 'skill'];

const deniedTo: Readonly<Record<Role, readonly string[]>> = {
  commander: ['bash', 'webfetch', 'websearch', 'codesearch', 'lsp'],
  planner: ['bash', 'lsp'],
  worker: ['codesearch'],
  reviewer: ['webfetch', 'websearch', 'codesearch'],
};

const backgroundTools = ['run_background', 'check_background', 'list_background', 'kill_background'];

export interface PermissionScope {
  readonly role: Role;
  /** The TODO’s files, relative to the workspace folder; undefined for roles that write nothing. */
  readonly files?: readonly string[] | undefined;
  /** The workspace folder relative to the git worktree’s root, with `/` at its end, or empty. */
  readonly prefix: string;
}

/** A session’s rules: what its role may do, held by OpenCode. A person’s own rules stay in force for all that is not named here. */
export function permissionRules({ role, files, prefix }: PermissionScope): PermissionRule[] {
  const rules = [...deniedToAll, ...deniedTo[role]].map(deny);
  for (const [other, tool] of Object.entries(toolOf)) if (other !== role) rules.push(deny(tool));
  if (role === 'planner' || role === 'reviewer') rules.push(...backgroundTools.map(deny));
  return [...rules, ...editRules(role, files, prefix)];
}

function editRules(role: Role, files: readonly string[] | undefined, prefix: string): PermissionRule[] {
  if (role !== 'worker') return [deny('edit')];
  const places =
    prefix === '' ? protectedPlaces : [...protectedPlaces, ...protectedPlaces.map((place) => prefix + place)];
  const rules = places.map((pattern): PermissionRule => ({ permission: 'edit', pattern, action: 'deny' }));
  // Without files the TODO works alone and may write anywhere else in the workspace.
  if (files === undefined || files.length === 0) return rules;
  const allowed = files.flatMap((file) => [file, isolatedTestOf(file)]);
  return [deny('edit'), ...allowed.map((file): PermissionRule => allow(prefix + file)), ...rules];
}

function allow(pattern: string): PermissionRule {
  return { permission: 'edit', pattern, action: 'allow' };
}

function deny(permission: string): PermissionRule {
  return { permission, pattern: '*', action: 'deny' };
}
