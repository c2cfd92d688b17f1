import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createRouter } from './router.js';

test('answers from the store it is given', async () => {
  const store = { list: () => [{ id: '1', title: 'Milk', text: '' }] };
  const said = {};
  const response = { writeHead: (status) => ((said.status = status), response), end: (text) => (said.text = text) };
  await createRouter(store)({ url: '/notes', method: 'GET' }, response);
  assert.equal(said.status, 200);
  assert.equal(JSON.parse(said.text)[0].title, 'Milk');
});
