import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cost,
  duration,
  escapeLine,
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
    assert.equal(plain(`${'\u200b'.repeat(5_000)}x`, 10), '…', 'what was not even read is not passed over in silence');
  });

  it('leaves one blank where something unseen stood, and nothing that only a model reads', () => {
    assert.equal(plain('a \u0000 b', 10), 'a b');
    assert.equal(plain('ok\u{e0041}\u{e0042}', 10), 'ok');
    assert.equal(
      plain('👩\u200d👧 \ud83d', 10),
      '👩\u200d👧 \ufffd',
      'half a pair would come back from disk as another text',
    );
  });

  it('escapes Markdown so that it comes back as it was', () => {
    fc.assert(
      fc.property(anything, (text) => {
        assert.equal(unescapeMarkdown(escapeMarkdown(text)), text);
      }),
    );
  });

  it('leaves no mark, address or list for a renderer', () => {
    assert.equal(escapeMarkdown('<b> [x](y) `c` $f$ a_b'), '\\<b\\> \\[x\\](y) \\`c\\` \\$f\\$ a\\_b');
    assert.equal(escapeMarkdown('http://e.com www.e.com a@e.com'), 'http:\\//e.com www\\.e.com a\\@e.com');
    assert.equal(escapeMarkdown('src/a.ts of @scope/name'), 'src/a.ts of @scope/name', 'plain names stay readable');
    assert.deepEqual(['- a', '1. b', '12) c', '---', 'd - e'].map(escapeLine), [
      '\\- a',
      '1\\. b',
      '12\\) c',
      '\\---',
      'd - e',
    ]);
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

  it('rounds into the next unit and never to one digit too many', () => {
    assert.deepEqual([9_949, 9_950, 41_200, 999_499, 999_500, 9_994_999, 12_800_000, 99_950_000].map(tokens), [
      ...['9.9k', '10k', '41k', '999k', '1.00M', '9.99M', '12.8M', '100M'],
    ]);
    assert.deepEqual([0.01, 999.99, 999.999, 1_000].map(cost), ['$0.01', '$999.99', '$1,000', '$1,000']);
    assert.deepEqual(
      [47_000, 3_522_000, 3_840_000].map((ms) => duration(ms, true)),
      ['47s', '58m 42s', '1h 04m'],
    );
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
