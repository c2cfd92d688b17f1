import assert from 'node:assert/strict';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepRegistry } from '../../../src/bridge/registry';
import { emptyRegistry, registryVariable } from '../../../src/opencode/emptyRegistry';

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    http
      .get(`${url}@opencode-ai%2Fplugin`, { agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', () => {
        resolve(undefined);
      });
  });
}

describe('the empty registry', () => {
  it('is kept by the bridge at the same port once the host has closed it', async () => {
    const hosts = await emptyRegistry(0);
    const url = `http://127.0.0.1:${String(hosts.port)}/`;
    keepRegistry({ [registryVariable]: url });
    assert.equal(await statusOf(url), 404, 'the host’s');
    hosts.close();
    const begun = Date.now();
    let status: number | undefined;
    while (status === undefined && Date.now() - begun < 5_000) {
      await sleep(20);
      status = await statusOf(url);
    }
    assert.equal(status, 404, 'the bridge’s');
  });

  it('is not looked for where the variable names another', async () => {
    keepRegistry({ [registryVariable]: 'https://registry.example/' });
    keepRegistry({});
    assert.equal(await statusOf('http://127.0.0.1:1/'), undefined);
  });
});
