import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checkNote } from '../src/validate.js';

test('takes a note and trims its title', () => {
  assert.deepEqual(checkNote({ title: ' Milk ' }), { note: { title: 'Milk' } });
});

for (const [what, input] of [
  ['no object', 'Milk'],
  ['a list', []],
  ['no title', { text: 'x' }],
  ['a title of blanks', { title: ' \t ' }],
  ['a title that is a number', { title: 7 }],
  ['a title of 101 characters', { title: 'x'.repeat(101) }],
  ['a text that is no string', { title: 'Milk', text: {} }],
]) {
  test(`refuses ${what}`, () => {
    const { note, error } = checkNote(input);
    assert.equal(note, undefined, `accepted ${JSON.stringify(note)}`);
    assert.match(error, /\.$/);
  });
}

test('a change needs no title', () => {
  assert.deepEqual(checkNote({ text: '1 l' }, { partial: true }), { note: { text: '1 l' } });
});
