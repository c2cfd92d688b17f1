import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OpenCodeError } from '../../../src/opencode/errors';
import { endServer, isAlive, listeningIn, startServer, type ServerOrder } from '../../../src/opencode/server';
import { withStub } from './stub';

interface Said {
  readonly args: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
}

describe('starting and ending a server', function () {
  this.timeout(15_000);
  let base: string;
  const begun: number[] = [];
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
  });
  afterEach(() => {
    for (const pid of begun.splice(0)) if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
    rmSync(base, { recursive: true, force: true });
  });

  /** An executable in OpenCode’s place: notes how it was called, then does what `then` says. */
  function program(then: string): string {
    const file = path.join(base, 'opencode');
    const note = `{args: process.argv.slice(2), cwd: process.cwd(), env: process.env}`;
    const lines = [
      `#!${process.execPath}`,
      `require('fs').writeFileSync(${JSON.stringify(path.join(base, 'said.json'))}, JSON.stringify(${note}));`,
      then,
    ];
    writeFileSync(file, lines.join('\n'));
    chmodSync(file, 0o755);
    return file;
  }
  const said = (): Said => JSON.parse(readFileSync(path.join(base, 'said.json'), 'utf8')) as Said;
  const listens = `console.log('opencode server listening on http://127.0.0.1:4321'); setInterval(() => {}, 1000);`;

  const start = (executable: string, over: Partial<ServerOrder> = {}) =>
    startServer({
      executable,
      directory: base,
      bridge: path.join(base, 'a bridge.mjs'),
      env: { PATH: process.env['PATH'] },
      log: path.join(base, 'server.log'),
      variables: {},
      spawned: (pid) => begun.push(pid),
      signal: new AbortController().signal,
      ...over,
    });
  const failure = async (starting: Promise<unknown>): Promise<string> => {
    const error: unknown = await starting.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof OpenCodeError && error.kind === 'start', String(error));
    return error.message;
  };

  it('starts it on a free loopback port, in the folder, with the bridge and a password of its own', async () => {
    let told: { pid: number; url: string; password: string } | undefined;
    const server = await start(program(listens), {
      env: { PATH: process.env['PATH'], NODE_OPTIONS: '--no-warnings', OPENCODE_PERMISSION: '{}', KEPT: 'yes' },
      variables: { npm_config_x: 'y' },
      spawned: (pid, { url, password }) => {
        begun.push(pid);
        told = { pid, url, password };
      },
    });
    assert.deepEqual([server.url, server.username], ['http://127.0.0.1:4321', 'opencode']);
    assert.deepEqual(told, { pid: server.pid, url: '', password: server.password });
    assert.ok(server.password.length >= 32);
    const { args, cwd, env } = said();
    assert.deepEqual(args, ['serve', '--hostname', '127.0.0.1', '--port', '0']);
    assert.equal(cwd, base);
    assert.deepEqual([env['OPENCODE_SERVER_USERNAME'], env['OPENCODE_SERVER_PASSWORD']], ['opencode', server.password]);
    assert.match(env['OPENCODE_CONFIG_CONTENT'] ?? '', /"plugin":\["file:\/\/[^"]*\/a%20bridge\.mjs"\]/);
    assert.deepEqual([env['KEPT'], env['npm_config_x']], ['yes', 'y']);
    assert.deepEqual([env['NODE_OPTIONS'], env['OPENCODE_PERMISSION']], [undefined, undefined]);
    assert.equal(statSync(path.join(base, 'server.log')).mode & 0o777, 0o600);
    await endServer(server.pid);
    assert.equal(isAlive(server.pid), false);
  });

  it('gives every server another password', async () => {
    const executable = program(listens);
    const [first, second] = [await start(executable), await start(executable)];
    assert.notEqual(first.password, second.password);
    await Promise.all([endServer(first.pid), endServer(second.pid)]);
  });

  it('tells what it said when it ends before it listens', async () => {
    const sentence = await failure(
      start(program(`console.error('one\\ntwo\\nthree\\ndatabase is locked'); process.exit(3);`)),
    );
    assert.match(sentence, /exit code 3/);
    assert.match(sentence, /two \| three \| database is locked$/);
    assert.doesNotMatch(sentence, /one/);
  });

  it('tells when there is nothing that can be started', async () => {
    const sentence = await failure(start(path.join(base, 'none')));
    assert.match(sentence, /ENOENT/);
    assert.deepEqual(begun, []);
  });

  it('ends it when the start is given up', async () => {
    const stop = new AbortController();
    const starting = failure(start(program('setInterval(() => {}, 1000);'), { signal: stop.signal }));
    setTimeout(() => {
      stop.abort();
    }, 300);
    assert.match(await starting, /given up/);
    assert.equal(begun.length, 1);
    assert.equal(isAlive(begun[0] ?? 0), false);
  });

  it('takes no other line for the one that says where it listens', () => {
    const log = path.join(base, 'log');
    for (const [text, url] of [
      ['', undefined],
      ['opencode server listening on ', undefined],
      ['opencode server listening on http://0.0.0.0:1', undefined],
      ['opencode server listening on http://127.0.0.1.evil.org:1', undefined],
      ['warning\nopencode server listening on http://127.0.0.1:40961\n', 'http://127.0.0.1:40961'],
    ] as const) {
      writeFileSync(log, text);
      assert.equal(listeningIn(log), url, text);
    }
  });

  it('ends what the server started along with it', async () => {
    const child = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('fs').writeFileSync(${JSON.stringify(path.join(base, 'child'))}, String(child.pid));`;
    const server = await start(program(child + listens));
    const pid = Number(readFileSync(path.join(base, 'child'), 'utf8'));
    assert.ok(pid > 0 && isAlive(pid));
    await endServer(server.pid);
    for (let waited = 0; isAlive(pid) && waited < 2_000; waited += 20) await new Promise((r) => setTimeout(r, 20));
    assert.deepEqual([isAlive(server.pid), isAlive(pid)], [false, false]);
  });

  it('ends one that will not end, and one that is gone already', async () => {
    const server = await start(program(`process.on('SIGTERM', () => {}); ${listens}`));
    await endServer(server.pid);
    for (let waited = 0; isAlive(server.pid) && waited < 1_000; waited += 20)
      await new Promise((r) => setTimeout(r, 20));
    assert.equal(isAlive(server.pid), false);
    await endServer(server.pid);
  });

  it('asks it first to dispose of what it runs, and ends it whatever it answers', async () => {
    const answers: [string, (response: import('node:http').ServerResponse) => void][] = [
      ['well', (response) => response.end('true')],
      ['with an error', (response) => response.writeHead(500).end()],
      [
        'with half an answer',
        (response) => {
          response.writeHead(200, { 'content-length': '100' }).write('half');
          setTimeout(() => response.destroy(), 20);
        },
      ],
    ];
    for (const [how, answer] of answers) {
      const asked: string[] = [];
      await withStub(
        (request, response) => {
          asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
          answer(response);
        },
        async ({ url }) => {
          const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
            detached: true,
            stdio: 'ignore',
          });
          const pid = child.pid ?? 0;
          begun.push(pid);
          await endServer(pid, { url, username: 'opencode', password: 'p' });
          assert.deepEqual(asked, [`POST /global/dispose Basic ${Buffer.from('opencode:p').toString('base64')}`]);
          assert.equal(isAlive(pid), false, how);
        },
      );
    }
  });
});
