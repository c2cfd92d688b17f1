import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createStore } from '../src/store.js';

test('lists the newest note first', () => {
  const store = createStore();
  store.add({ title: 'one' });
  store.add({ title: 'two' });
  assert.deepEqual(
    store.list().map((note) => note.title),
    ['two', 'one'],
  );
});

test('updates only what is given, and the time', () => {
  let time = 0;
  const store = createStore(() => String((time += 1)));
  const { id } = store.add({ title: 'one', text: 'keep me' });
  assert.deepEqual(store.update(id, { title: 'two' }), { id, title: 'two', text: 'keep me', changed: '2' });
});

test('knows what it does not have', () => {
  const store = createStore();
  assert.equal(store.get('7'), undefined);
  assert.equal(store.update('7', { title: 'x' }), undefined);
  assert.equal(store.remove('7'), false);
});

test('removes a note once', () => {
  const store = createStore();
  const { id } = store.add({ title: 'one' });
  assert.equal(store.remove(id), true);
  assert.equal(store.remove(id), false);
});
