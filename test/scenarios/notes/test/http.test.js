import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readJson, sendJson } from '../src/http.js';

const body = (...pieces) => Readable.from(pieces.map((piece) => Buffer.from(piece)));

test('what is no JSON is a 400', () => assert.rejects(readJson(body('{')), { status: 400 }));
test('what is too long is a 413', () => assert.rejects(readJson(body('"', 'x'.repeat(20), '"'), 10), { status: 413 }));
test('a character cut in two is whole again', async () => {
  const bytes = Buffer.from('"ü"');
  assert.equal(await readJson(body(bytes.subarray(0, 2), bytes.subarray(2))), 'ü');
});

test('204 has no body', () => {
  const said = [];
  const response = { writeHead: (...head) => (said.push(head), response), end: (...text) => said.push(text) };
  sendJson(response, 204, { ignored: true });
  assert.deepEqual(said, [[204], []]);
});
