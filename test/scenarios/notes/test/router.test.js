import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { createRouter, routes } from '../src/router.js';
import { createStore } from '../src/store.js';

async function call(router, method, url, body) {
  const request = Object.assign(Readable.from(body === undefined ? [] : [Buffer.from(JSON.stringify(body))]), {
    method,
    url,
  });
  const said = {};
  const response = {
    writeHead: (status) => ((said.status = status), response),
    end: (text) => (said.body = text && JSON.parse(text)),
  };
  await router(request, response);
  return said;
}

test('every listed route exists', async () => {
  const store = createStore();
  store.add({ title: 'one' });
  const router = createRouter(store);
  for (const [method, path] of routes.map((route) => route.split(' '))) {
    const { status } = await call(router, method, path.replace(':id', '1'), { title: 'x' });
    assert.ok(status < 300, `${method} ${path} answered ${status}`);
  }
});

test('says what is wrong with a note', async () => {
  const router = createRouter(createStore());
  assert.deepEqual(await call(router, 'POST', '/notes', {}), { status: 400, body: { error: 'A note needs a title.' } });
});

test('404 and 405', async () => {
  const router = createRouter(createStore());
  assert.equal((await call(router, 'GET', '/notes/7')).status, 404);
  assert.equal((await call(router, 'GET', '/elsewhere')).status, 404);
  assert.equal((await call(router, 'PUT', '/notes')).status, 405);
});

test('a broken store is a 500 that tells nothing', async () => {
  const router = createRouter({
    list: () => {
      throw new Error('secret');
    },
  });
  assert.deepEqual(await call(router, 'GET', '/notes'), { status: 500, body: { error: 'Something broke.' } });
});
