import { stripVTControlCharacters } from 'node:util';

/**
 * Ranges of code points that fill two columns: East Asian wide and fullwidth. Emoji are found by their property. Text of
 * ambiguous width counts 1, as terminals do outside a CJK locale.
 */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const noColumn = /^[\p{Mn}\p{Me}\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\u{e0100}-\u{e01ef}]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;
const paint = /(\x1b\[[0-9;]*m)/;

/** What VS16 turns into an emoji of two columns when it follows. */
const emojiSelector = 0xfe0f;

/**
 * How many columns of a terminal a text takes; SGR codes take none. Terminals differ about emoji joined by ZWJ: they are
 * counted one by one, so that the answer is never too small.
 */
export function columns(text: string): number {
  let sum = 0;
  for (const part of text.includes('\x1b') ? stripVTControlCharacters(text) : text) sum += widthOf(part);
  return sum;
}

function widthOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  if (code < 0xa0) return 0;
  if (code < 0x300) return 1;
  // One column more than the symbol has by itself: the two become an emoji.
  if (code === emojiSelector) return 1;
  if (noColumn.test(char)) return 0;
  if (code < 0x1100) return 1;
  return wide.some(([from, to]) => code >= from && code <= to) || emoji.test(char) ? 2 : 1;
}

/** The text, or as much of its beginning as fits with an ellipsis; SGR codes stay whole and are switched off at the cut. */
export function fit(text: string, width: number, ellipsis = '…'): string {
  if (columns(text) <= width) return text;
  const room = width - columns(ellipsis);
  if (room < 0) return ellipsis.slice(0, Math.max(0, width));
  let out = '';
  let used = 0;
  let painted = false;
  for (const part of text.split(paint)) {
    if (paint.test(part)) {
      out += part;
      painted = true;
      continue;
    }
    for (const char of part) {
      used += widthOf(char);
      if (used > room) return `${out.trimEnd()}${painted ? '\x1b[0m' : ''}${ellipsis}`;
      out += char;
    }
  }
  return out;
}

/** The text cut to a width and filled up to it. */
export function cell(text: string, width: number, ellipsis = '…'): string {
  const cut = fit(text, width, ellipsis);
  return cut + ' '.repeat(Math.max(0, width - columns(cut)));
}

/** The text filled up from the left, for numbers; it is never cut. */
export function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text;
}

/** Breaks unpainted text between words into at most `most` lines; what is left over ends in an ellipsis. */
export function wrap(text: string, width: number, most: number, ellipsis = '…'): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < most - 1 && columns(rest) > width) {
    const head = fit(rest, width, '');
    const space = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
    const cut = space > 0 ? space : Math.max(1, head.length);
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '' && most > 0) lines.push(fit(rest, width, ellipsis));
  return lines;
}
