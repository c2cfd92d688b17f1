import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileTodo, scenarioOf } from '../scenarios/shapes';
import { assertEnded, onStage } from '../support/e2e';
import { ownServer } from '../support/ownServer';
import { bridge, mission, opencode, run, scratch, type Scratch } from '../support/scratch';

const password = { OPENCODE_SERVER_PASSWORD: 'secret' };

describe('finding and attaching to servers', function () {
  this.timeout(300_000);

  it('without OpenCode: exit 7, one sentence that says what to do, nothing written', async () => {
    const place = scratch();
    try {
      const onlyNode = { PATH: path.dirname(process.execPath) };
      const ran = await run(place, ['task', 'x'], onlyNode);
      assert.equal(ran.code, 7);
      assert.match(ran.stderr, /OpenCode was not found[^\n]+npm install -g opencode-ai/);
      const named = await run(place, ['task', 'x', '--opencode', '/nowhere/opencode']);
      assert.equal(named.code, 7);
      assert.match(named.stderr, /no OpenCode executable at \/nowhere\/opencode/);
      assert.equal(place.git('status', '--porcelain'), '');
    } finally {
      place.remove();
    }
  });

  it('a server that is killed while it starts is started again; one that is killed each time is told of', async () => {
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place }) => {
      const wrapper = path.join(place.base, 'opencode');
      const killed = (times: number) => {
        const counts = `n=$(cat ${place.base}/starts 2>/dev/null || echo 0); echo $((n + 1)) > ${place.base}/starts`;
        const dies = `[ "$1" = serve ] && [ "$n" -lt ${String(times)} ] && kill -9 $$`;
        writeFileSync(wrapper, `#!/bin/sh\n${counts}\n${dies}\nexec ${opencode} "$@"\n`, { mode: 0o755 });
        rmSync(path.join(place.base, 'starts'), { force: true });
      };
      killed(2);
      const ran = await run(place, ['task', 'Do it', '--json', '--opencode', wrapper]);
      assertEnded(place, ran, 0);
      assert.match(ran.stderr, /OpenCode ended while it started \(SIGKILL\)[^\n]* It is started again\./);
      killed(99);
      const never = await run(place, ['task', 'Do it', '--opencode', wrapper]);
      assert.equal(never.code, 7);
      assert.equal(readFileSync(path.join(place.base, 'starts'), 'utf8').trim(), '3');
    });
  });

  it('attaches by URL: refused without the bridge, with the wrong password and by somebody else’s server; works with it', async () => {
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place }) => {
      const bare = await ownServer(place, {}, password);
      try {
        const without = await attach(place, bare.url, 'secret');
        assert.equal(without.code, 7);
        assert.match(without.stderr, /"plugin": \["file:\/\/[^"]+bridge\.mjs"\]/);
        const wrong = await attach(place, bare.url, 'wrong');
        assert.equal(wrong.code, 7);
        assert.match(wrong.stderr, /refused the password/);
        assert.doesNotMatch(wrong.stderr + wrong.stdout, /wrong"|:wrong/);
      } finally {
        await bare.end();
      }
      const other = http.createServer((_request, response) => response.end('hello'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const port = (other.address() as AddressInfo).port;
      const foreign = await attach(place, `http://127.0.0.1:${String(port)}`, 'secret');
      other.close();
      assert.equal(foreign.code, 7);
      assert.match(foreign.stderr, /not an OpenCode server/);
      const remote = await attach(place, 'http://example.org:4096', 'secret');
      assert.equal(remote.code, 7);
      assert.match(remote.stderr, /https/);

      const full = await ownServer(place, { plugin: [pathToFileURL(bridge).href] }, password);
      try {
        const ran = await attach(place, full.url, 'secret');
        assertEnded(place, ran, 0);
        assert.equal(await alive(full.url), true, 'a server that is not ours is not ended');
      } finally {
        await full.end();
      }
    });
  });

  it('keeps the server’s password from the agents’ shells, the journal and the output', async () => {
    const scenario = scenarioOf([{ ...fileTodo('T1'), check: 'test -s out/T1.txt' }], {
      todos: {
        T1: {
          steps: [
            { bash: 'mkdir -p out; env | grep -ci "OPENCODE_SERVER_PASSWORD\\|CONFIG_CONTENT" > out/T1.txt; true' },
          ],
        },
      },
    });
    await onStage(scenario, async ({ place }) => {
      const ran = await mission(place, 'Look around');
      assertEnded(place, ran, 0);
      assert.equal(place.read('out/T1.txt').trim(), '0');
      assert.doesNotMatch(ran.stdout + ran.stderr, /password/i);
    });
  });

  it('writes nothing into the repository but its own files: no packages in .opencode', async () => {
    await onStage(scenarioOf([fileTodo('T1')]), async ({ place }) => {
      assertEnded(place, await mission(place, 'First'), 0);
      assertEnded(place, await mission(place, 'Second, with .opencode there'), 0);
      const files = place.git('ls-files', '-o', '--', '.opencode').trim().split('\n');
      assert.deepEqual(files.filter((file) => !/orchestrator\/|\.gitignore$/.test(file)).sort(), [
        '.opencode/sync-issues.md',
        '.opencode/todo.md',
        '.opencode/work-log.md',
      ]);
    });
  });
});

function attach(place: Scratch, url: string, password: string) {
  return run(place, ['task', 'Attached', '--json', '--server', url], { OPENCODE_SERVER_PASSWORD: password });
}

async function alive(url: string): Promise<boolean> {
  return (await fetch(url)).status === 401;
}
