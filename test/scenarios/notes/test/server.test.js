import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from '../src/server.js';

let server;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const call = async (method, path, body) => {
  const response = await fetch(server.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
};

test('a note’s whole life over HTTP', async () => {
  const created = await call('POST', '/notes', { title: 'Milk', text: '2 l' });
  assert.equal(created.status, 201);
  const { id } = created.body;

  assert.equal((await call('PATCH', `/notes/${id}`, { text: '1 l' })).body.text, '1 l');
  assert.deepEqual(
    (await call('GET', '/notes?q=milk')).body.map((note) => note.id),
    [id],
  );
  assert.deepEqual((await call('GET', '/notes?q=tea')).body, []);

  assert.equal((await call('DELETE', `/notes/${id}`)).status, 204);
  assert.equal((await call('GET', `/notes/${id}`)).status, 404);
});

test('a title of blanks never gets in', async () => {
  assert.equal((await call('POST', '/notes', { title: '  ' })).status, 400);
  assert.deepEqual((await call('GET', '/notes')).body, []);
});
