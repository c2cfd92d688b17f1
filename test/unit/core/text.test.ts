import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cost,
  duration,
  escapeMarkdown,
  formatUtc,
  plain,
  tokens,
  unescapeMarkdown,
} from '../../../src/core/todo/text';

const anything = fc.string({ unit: 'binary', maxLength: 200 });

describe('plain text', () => {
  it('is one short line without anything a terminal acts on', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 80 }), (text, max) => {
        const line = plain(text, max);
        assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
        assert.ok(Array.from(line).length <= max);
        assert.equal(plain(line, max), line);
      }),
    );
  });

  it('takes escape sequences away whole', () => {
    assert.equal(
      plain('a\u001b[31mred\u001b[0m \u001b]8;;http://evil\u0007link\u001b]8;;\u001b\\ b', 80),
      'ared link b',
    );
    assert.equal(plain('👍'.repeat(5), 3), '👍👍…');
    assert.equal(plain('x'.repeat(5_000_000), 10).length, 10);
  });

  it('escapes Markdown so that it comes back as it was', () => {
    fc.assert(
      fc.property(anything, (text) => {
        assert.equal(unescapeMarkdown(escapeMarkdown(text)), text);
      }),
    );
  });

  it('formats numbers as people read them', () => {
    assert.deepEqual(
      [47_000, 483_000, 1_440_000, 3_840_000].map((ms) => duration(ms)),
      ['47s', '8m 03s', '24m', '1h 04m'],
    );
    assert.deepEqual([812, 8_400, 318_000, 1_840_000, 128_000_000].map(tokens), [
      '812',
      '8.4k',
      '318k',
      '1.84M',
      '128M',
    ]);
    assert.deepEqual([0, 0.004, 3.87, 1240].map(cost), ['$0.00', '<$0.01', '$3.87', '$1,240']);
  });

  it('formats times as the calendar does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e13, max: 2e14 }), (ms) => {
        const iso = new Date(ms).toISOString();
        if (!/^\d{4}-/.test(iso) || iso.startsWith('0')) return;
        assert.equal(formatUtc(ms), `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`);
      }),
    );
  });
});
