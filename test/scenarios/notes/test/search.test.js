import { test } from 'node:test';
import assert from 'node:assert/strict';
import { search } from '../src/search.js';

const notes = [
  { id: '1', title: 'Shopping', text: 'milk, bread' },
  { id: '2', title: 'Milk float', text: 'repair the brakes' },
];
const found = (query) => search(notes, query).map((note) => note.id);

test('looks at title and text', () => assert.deepEqual(found('milk'), ['1', '2']));
test('wants every word', () => assert.deepEqual(found('MILK bread'), ['1']));
test('an empty query finds all', () => assert.deepEqual(found('  '), ['1', '2']));
test('finds nothing where nothing is', () => assert.deepEqual(found('tea'), []));
