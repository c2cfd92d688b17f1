import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endServer, startServer } from '../../../src/opencode/server';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

describe('a process that is started', () => {
  it('has no shell before it: nothing in the sources asks for one', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    assert.ok(files.length > 100);
    for (const name of files) {
      // A background command is a shell’s line, as its agent wrote it; a worktree’s set-up is one of the person’s.
      if ([path.join('background', 'supervisor.ts'), path.join('host', 'setUp.ts')].includes(name)) continue;
      const text = readFileSync(path.join(source, name), 'utf8');
      assert.doesNotMatch(
        text,
        /\bshell:|\bexec(Sync)?\(\s*[`'"]|import \{[^}]*\bexec(Sync)?\b[^}]*\} from 'node:child_process'/,
        name,
      );
    }
  });

  // An executable of a script’s lines is none on Windows.
  if (process.platform !== 'win32') {
    it('is started from and in folders with blanks, &, %, quotes and $ in their names, which arrive as they are', async () => {
      const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
      const folder = path.join(base, `a & b %PATH% 'c' "d" $(touch owned) ;e`);
      mkdirSync(folder);
      const executable = path.join(folder, 'open code');
      writeFileSync(
        executable,
        `#!${process.execPath}\nconsole.log(JSON.stringify([process.cwd(), ...process.argv.slice(1)]));\n` +
          `console.log('opencode server listening on http://127.0.0.1:4096');\nsetInterval(() => undefined, 1000);\n`,
      );
      chmodSync(executable, 0o755);
      const log = path.join(base, 'log');
      const order = { executable, directory: folder, bridge: path.join(folder, 'bridge.mjs'), log, variables: {} };
      const given = { env: process.env, spawned: () => undefined, signal: AbortSignal.timeout(30_000) };
      const server = await startServer({ ...order, ...given });
      try {
        const [line = ''] = readFileSync(log, 'utf8').split('\n');
        assert.deepEqual(JSON.parse(line), [folder, executable, 'serve', '--hostname', '127.0.0.1', '--port', '0']);
        assert.deepEqual(readdirSync(base).sort(), [path.basename(folder), 'log'].sort());
        assert.deepEqual(readdirSync(folder), ['open code']);
      } finally {
        await endServer(server.pid);
        rmSync(base, { recursive: true, force: true });
      }
    });
  }
});
