import assert from 'node:assert/strict';
import fc from 'fast-check';
import { permissionRules, type PermissionScope } from '../../../src/core/agents/permissions';
import type { Role } from '../../../src/core/mission/facts';
import { checkPath, isolatedTestOf } from '../../../src/core/todo/paths';

/** OpenCode’s wildcard: `*` is any characters, folders among them, and `?` is one. */
function matches(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** What OpenCode does with a permission that is asked for: the last rule that matches; `default` where none does. */
function verdict(scope: PermissionScope, permission: string, pattern = '*'): string {
  const rule = permissionRules(scope).findLast(
    (item) => matches(permission, item.permission) && matches(pattern, item.pattern),
  );
  return rule?.action ?? 'default';
}

const roles: readonly Role[] = ['commander', 'planner', 'worker', 'reviewer'];
const tools: Readonly<Record<Role, string>> = {
  commander: 'mission_decide',
  planner: 'mission_plan',
  worker: 'mission_report',
  reviewer: 'mission_review',
};
const protectedFiles = [
  ...['.git/config', '.git/hooks/pre-commit', '.opencode/todo.md', '.opencode/plugins/x.js', '.vscode/settings.json'],
  ...['opencode.json', 'opencode.jsonc'],
];
const worker = (files: readonly string[], prefix = ''): PermissionScope => ({ role: 'worker', files, prefix });

describe('a session’s rules', () => {
  for (const role of roles) {
    const scope: PermissionScope = { role, files: role === 'worker' ? ['src/a.ts'] : undefined, prefix: '' };

    it(`give the ${role} its own reporting tool and no other`, () => {
      for (const [other, tool] of Object.entries(tools))
        assert.equal(verdict(scope, tool), other === role ? 'default' : 'deny', tool);
    });

    it(`deny the ${role} what starts agents, lists and questions the host does not know of, and places outside`, () => {
      for (const tool of ['task', 'todowrite', 'question']) assert.equal(verdict(scope, tool), 'deny', tool);
      assert.equal(verdict(scope, 'external_directory', '/etc/*'), 'deny');
    });

    it(`keep the ${role} from every protected place`, () => {
      for (const file of protectedFiles) assert.equal(verdict(scope, 'edit', file), 'deny', file);
    });
  }

  it('let nobody but a worker write anything', () => {
    for (const role of ['commander', 'planner', 'reviewer'] as const)
      for (const file of ['src/a.ts', 'a', 'docs/x.md'])
        assert.equal(verdict({ role, prefix: '' }, 'edit', file), 'deny');
  });

  it('let a worker write its files and the isolated tests named after them, and nothing else', () => {
    const scope = worker(['src/a.ts', 'README']);
    for (const file of ['src/a.ts', 'src/a.isolated.test.ts', 'README', 'README.isolated.test'])
      assert.equal(verdict(scope, 'edit', file), 'allow', file);
    for (const file of ['src/b.ts', 'src/a.tsx', 'src/a.test.ts', 'lib/src/a.ts', 'src', 'a.ts'])
      assert.equal(verdict(scope, 'edit', file), 'deny', file);
  });

  it('read no dot of a file name as any character, and no name as a pattern', () => {
    assert.equal(verdict(worker(['src/a.ts']), 'edit', 'src/axts'), 'deny');
    assert.equal(verdict(worker(['src/[id].ts']), 'edit', 'src/[id].ts'), 'allow');
    assert.equal(verdict(worker(['src/[id].ts']), 'edit', 'src/i.ts'), 'deny');
  });

  it('leave a worker whose TODO names no file free, but not in protected places', () => {
    for (const files of [[], undefined]) {
      const scope: PermissionScope = { role: 'worker', files, prefix: '' };
      assert.equal(verdict(scope, 'edit', 'src/anything.ts'), 'default');
      for (const file of protectedFiles) assert.equal(verdict(scope, 'edit', file), 'deny', file);
    }
  });

  it('protect the places even where a TODO names one of them', () => {
    for (const file of protectedFiles) assert.equal(verdict(worker([file]), 'edit', file), 'deny', file);
  });

  it('are relative to the worktree’s root when the workspace is a folder below it', () => {
    const scope = worker(['src/a.ts'], 'packages/app/');
    assert.equal(verdict(scope, 'edit', 'packages/app/src/a.ts'), 'allow');
    assert.equal(verdict(scope, 'edit', 'packages/app/src/a.isolated.test.ts'), 'allow');
    assert.equal(verdict(scope, 'edit', 'src/a.ts'), 'deny');
    assert.equal(verdict(scope, 'edit', 'packages/other/src/a.ts'), 'deny');
    for (const scoped of [scope, worker([], 'packages/app/')])
      for (const file of protectedFiles) {
        assert.equal(verdict(scoped, 'edit', file), 'deny', file);
        assert.equal(verdict(scoped, 'edit', `packages/app/${file}`), 'deny', `packages/app/${file}`);
      }
  });

  it('give shells to workers and reviewers, and the net to the Planner', () => {
    const may = (role: Role, permission: string) => verdict({ role, prefix: '' }, permission, 'ls') !== 'deny';
    assert.deepEqual(
      roles.filter((role) => may(role, 'bash')),
      ['worker', 'reviewer'],
    );
    assert.ok(may('planner', 'webfetch'));
    assert.ok(!may('reviewer', 'webfetch'));
  });

  it('keep background commands to the Commander and the workers', () => {
    for (const tool of ['run_background', 'check_background', 'list_background', 'kill_background']) {
      const denied = roles.filter((role) => verdict({ role, prefix: '' }, tool) === 'deny');
      assert.deepEqual(denied, ['planner', 'reviewer'], tool);
    }
  });

  it('allow of any plan’s files exactly those files and their tests', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', 'B', '1', '.', '_', '-', '[', ']', '{', '}', '(', ')', '+', '$', ' ', 'é'),
      minLength: 1,
      maxLength: 6,
    });
    const paths = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(
        fc.array(paths, { minLength: 1, maxLength: 4 }),
        paths,
        fc.constantFrom('', 'a/b/'),
        (named, other, prefix) => {
          const files = named.flatMap((path) => {
            const checked = checkPath(path);
            return checked.ok ? [checked.path] : [];
          });
          fc.pre(files.length > 0);
          const allowed = new Set(files.flatMap((file) => [file, isolatedTestOf(file)]));
          for (const file of allowed) assert.equal(verdict(worker(files, prefix), 'edit', prefix + file), 'allow');
          if (!allowed.has(other)) assert.equal(verdict(worker(files, prefix), 'edit', prefix + other), 'deny');
        },
      ),
    );
  });
});
