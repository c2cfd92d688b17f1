import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createStore } from './store.js';

test('what is added can be read', () => {
  const store = createStore(() => 'now');
  const { id } = store.add({ title: 'Milk' });
  assert.deepEqual(store.get(id), { id, title: 'Milk', text: '', changed: 'now' });
});

test('a caller cannot change a stored note by its copy', () => {
  const store = createStore();
  const note = store.add({ title: 'Milk' });
  note.title = 'Bread';
  assert.equal(store.get(note.id).title, 'Milk');
});
