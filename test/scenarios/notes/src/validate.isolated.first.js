import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checkNote } from './validate.js';

test('takes the known fields and no others', () => {
  assert.deepEqual(checkNote({ title: 'Milk', text: '2 l', admin: true }), { note: { title: 'Milk', text: '2 l' } });
});

test('refuses an empty title', () => {
  assert.ok(checkNote({ title: '' }).error);
});
