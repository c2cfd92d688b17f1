import assert from 'node:assert/strict';
import { cell, columns, fit, wrap } from '../../../src/cli/view/columns';
import { isLive, lookOf, styles, wantsColour, wantsUnicode } from '../../../src/cli/view/style';
import { names } from '../../../src/core/view/words';
import { terminalWidth, unpainted } from './viewTerminal';

describe('columns', () => {
  it('counts what a terminal shows', () => {
    const cases: [string, number][] = [
      ['', 0],
      ['plain', 5],
      ['naïve e\u0301', 7],
      ['日本語', 6],
      ['한국어', 6],
      ['ＡＢ', 4],
      ['🚀 go', 5],
      ['✔ ✗ ▸ ○ █ ░ …', 13],
      ['שלום', 4],
      ['\x1b[31mred\x1b[39m', 3],
      ['❤\ufe0f', 2],
    ];
    for (const [text, width] of cases) assert.equal(columns(text), width, JSON.stringify(text));
  });

  it('cuts at a width without going over it, whatever the text', () => {
    const texts = [
      'a plain text',
      '日本語のテキスト',
      '🚀🚀🚀🚀',
      'e\u0301'.repeat(9),
      'mixed 日本 🚀 text',
      '👩‍👩‍👧 family',
    ];
    for (const text of texts) {
      for (let width = 0; width <= 24; width++) {
        const cut = fit(text, width);
        assert.ok(terminalWidth(cut) <= width, `${JSON.stringify(cut)} in ${width}`);
        if (columns(text) <= width) assert.equal(cut, text);
        else if (width > 0) assert.match(cut, /…$/);
        assert.equal(columns(cell(text, width)), width);
      }
    }
  });

  it('keeps colours whole and switches them off at a cut', () => {
    const line = styles(true).paint('bad', 'a red text that is long');
    for (let width = 1; width < 23; width++) {
      const cut = fit(line, width);
      assert.ok(unpainted(cut).length <= width);
      assert.equal(cut.includes('\x1b[31m'), cut.includes('\x1b[0m'));
    }
  });

  it('breaks between words, and inside one only when it must', () => {
    assert.deepEqual(wrap('one two three four', 9, 5), ['one two', 'three', 'four']);
    assert.deepEqual(wrap('one two three four', 9, 2), ['one two', 'three fo…']);
    assert.deepEqual(wrap('abcdefghijkl', 5, 5), ['abcde', 'fghij', 'kl']);
    assert.deepEqual(wrap('日本語日本語', 5, 5), ['日本', '語日', '本語']);
    assert.deepEqual(wrap('', 5, 5), []);
  });
});

describe('names', () => {
  it('says many ids in few words', () => {
    assert.equal(names(['T1']), 'T1');
    assert.equal(names(['T1', 'T2']), 'T1 and T2');
    assert.equal(names(['T4', 'T5', 'T6', 'T7']), 'T4 to T7');
    assert.equal(names(['T2', 'T5', 'api', 'T8', 'T9', 'T11']), 'T2, T5, api and 3 more');
    assert.equal(names(['T1', 'T2', 'T3', 'x1', 'x2', 'x3']), 'T1 to T3 and x1 to x3');
  });
});

describe('styles', () => {
  const tty = { isTTY: true, columns: 80, rows: 24 };
  const file = {};

  it('colours a terminal unless NO_COLOR says no, and a file when FORCE_COLOR says so', () => {
    assert.equal(wantsColour(tty, {}), true);
    assert.equal(wantsColour(tty, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour(tty, { NO_COLOR: '' }), true);
    assert.equal(wantsColour(tty, { TERM: 'dumb' }), false);
    assert.equal(wantsColour(file, {}), false);
    assert.equal(wantsColour(file, { FORCE_COLOR: '1' }), true);
    assert.equal(wantsColour(tty, { FORCE_COLOR: '0' }), false);
    assert.equal(wantsColour(file, { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  });

  it('takes ASCII where the locale has nothing else', () => {
    assert.equal(wantsUnicode({ LANG: 'en_GB.UTF-8' }, 'linux'), true);
    assert.equal(wantsUnicode({ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, 'linux'), false);
    assert.equal(wantsUnicode({ LC_ALL: '', LC_CTYPE: 'C.utf8', LANG: 'C' }, 'linux'), true);
    assert.equal(wantsUnicode({}, 'linux'), false);
    assert.equal(wantsUnicode({}, 'win32'), true);
    assert.equal(styles(false, false).words('“it’s” … · done'), `"it's" ... - done`);
    for (const symbol of Object.values(styles(false, false).symbols)) assert.match(symbol, /^[ -~]+$/);
  });

  it('paints nothing when colours are off, and has one symbol a state', () => {
    assert.equal(styles(false).paint('bad', 'x'), 'x');
    assert.equal(styles(true).paint(undefined, 'x'), 'x');
    assert.equal(styles(true).paint('good', 'x'), '\x1b[32mx\x1b[39m');
    for (const unicode of [true, false]) {
      const { dot, empty, solid, hatched, ellipsis, branch, last, ...states } = styles(false, unicode).symbols;
      assert.ok([dot, empty, solid, hatched, ellipsis, branch, last].every((symbol) => symbol !== ''));
      assert.equal(new Set(Object.values(states)).size, Object.values(states).length);
      for (const symbol of Object.values(states)) assert.equal(columns(symbol), 1);
    }
  });

  it('takes the room from the stream, and a usual one where it does not say', () => {
    assert.deepEqual([lookOf(tty, {}).width, lookOf(tty, {}).height], [80, 24]);
    assert.equal(lookOf({ isTTY: true, columns: 0, rows: 0 }, {}).width, 80);
    assert.equal(lookOf(file, {}).width, 160);
    assert.equal(isLive(tty, { TERM: 'xterm' }), true);
    assert.equal(isLive(tty, { TERM: 'dumb' }), false);
    assert.equal(isLive(file, {}), false);
  });
});
