import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readJson } from './http.js';

test('reads a body that comes in pieces', async () => {
  assert.deepEqual(await readJson(Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')])), { a: 1 });
});
