import { test } from 'node:test';
import assert from 'node:assert/strict';
import { search } from './search.js';

test('finds by any case', () => {
  assert.equal(search([{ title: 'Buy MILK', text: '' }], 'milk').length, 1);
});
