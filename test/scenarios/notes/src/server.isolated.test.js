import { test } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './server.js';

test('starts, answers and stops', async () => {
  const server = await startServer();
  assert.equal((await fetch(`${server.url}/notes`)).status, 200);
  await server.close();
  await assert.rejects(fetch(`${server.url}/notes`));
});
